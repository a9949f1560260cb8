"""The plain road, as a peer: sentence-transformers and a flat FAISS index over fixed chunks, the nearest chunk printed.

    python -m benchmarks.plain add STORE DOCUMENT...
    python -m benchmarks.plain ask STORE QUESTION

What most tutorials build on the same libraries and the same model. It reads nothing and cites nothing.
"""

import json
import sys
from pathlib import Path
from typing import Any

import faiss
from langchain_text_splitters import RecursiveCharacterTextSplitter
from sentence_transformers import SentenceTransformer

from rag.config import Settings
from rag.encoders.bundled import NAME, bundled_folder

CHUNK = 500  # characters, about what a passage of ours has


def model() -> Any:
    return SentenceTransformer(str(bundled_folder(Settings().cache) or NAME), device="cpu")


def add(store: Path, documents: list[Path]) -> None:
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=50)
    chunks = [chunk for each in documents for chunk in splitter.split_text(each.read_text(encoding="utf-8"))]
    vectors = model().encode([f"passage: {chunk}" for chunk in chunks], normalize_embeddings=True)
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    store.mkdir(parents=True, exist_ok=True)
    faiss.write_index(flat, str(store / "flat.faiss"))
    (store / "chunks.json").write_text(json.dumps(chunks), encoding="utf-8")


def ask(store: Path, question: str) -> str:
    flat = faiss.read_index(str(store / "flat.faiss"))
    chunks: list[str] = json.loads((store / "chunks.json").read_text(encoding="utf-8"))
    _, rows = flat.search(model().encode([f"query: {question}"], normalize_embeddings=True), 1)
    return chunks[rows[0][0]]


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    if what == "add":
        add(Path(folder), [Path(each) for each in rest])
    else:
        print(ask(Path(folder), rest[0]))
