"""Questions to train on: SQuAD files as sets, one language each, and what each may be used for.

Every set names its licence, because its weights are published; sets of unconfirmed licence have no row here and are
therefore never read.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TITLE_END = " [SEP] "  # JSQuAD writes `title [SEP] text`; no reader will ever see that


@dataclass(frozen=True, slots=True)
class Source:
    """A data set and its share: the square root of its size times `factor`, so that none dominates."""

    licence: str
    factor: float = 1.0


# Encyclopaedia and news weigh more than reviews and chat, which are what Quoth's documents are least like.
SOURCES = {
    "squadshifts-new-wiki": Source("CC BY 4.0", 3.0),
    "squadshifts-reddit": Source("CC BY 4.0", 0.8),
    "squadshifts-amazon-reviews": Source("CC BY 4.0", 0.8),
    "qed": Source("CC BY-SA 3.0", 1.2),
    "afriqa": Source("CC BY 4.0", 0.5),
    "afriqa-x": Source("CC BY 4.0", 0.3),
    "tydiqa": Source("Apache-2.0", 1.8),
    "covidqa": Source("Apache-2.0", 0.3),
    "jaquad": Source("CC BY-SA 3.0", 0.8),
    "jsquad": Source("CC BY-SA 4.0", 0.8),
    "pquad": Source("CC BY-SA 4.0", 1.3),
    "iapp": Source("MIT", 0.8),
    "ottoman": Source("MIT", 2.4),
    "norquad": Source("CC0", 0.9),
    "cmrc2018": Source("CC BY-SA 4.0", 2.0),
    "facqa": Source("Apache-2.0", 1.0),
    "faquad": Source("CC BY 4.0", 1.0),
    "arcd": Source("MIT", 1.5),
}
PARALLEL = "ntrex"  # no set of questions: training.reader.parallel makes them
LICENCES = {name: source.licence for name, source in SOURCES.items()} | {PARALLEL: "CC BY-SA 4.0"}


@dataclass(frozen=True, slots=True)
class Answer:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: str
    context: int  # index into the set's contexts
    answers: tuple[Answer, ...]  # distinct; none when the context does not answer


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """One file. `language` is that of the contexts; the questions of afriqa-x are in another."""

    name: str
    source: str
    language: str
    contexts: tuple[str, ...]
    questions: tuple[Question, ...]

    def answer_texts(self, question: Question) -> list[str]:
        context = self.contexts[question.context]
        return [context[answer.start : answer.end] for answer in question.answers]

    @property
    def asked_in(self) -> str:
        """The language of the questions."""
        return self.name.split(".")[1].split("-")[0]

    @property
    def weight(self) -> float:
        return float(len(self.questions) ** 0.5 * SOURCES[self.source].factor)


def read_training_sets(folder: Path) -> list[QuestionSet]:
    """Every set of the folder (and its `cross/`) that SOURCES names, in the order of their file names."""
    paths = [*sorted(folder.glob("*.json")), *sorted((folder / "cross").glob("*.json"))]
    return [read_set(path) for path in paths if path.name.split(".")[0] in SOURCES]


def read_set(path: Path) -> QuestionSet:
    source, languages = path.stem.split(".")
    contexts: dict[str, int] = {}
    questions = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            context, shift = without_title(paragraph["context"])
            place = contexts.setdefault(context, len(contexts))
            questions += [
                Question(qa["id"], qa["question"].strip(), place, answers)
                for qa in paragraph["qas"]
                if (answers := _answers(qa, shift)) or qa.get("is_impossible")
            ]
    return QuestionSet(path.stem, source, languages.split("-")[-1], tuple(contexts), tuple(questions))


def without_title(context: str) -> tuple[str, int]:
    """The context without a leading `title [SEP] `, and how many characters went."""
    title, mark, text = context.partition(_TITLE_END)
    return (text, len(title) + len(mark)) if mark else (context, 0)


def _answers(qa: dict[str, Any], shift: int) -> tuple[Answer, ...]:
    found = []
    for answer in qa["answers"]:
        start = answer["answer_start"] - shift
        if start >= 0:  # else it stands in the title that was cut
            found.append(Answer(start, start + len(answer["text"])))
    return tuple(dict.fromkeys(found))
