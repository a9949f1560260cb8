"""Fits the confidence in what stands under a question of a text: the probability that this is what is asked for.

    python -m training.entries FAQ_FOLDER DEV_FOLDER [--reader bundled|sentence] [--told en,ru] [--articles 6]

FAQ_FOLDER is that of `benchmarks.faq`: the questions of ten languages are put to the chapters of others. XQuAD's
articles (DEV_FOLDER) are told with the first question of each paragraph above it, and asked for that question and for
others of the paragraph, in four languages. What is asked for is there, or was left out, or a name or number is another;
within a language a third of the words are left out, for else the question would be found word for word. Each set is
judged by the fit on the other; the weights that are printed are those of the fit on both, for
`rag/readers/calibration.py`.
"""

import argparse
import json
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.faq import LANGUAGES, Faq, read
from benchmarks.folders import indexed
from rag.engine import READ, Engine
from rag.evaluation.calibration import auroc
from rag.logistic import Logistic
from rag.readers import EvidenceReader
from rag.readers.candidates import Candidate
from rag.readers.evidence import WORD_FEATURES, led
from rag.readers.findings import SPAN_FEATURES
from rag.types import Document, Part
from training.calibration import LANGUAGES as XQUAD_LANGUAGES
from training.calibration import Matrix, regression
from training.reader.negatives import asked_of_another

