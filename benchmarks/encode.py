"""Passages and questions encoded a second: the compiled encoder against SentenceTransformer.encode in fp32.

    python -m benchmarks.encode FILE... [--passages 96] [--rounds 5] [--json out.json]

FILE is SQuAD 2.0 JSON, XQuAD for instance; an equal share of paragraphs is taken from each. Each round measures both,
one after the other; figures are medians over the rounds, and the ratios medians of the rounds' own ratios.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from rag.config import Settings
from rag.encoders.bundled import silent
from rag.encoders.compiled import CompiledEncoder
from rag.encoders.sentence_transformer import SentenceTransformerEncoder
from rag.types import Encoder

QUERIES = 20  # one at a time


def texts_of(files: Sequence[Path], count: int) -> tuple[list[str], list[str]]:
    """Paragraphs and questions, spread evenly over each file."""
    passages: list[str] = []
    questions: list[str] = []
    for file in files:
        articles = json.loads(file.read_text(encoding="utf-8"))["data"]
        paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
        share = count // len(files)
        chosen = paragraphs[:: max(1, len(paragraphs) // share)][:share]
        passages += [each["context"] for each in chosen]
        questions += [each["qas"][0]["question"] for each in chosen]
    return passages, questions[:: max(1, len(questions) // QUERIES)][:QUERIES]


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measured(encoder: Encoder, passages: Sequence[str], questions: Sequence[str]) -> tuple[float, float]:
    """Passages a second, and seconds of one question."""
    whole = seconds(lambda: encoder.encode_passages(passages))
    return len(passages) / whole, median(seconds(partial(encoder.encode_queries, [each])) for each in questions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--passages", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    cache = Settings().cache
    passages, questions = texts_of(options.files, options.passages)
    compiled = CompiledEncoder.made("bundled", cache)
    peer = SentenceTransformerEncoder.made("bundled", cache, silent)
    cosines = np.sum(compiled.encode_passages(passages) * peer.encode_passages(passages), axis=1)
    rounds = [
        (measured(compiled, passages, questions), measured(peer, passages, questions)) for _ in range(options.rounds)
    ]
    figures = {
        "passages": len(passages),
        "tokens": sum(map(len, compiled.tokenize(passages))),
        "compiled_passages_s": round(median(ours[0] for ours, _ in rounds), 1),
        "sentence_transformers_passages_s": round(median(theirs[0] for _, theirs in rounds), 1),
        "passages_ratio": round(median(ours[0] / theirs[0] for ours, theirs in rounds), 2),
        "compiled_query_ms": round(1000 * median(ours[1] for ours, _ in rounds), 1),
        "sentence_transformers_query_ms": round(1000 * median(theirs[1] for _, theirs in rounds), 1),
        "query_ratio": round(median(ours[1] / theirs[1] for ours, theirs in rounds), 3),
        "mean_cosine": round(float(cosines.mean()), 5),
        "least_cosine": round(float(cosines.min()), 5),
    }
    for name, value in figures.items():
        print(f"{name:36} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
