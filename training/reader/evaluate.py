"""Measure a reader on development data, zero-shot: nothing here was trained on.

    python -m training.reader.evaluate DATA/dev WEIGHTS [--questions 250] [--out figures.json]

WEIGHTS is a checkpoint.pt of `train` or a safetensors file of `compress`. Figures: span F1 and EM with the right
paragraph given (XQuAD, TyDi), the same with the paragraph in another language than the question, and how well the
reader tells passages that answer from those that do not (AUROC), native ones and those that a search brings; and what
it makes of a question that stands behind another one, as in a conversation.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from rag.config import Settings
from rag.conversation import behind
from rag.evaluation.answer_text import exact_match, f1
from rag.evaluation.calibration import auroc
from rag.readers.findings import Finding
from rag.readers.network import CompiledNetwork
from rag.readers.pairs import Asked, read
from rag.readers.reference import ReaderModel, read_windows
from training.reader.data import Question, QuestionSet, read_set
from training.reader.mixture import Searchable
from training.reader.negatives import Held
from training.reader.weights import read_model

XQUAD = ("en", "ru", "tr", "zh")
TYDI = ("ar", "bn", "en", "fi", "id", "ko", "ru", "sw", "te")

Read = Callable[[Sequence[tuple[str, str]]], list[Finding]]


def sample(questions: QuestionSet, count: int, seed: int = 7) -> list[Question]:
    return random.Random(seed).sample(questions.questions, min(count, len(questions.questions)))


def retrieved_wrong(questions: QuestionSet, search: Searchable, question: Question) -> str:
    """The passage that words bring first and that does not hold the answer."""
    held = Held.of(questions.answer_texts(question))
    ranked = (questions.contexts[place] for place in search.ranking(question.text, 60) if place != question.context)
    return next(passage for passage in ranked if not held.in_text(passage))


# -- figures -----------------------------------------------------------------


def findings(model: ReaderModel, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> list[Finding]:
    """The best answer in each passage to its question."""
    found = read(
        partial(read_windows, model),
        tokenizer,
        [Asked(question, passage, [(0, len(passage))]) for question, passage in pairs],
    )
    return [finding or Finding(0, 0, -20.0, -20.0, -20.0) for (finding,) in found]  # a passage without tokens


def compiled_findings(network: CompiledNetwork, pairs: Sequence[tuple[str, str]]) -> list[Finding]:
    found = [network.find(question, [passage], [[(0, len(passage))]])[0][0] for question, passage in pairs]
    return [finding or Finding(0, 0, -20.0, -20.0, -20.0) for finding in found]


def agreement(golds: Sequence[Sequence[str]], found: Sequence[Finding], passages: Sequence[str]) -> dict[str, float]:
    """What was found in each passage against the answers that people gave."""
    guesses = [passage[each.start : each.end] for each, passage in zip(found, passages, strict=True)]
    pairs = list(zip(golds, guesses, strict=True))
    return {
        "f1": round(100 * float(np.mean([f1(gold, guess) for gold, guess in pairs])), 1),
        "em": round(100 * float(np.mean([exact_match(gold, guess) for gold, guess in pairs])), 1),
        "questions": len(pairs),
    }


def separation(right: Sequence[Finding], wrong: Sequence[Finding]) -> dict[str, float]:
    """AUROC of the answerability logit, of the span's lead over "no answer", and of both together."""
    measures: dict[str, Callable[[Finding], float]] = {
        "answerable": lambda each: each.answerable,
        "span_minus_null": lambda each: each.minus_null,
        "both": lambda each: each.answerable + each.minus_null / 4,
    }
    return {
        name: round(auroc([value(each) for each in right], [value(each) for each in wrong]), 3)
        for name, value in measures.items()
    } | {"right": len(right), "wrong": len(wrong)}


def given_paragraph(questions: QuestionSet, read: Read, count: int) -> dict[str, float]:
    asked = [each for each in sample(questions, count) if each.answers]
    passages = [questions.contexts[each.context] for each in asked]
    readings = read([(each.text, passage) for each, passage in zip(asked, passages, strict=True)])
    return agreement([questions.answer_texts(each) for each in asked], readings, passages)


def native_unanswerable(questions: QuestionSet, read: Read, count: int) -> dict[str, float]:
    asked = sample(questions, count)
    readings = read([(each.text, questions.contexts[each.context]) for each in asked])
    right = [reading for each, reading in zip(asked, readings, strict=True) if each.answers]
    wrong = [reading for each, reading in zip(asked, readings, strict=True) if not each.answers]
    return separation(right, wrong)


def across(asked: QuestionSet, told: QuestionSet, read: Read, count: int) -> dict[str, float]:
    """Questions of one language over the parallel paragraphs of another; gold is that language's answer."""
    there = {each.id: each for each in told.questions}
    pairs = [(each, there[each.id]) for each in sample(asked, count) if each.id in there]
    passages = [told.contexts[other.context] for _, other in pairs]
    readings = read([(each.text, passage) for (each, _), passage in zip(pairs, passages, strict=True)])
    return agreement([told.answer_texts(other) for _, other in pairs], readings, passages)


