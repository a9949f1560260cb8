"""Fits the confidence in what stands under a question of a text: the probability that this is what is asked for.

    python -m training.questions FAQ_FOLDER DEV_FOLDER [--reader bundled|sentence] [--told en,de,...] [--articles 6]

FAQ_FOLDER is that of `benchmarks.faq`: the questions of some languages are put to the chapters of others. XQuAD's
articles (DEV_FOLDER) are told with the first question of each paragraph above it, and asked for that question and for
others of the paragraph, in four languages. Within a language the FAQ is asked in other words as well. What is asked for
is there, or was left out, or a name or number is another. Printed is how often the first sentence is right for some
weights of a question's likeness in the order. Then the confidence: each set is judged by the fit on the other; the
weights are those of the fit on both, for `rag/readers/calibration.py`.
"""

import argparse
import json
import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.faq import IN_OTHER_WORDS, Faq, read
from benchmarks.folders import indexed, overlaps
from rag.engine import READ, Engine
from rag.evaluation.calibration import auroc
from rag.logistic import Logistic
from rag.readers import EvidenceReader
from rag.readers.calibration import BUNDLED
from rag.readers.evidence import WORD_FEATURES, led
from rag.readers.findings import SPAN_FEATURES
from rag.types import Document, Part
from training.calibration import LANGUAGES as XQUAD_LANGUAGES
from training.calibration import Matrix, regression
from training.reader.negatives import asked_of_another

# Of the questions that users put, as far as one can guess; "other": not the one above what answers.
SHARES = {"asked": 0.35, "worded": 0.15, "other": 0.25, "absent": 0.2, "changed": 0.1}
ANSWERED = ("asked", "worded", "other")
MORE = 4  # passages searched for, since some may be left out
QUESTIONS = 3  # of a paragraph
WEIGHTS = (0.0, 4.0, 8.0, 12.0, 16.0, 24.0)
LEAST = 0.3


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
    """Of each sentence, the best first, its score without the questions of the text, the likeness of that above it, and
    whether it is right; of the best, if it stands under one, the features with likeness and lead.
    """

    case: Case
    tried: Sequence[tuple[float, float, bool]]
    features: tuple[float, ...] | None

    @property
    def is_right(self) -> bool:
        return self.tried[0][2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faq", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("--reader", default="bundled", help="as QUOTH_READER")
    parser.add_argument("--told", default="en,de,ru,zh-cn")
    parser.add_argument("--asked", default="en,de,ja,ru,zh-cn")
    parser.add_argument("--articles", type=int, default=6)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    os.environ["QUOTH_READER"] = options.reader
    rng = random.Random(options.seed)
    faqs = {each: read(options.faq, each) for each in options.asked.split(",")}
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
        for anchor, question in IN_OTHER_WORDS.get(told, {}).items():
            section = faqs[told].sections[anchor]
            case = Case("faq", "worded", told, told, question, section, section)
            yield from found_in(engine, case, list(faqs[told].questions.values()), rng)


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
            hits = [hit for hit in hits if not overlaps(case.section, hit.passage)]
        if ordered := engine.reader.ordered(query, hits[:READ]):
            answered = each.kind in ANSWERED
            right = [answered and overlaps(case.answer, Part(*candidate.place)) for candidate in ordered]
            scores = [(candidate.score - BUNDLED.asked * candidate.asked, candidate.asked) for candidate in ordered]
            best = led(ordered)
            features = (*best.features, best.asked, best.lead) if best.questions.above else None
            yield Found(each, [(*both, is_right) for both, is_right in zip(scores, right, strict=True)], features)


def variants(case: Case, others: Sequence[str], rng: random.Random) -> Iterator[Case]:
    yield case
    yield replace(case, kind="absent")
    drawn = [rng.choice(others) for _ in range(20)]
    changed = asked_of_another(case.question, case.question, drawn, rng, case.asked[:2])
    if changed and case.kind != "other":
        yield replace(case, kind="changed", question=changed)


def report(found: Sequence[Found], same: bool) -> None:
    print("same language" if same else "across languages")
    for weight in WEIGHTS:
        print(f"  {weight}: {told_by_kind(found, [first_is_right(each, weight) for each in found], ANSWERED)}")
    under = [each for each in found if each.features is not None]
    for of in sorted({each.case.of for each in under}):
        own, others = ([each for each in under if (each.case.of == of) == is_own] for is_own in (True, False))
        model = fitted(others)
        confidence = np.array([model.probability(each.features or ()) for each in own])
        right = np.array([each.is_right for each in own])
        print(
            f"  {of}: AUROC {auroc(confidence[right].tolist(), confidence[~right].tolist()):.3f}, at {LEAST}", end=" "
        )
        print(f"quoted {told_by_kind(own, (confidence >= LEAST).tolist(), SHARES)}", end="; ")
        print(f"right {told_by_kind(own, ((confidence >= LEAST) & right).tolist(), ANSWERED)}")
    model, name = fitted(under), "asked_same" if same else "asked_across"
    print(f"{name}=Logistic(({', '.join(f'{each:.3f}' for each in model.weights)}), {model.bias:.3f})")


def first_is_right(found: Found, weight: float) -> bool:
    return max(found.tried, key=lambda each: each[0] + weight * each[1])[2]


def told_by_kind(found: Sequence[Found], true: Sequence[bool], kinds: Iterable[str]) -> str:
    told = []
    for of, kind in sorted({(each.case.of, each.case.kind) for each in found if each.case.kind in kinds}):
        own = [value for each, value in zip(found, true, strict=True) if (each.case.of, each.case.kind) == (of, kind)]
        told.append(f"{of} {kind} {sum(own) / len(own):.3f} of {len(own)}")
    return ", ".join(told)


def fitted(found: Sequence[Found]) -> Logistic:
    """Over likeness, lead and, as far as the reader has it, whether the passage answers; the other weights are zero."""
    matrix = np.array([each.features for each in found])
    width = matrix.shape[1]
    answerable = [*WORD_FEATURES, *SPAN_FEATURES].index("answerable")
    used = [*([answerable] if answerable < width - 2 else []), width - 2, width - 1]
    model = regression(matrix[:, used], np.array([each.is_right for each in found]), weights(found))
    told = np.zeros(width)
    told[used] = model.weights
    return Logistic(tuple(told.tolist()), model.bias)


def weights(found: Sequence[Found]) -> Matrix:
    """Of each kind as users ask, of each set alike."""
    kinds = [(each.case.of, each.case.kind) for each in found]
    counts = Counter(kinds)
    return np.array([SHARES[kind] * len(found) / counts[of, kind] for of, kind in kinds])


if __name__ == "__main__":
    main()