SHARES = {"asked": 0.4, "other": 0.3, "absent": 0.2, "changed": 0.1}  # of the questions that users put, one can guess
ANSWERED = ("asked", "other")
MORE = 4  # passages searched for, since some may be left out
KEPT = 0.7  # of the words of a question within a language
QUESTIONS = 4  # of a paragraph
LEAST = 0.3
LIKELIER = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and where the section stands that answers it, and in that the answer."""

    of: str
    kind: str
    asked: str
    told: str
    question: str
    section: Part
    answer: Part


@dataclass(frozen=True, slots=True)
class Found:
    """The best candidate under the question that is likest: its features with the lead, and whether it is right.

    And how sure the best of all is, if it is another, without regard to the questions, and whether it is right.
    """

    case: Case
    features: tuple[float, ...]
    right: bool
    best: float
    best_right: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faq", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--reader", default="bundled", help="as QUOTH_READER")
    parser.add_argument("--told", default="en,ru")
    parser.add_argument("--articles", type=int, default=6)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    os.environ["QUOTH_READER"] = options.reader
    rng = random.Random(options.seed)
    faqs = {each: read(options.faq, each) for each in LANGUAGES.split(",")}
    found = [each for told in options.told.split(",") for each in found_in_faq(faqs, told, rng)]
    sets = {code: json.loads((options.dev / f"xquad.{code}.json").read_text("utf-8")) for code in XQUAD_LANGUAGES}
    count = len(sets["en"]["data"])
    for number in range(0, count, count // options.articles):
        article = {code: each["data"][number]["paragraphs"] for code, each in sets.items()}
        found += [each for told in article for each in found_in_article(article, told, rng)]
    for same in (True, False):
        report([each for each in found if (each.case.asked == each.case.told) == same], same)


def found_in_faq(faqs: dict[str, Faq], told: str, rng: random.Random) -> Iterator[Found]:
    with indexed(faqs[told].documents.values()) as engine:
        for asked, faq in faqs.items():
            others = list(faq.questions.values())
            for anchor in sorted(faqs[told].sections.keys() & faq.sections.keys()):
                section = faqs[told].sections[anchor]
                case = Case("faq", "asked", asked, told, faq.questions[anchor], section, section)
                yield from found_in(engine, case, others, rng)


def found_in_article(article: dict[str, list[dict[str, Any]]], told: str, rng: random.Random) -> Iterator[Found]:
    document, sections = under_questions(article[told], told)
    with indexed([document]) as engine:
        for asked, paragraphs in article.items():
            others = [each["question"] for paragraph in paragraphs for each in paragraph["qas"]]
            for paragraph, own, section in zip(paragraphs, article[told], sections, strict=True):
                for number, each in enumerate(paragraph["qas"][:QUESTIONS]):
                    answer = own["qas"][number]["answers"][0]
                    start = document.text.index(own["context"], section.start) + answer["answer_start"]
                    place = Part(document.id, start, start + len(answer["text"]))
                    kind = "other" if number else "asked"
                    case = Case("xquad", kind, asked, told, each["question"], section, place)
                    yield from found_in(engine, case, others, rng)


def under_questions(paragraphs: Sequence[dict[str, Any]], language: str) -> tuple[Document, list[Part]]:
    """A document of paragraphs, each under its first question, and where these sections stand."""
    text, sections = "", []
    for each in paragraphs:
        told = f"{each['qas'][0]['question']}\n\n{each['context']}\n\n"
        sections.append(Part("article", len(text), len(text) + len(told)))
        text += told
    return Document("article", text, "", "", language), sections


def found_in(engine: Engine, case: Case, others: Sequence[str], rng: random.Random) -> Iterator[Found]:
    assert isinstance(engine.reader, EvidenceReader)
    for each in variants(case, others, rng):
        query = engine.query(each.question)
        hits = engine.retriever.search(query, READ + MORE)
        if each.kind == "absent":
            hits = [hit for hit in hits if not overlaps(case.section, hit.passage.start, hit.passage.end)]
        ordered = engine.reader.by_score(query, hits[:READ])
        inside = next((candidate for candidate in ordered if candidate.entry is not None), None)
        if inside and inside.entry is not None:
            right = [each.kind in ANSWERED and is_in(case.answer, candidate) for candidate in (inside, ordered[0])]
            sure = engine.reader.probability(replace(led(ordered), entry=None), query)
            yield Found(
                each, (*inside.features, inside.entry), right[0], 0.0 if inside is ordered[0] else sure, right[1]
            )


def variants(case: Case, others: Sequence[str], rng: random.Random) -> Iterator[Case]:
    alike = case.asked == case.told and case.kind == "asked"
    yield replace(case, question=shortened(case.question, rng)) if alike else case
    yield replace(case, kind="absent")
    drawn = [rng.choice(others) for _ in range(20)]
    changed = asked_of_another(case.question, case.question, drawn, rng, case.asked[:2])
    if changed and case.kind == "asked":
        yield replace(case, kind="changed", question=changed)


def shortened(question: str, rng: random.Random) -> str:
    """As people type it: a part of the words, in small letters."""
    words = question.lower().rstrip("?？!！").split()
    return " ".join([word for word in words if rng.random() < KEPT] or words)


def overlaps(part: Part, start: int, end: int) -> bool:
    return start < part.end and part.start < end


def is_in(part: Part, candidate: Candidate) -> bool:
    return candidate.hit.document.id == part.document_id and overlaps(part, candidate.start, candidate.end)


def report(found: Sequence[Found], same: bool) -> None:
    name = "asked_same" if same else "asked_across"
    for of in sorted({each.case.of for each in found}):
        own = [each for each in found if each.case.of == of]
        others = fitted([each for each in found if each.case.of != of])
        confidence = np.array([others.probability(each.features) for each in own])
        right = np.array([each.right for each in own])
        print(f"{name}, {of}: AUROC {auroc(confidence[right].tolist(), confidence[~right].tolist()):.3f}")
        tell(own, confidence)
    model = fitted(found)
    print(f"{name}=Logistic(({', '.join(f'{each:.3f}' for each in model.weights)}), {model.bias:.3f})")


def tell(found: Sequence[Found], confidence: Matrix) -> None:
    """What is quoted at LEAST, and of that right: what stands under the question unless the best is likelier so."""
    best = np.array([each.best for each in found])
    right, best_right = (np.array([getattr(each, name) for each in found]) for name in ("right", "best_right"))
    for likelier in LIKELIER:
        inside = confidence >= likelier * best
        sure, good = np.where(inside, confidence, best) >= LEAST, np.where(inside, right, best_right)
        told = []
        for kind in SHARES:
            if (own := np.array([each.case.kind == kind for each in found])).any():
                told.append(f"{kind} {sure[own].mean():.3f}, {(sure & good)[own].mean():.3f} of {own.sum()}")
        print(f"  {likelier}: {'; '.join(told)}")


def fitted(found: Sequence[Found]) -> Logistic:
    """Over the lead and, as far as the reader has it, whether the passage answers; the other weights are zero."""
    matrix = np.array([each.features for each in found])
    every = [*WORD_FEATURES, *SPAN_FEATURES]
    used = [each for each in (every.index("answerable"),) if each < matrix.shape[1] - 1] + [matrix.shape[1] - 1]
    model = regression(matrix[:, used], np.array([each.right for each in found]), weights(found))
    told = np.zeros(matrix.shape[1])
    told[used] = model.weights
    return Logistic(tuple(told.tolist()), model.bias)


def weights(found: Sequence[Found]) -> Matrix:
    """Of each kind as users ask."""
    kinds = np.array([each.case.kind for each in found])
    shares = {kind: share / (kinds == kind).mean() for kind, share in SHARES.items() if (kinds == kind).any()}
    return np.array([shares[kind] for kind in kinds.tolist()])


if __name__ == "__main__":
    main()