def behind_another(questions: QuestionSet, read: Read, count: int) -> dict[str, Any]:
    """Questions behind one of the same paragraph and one of another; told from paragraphs that answer only that one."""
    chance, asked = random.Random(7), sample(questions, count)
    same = [[each for each in questions.questions if each.context == one.context and each != one] for one in asked]
    other = [[each for each in questions.questions if each.context != one.context] for one in asked]
    before = [chance.choice(each or [one]) for one, each in zip(asked, same, strict=True)]
    changed = [chance.choice(each) for each in other]
    own = [questions.contexts[each.context] for each in asked]
    golds = [questions.answer_texts(each) for each in asked]
    found = {
        name: read([(behind(a.text, b.text), text) for a, b, text in zip(earlier, asked, passages, strict=True)])
        for name, earlier, passages in (
            ("same", before, own),
            ("changed", changed, own),
            ("misled", changed, [questions.contexts[each.context] for each in changed]),
        )
    }
    return {
        "same": agreement(golds, found["same"], own),
        "changed": agreement(golds, found["changed"], own),
        "misled": separation(found["changed"], found["misled"]),
    }


def against_search(questions: QuestionSet, read: Read, tokenizer: Tokenizer, count: int) -> dict[str, Any]:
    """The right paragraph given, and told from the one that a search by words brings beside it."""
    search, asked = Searchable(questions, tokenizer), sample(questions, count)
    passages = [questions.contexts[each.context] for each in asked]
    right = read([(each.text, passage) for each, passage in zip(asked, passages, strict=True)])
    wrong = read([(each.text, retrieved_wrong(questions, search, each)) for each in asked])
    return {
        "given": agreement([questions.answer_texts(each) for each in asked], right, passages),
        "retrieved_wrong": separation(right, wrong),
    }


# -- all of it ---------------------------------------------------------------


def macro(figures: Mapping[str, Mapping[str, float]]) -> float:
    return round(float(np.mean([each["f1"] for each in figures.values()])), 1)


def measure(folder: Path, read: Read, tokenizer: Tokenizer, options: argparse.Namespace) -> dict[str, Any]:
    xquad = {each: read_set(folder / f"xquad.{each}.json") for each in XQUAD}
    figures: dict[str, Any] = {"xquad": {}, "tydi": {}, "across": {}, "native": {}, "behind another": {}}
    for language, questions in xquad.items():
        figures["xquad"][language] = against_search(questions, read, tokenizer, options.questions)
        show(language, figures["xquad"][language])
    for language in XQUAD if options.follow_ups else ():
        figures["behind another"][language] = behind_another(xquad[language], read, options.follow_ups)
        show("behind another", language, figures["behind another"][language])
    for name in ("squad2.en", "idkmrc.id") if options.native else ():
        figures["native"][name] = native_unanswerable(read_set(folder / f"{name}.json"), read, options.native)
        show(name, figures["native"][name])
    for language in TYDI if options.tydi else ():
        figures["tydi"][language] = given_paragraph(read_set(folder / f"tydiqa.{language}.json"), read, options.tydi)
    for asked, told in permutations(XQUAD, 2) if options.across else ():
        figures["across"][f"{asked}-{told}"] = across(xquad[asked], xquad[told], read, options.across)
    for name in ("tydi", "across"):
        if figures[name]:
            figures[f"{name}_macro_f1"] = macro(figures[name])
            show(name, figures[name], figures[f"{name}_macro_f1"])
    return figures


def show(*what: object) -> None:
    print(*what, flush=True)


def main() -> None:
    from training.reader.train import bundled_base

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the dev folder")
    parser.add_argument("weights", type=Path)
    parser.add_argument("--questions", type=int, default=250, help="of each XQuAD language")
    parser.add_argument("--native", type=int, default=400, help="of each set with unanswerable questions")
    parser.add_argument("--tydi", type=int, default=60, help="of each TyDi language")
    parser.add_argument("--across", type=int, default=50, help="of each pair of languages")
    parser.add_argument("--follow-ups", type=int, default=100, help="of each XQuAD language, behind other questions")
    parser.add_argument("--compiled", action="store_true", help="read with the compiled form of the shipped weights")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    base = bundled_base()
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    read_pairs: Read
    if options.compiled:
        read_pairs = partial(compiled_findings, CompiledNetwork.shipped(Settings().cache))
    else:
        read_pairs = partial(findings, read_model(base, options.weights).eval(), tokenizer)
    begun = time.monotonic()
    figures = measure(options.folder, read_pairs, tokenizer, options)
    figures["seconds"] = round(time.monotonic() - begun)
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
