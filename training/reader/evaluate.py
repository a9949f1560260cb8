"""Measure a reader on development data, zero-shot: nothing here was trained on.

    python -m training.reader.evaluate DATA/dev WEIGHTS [--questions 250] [--out figures.json] [--calibration FILE.npz]

WEIGHTS is a checkpoint.pt of `train` or a safetensors file of `compress`. Figures: span F1 and EM with the right
paragraph given (XQuAD, TyDi), the same with the paragraph in another language than the question, and how well the
reader tells passages that answer from those that do not (AUROC), native ones and those that a search brings.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from rag.evaluation.answer_text import exact_match, f1
from rag.evaluation.calibration import auroc
from rag.readers.network import FEATURES, PassageReading, ReaderModel, load_encoder, load_reader, read_pairs
from training.reader.data import Question, QuestionSet, read_set
from training.reader.mixture import Searchable
from training.reader.negatives import Held

XQUAD = ("en", "ru", "tr", "zh")
TYDI = ("ar", "bn", "en", "fi", "id", "ko", "ru", "sw", "te")
WRONG = 5  # passages beside the right one, when a search is played

Read = Callable[[Sequence[tuple[str, str]]], list[PassageReading]]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the passage that answers it and what a search brings beside it, best first."""

    question: Question
    right: str
    gold: tuple[str, ...]
    wrong: tuple[str, ...]


def load_any(base: Path, weights: Path) -> ReaderModel:
    if weights.suffix == ".safetensors":
        return load_reader(base, weights)
    model = ReaderModel(load_encoder(base))
    model.load_state_dict(torch.load(weights, weights_only=True)["model"], strict=False)
    return model.eval()


def sample(questions: QuestionSet, count: int, seed: int = 7) -> list[Question]:
    return random.Random(seed).sample(questions.questions, min(count, len(questions.questions)))


def cases(questions: QuestionSet, tokenizer: Tokenizer, count: int, wrong: int) -> list[Case]:
    search = Searchable(questions, tokenizer)
    return [_case(questions, search, each, wrong) for each in sample(questions, count)]


def _case(questions: QuestionSet, search: Searchable, question: Question, wrong: int) -> Case:
    gold = questions.answer_texts(question)
    held = Held.of(gold)
    others = [
        questions.contexts[place]
        for place in search.ranking(question.text, 60)
        if place != question.context and not held.in_text(questions.contexts[place])
    ]
    return Case(question, questions.contexts[question.context], tuple(gold), tuple(others[:wrong]))


# -- figures -----------------------------------------------------------------


def said(reading: PassageReading, passage: str) -> str:
    return passage[reading.spans[0].start : reading.spans[0].end] if reading.spans else ""


def agreement(golds: Sequence[Sequence[str]], guesses: Sequence[str]) -> dict[str, float]:
    pairs = list(zip(golds, guesses, strict=True))
    return {
        "f1": round(100 * float(np.mean([f1(gold, guess) for gold, guess in pairs])), 1),
        "em": round(100 * float(np.mean([exact_match(gold, guess) for gold, guess in pairs])), 1),
        "questions": len(pairs),
    }


def separation(right: Sequence[PassageReading], wrong: Sequence[PassageReading]) -> dict[str, float]:
    """AUROC of the answerability logit, of the span's lead over "no answer", and of both together."""
    measures: dict[str, Callable[[PassageReading], float]] = {
        "answerable": lambda each: each.answerable,
        "span_minus_null": lambda each: each.features[0],
        "both": lambda each: each.answerable + each.features[0] / 4,
    }
    return {
        name: round(auroc([value(each) for each in right], [value(each) for each in wrong]), 3)
        for name, value in measures.items()
    } | {"right": len(right), "wrong": len(wrong)}


def given_paragraph(questions: QuestionSet, read: Read, count: int) -> dict[str, float]:
    asked = [each for each in sample(questions, count) if each.answers]
    passages = [questions.contexts[each.context] for each in asked]
    readings = read([(each.text, passage) for each, passage in zip(asked, passages, strict=True)])
    guesses = [said(reading, passage) for reading, passage in zip(readings, passages, strict=True)]
    return agreement([questions.answer_texts(each) for each in asked], guesses)


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
    guesses = [said(reading, passage) for reading, passage in zip(readings, passages, strict=True)]
    return agreement([told.answer_texts(other) for _, other in pairs], guesses)


# -- a search played, for AUROC on retrieved passages and for calibration ----


@dataclass(frozen=True, slots=True)
class Played:
    case: Case
    right: PassageReading
    wrong: tuple[PassageReading, ...]


def play(found: Sequence[Case], read: Read) -> list[Played]:
    pairs = [(case.question.text, passage) for case in found for passage in (case.right, *case.wrong)]
    readings = iter(read(pairs))
    return [Played(case, next(readings), tuple(next(readings) for _ in case.wrong)) for case in found]


def played_figures(played: Sequence[Played]) -> dict[str, Any]:
    guesses = [said(each.right, each.case.right) for each in played]
    return {
        "given": agreement([each.case.gold for each in played], guesses),
        "retrieved_wrong": separation([each.right for each in played], [each.wrong[0] for each in played]),
    }


def calibration_rows(language: str, played: Sequence[Played]) -> Iterable[tuple[Any, ...]]:
    """(language, question, passage's rank, right passage?, F1 of its span, features...) per question and passage.

    Rank 0 is the right passage; without it the question has no answer.
    """
    for number, each in enumerate(played):
        yield (language, number, 0, True, f1(each.case.gold, said(each.right, each.case.right)), *each.right.features)
        for rank, reading in enumerate(each.wrong, 1):
            yield (language, number, rank, False, 0.0, *reading.features)


def save_calibration(path: Path, rows: Sequence[tuple[Any, ...]]) -> None:
    language, question, rank, right, score, *features = zip(*rows, strict=True)
    np.savez_compressed(
        path,
        language=np.array(language),
        question=np.array(question),
        rank=np.array(rank),
        right=np.array(right),
        f1=np.array(score, np.float32),
        features=np.array(features, np.float32).T,
        names=np.array(FEATURES),
    )


# -- all of it ---------------------------------------------------------------


def macro(figures: Mapping[str, Mapping[str, float]]) -> float:
    return round(float(np.mean([each["f1"] for each in figures.values()])), 1)


def measure(folder: Path, read: Read, tokenizer: Tokenizer, options: argparse.Namespace) -> dict[str, Any]:
    xquad = {each: read_set(folder / f"xquad.{each}.json") for each in XQUAD}
    figures: dict[str, Any] = {"xquad": {}, "tydi": {}, "across": {}, "native": {}}
    rows: list[tuple[Any, ...]] = []
    for language, questions in xquad.items():
        found = cases(questions, tokenizer, options.questions, WRONG if options.calibration else 1)
        played = play(found, read)
        figures["xquad"][language] = played_figures(played)
        rows += calibration_rows(language, played)
        show(language, figures["xquad"][language])
    if options.calibration:
        save_calibration(options.calibration, rows)
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
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--calibration", type=Path, help="where to save features and labels")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    base = bundled_base()
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    model = load_any(base, options.weights)
    begun = time.monotonic()
    figures = measure(options.folder, lambda pairs: read_pairs(model, tokenizer, pairs), tokenizer, options)
    figures["seconds"] = round(time.monotonic() - begun)
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
