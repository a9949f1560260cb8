"""What the stores of `benchmarks.scale` are drawn from: real sentences and questions, their vectors and tokens.

    python -m benchmarks.real_vectors OUT NTREX_FOLDER SQUAD_JSON...

Runs for a few minutes on two cores. The texts stay in OUT, which is not to be kept in the repository.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from rag.config import Settings
from rag.encoders.sentence_transformer import SentenceTransformerEncoder
from rag.folding import fold

LANGUAGES = {"en": "eng", "ru": "rus", "tr": "tur", "zh": "zho-CN", "ar": "arb", "de": "deu"}
SENTENCES = 400  # of each language
QUESTIONS = 300  # of each data set


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("out", type=Path)
    wanted.add_argument("ntrex", type=Path)
    wanted.add_argument("squad", type=Path, nargs="+", help="named SET.LANGUAGE.json")
    options = wanted.parse_args()
    encoder = SentenceTransformerEncoder.bundled(Settings().cache, lambda *_: None)
    texts, questions = _sentences(options.ntrex), []
    for path in options.squad:
        language = path.name.split(".")[1]
        paragraphs, asked = _squad(path)
        texts += [(language, text) for text in paragraphs]
        questions += [(language, text) for text in asked[:: max(1, len(asked) // QUESTIONS)][:QUESTIONS]]
    options.out.mkdir(parents=True, exist_ok=True)
    np.savez(
        options.out / "vectors.npz",
        passages=encoder.encode_passages([text for _, text in texts]),
        queries=encoder.encode_queries([text for _, text in questions]),
    )
    told = {"passages": _with_tokens(encoder, texts), "queries": _with_tokens(encoder, questions)}
    (options.out / "texts.json").write_text(json.dumps(told), encoding="utf-8")
    print(f"{len(texts)} passages and {len(questions)} questions in {options.out}")


def _sentences(ntrex: Path) -> list[tuple[str, str]]:
    found = []
    for language, code in LANGUAGES.items():
        (path,) = ntrex.glob(f"newstest2019-*.{code}.txt")
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [(language, line) for line in lines[:SENTENCES]]
    return found


def _squad(path: Path) -> tuple[list[str], list[str]]:
    paragraphs = [each for article in json.loads(path.read_bytes())["data"] for each in article["paragraphs"]]
    return [each["context"] for each in paragraphs], [asked["question"] for each in paragraphs for asked in each["qas"]]


def _with_tokens(encoder: SentenceTransformerEncoder, texts: list[tuple[str, str]]) -> list[dict[str, Any]]:
    tokens = encoder.tokenize([fold(text) for _, text in texts])
    return [
        {"language": language, "text": text, "tokens": ids} for (language, text), ids in zip(texts, tokens, strict=True)
    ]


if __name__ == "__main__":
    main()
