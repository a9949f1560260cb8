"""Conversations whose last turn has known right documents: MTRAG-UN, our own, and pairs of XQuAD questions."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.documents import find_files, load_file
from rag.evaluation.squad_files import load_squad
from rag.types import Document

ROOT = Path(__file__).parent.parent.parent
XQUAD = ("en", "ru", "tr", "zh")
HISTORIES = 5  # of other conversations, that each first turn of MTRAG-UN is put behind
PAIRS = 120  # of XQuAD questions, of each kind in each language


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns as they were asked, oldest first; the last one is to find `right` among the documents of `corpus`."""

    group: str  # what it is reported under
    corpus: str
    turns: tuple[str, ...]
    right: frozenset[str]  # document ids
    goes_on: bool | None  # whether the last turn goes on with the subject; None: not to be learnt from
    source: str  # conversations of one source are held out together
    held_out: bool = False

    @property
    def asked(self) -> str:
        return self.turns[-1]

    @property
    def history(self) -> tuple[str, ...]:
        return self.turns[:-1]


def corpora(folder: Path) -> dict[str, list[Document]]:
    """Name -> documents."""
    found = {"mtragun": list(_mtragun_documents(folder)), "seeds": [load_file(p) for p in find_files([ROOT / "seeds"])]}
    return found | {f"xquad.{code}": list(load_squad(folder / f"xquad.{code}.json").documents) for code in XQUAD}


def conversations(folder: Path) -> list[Conversation]:
    own = [*_own_over_seeds(), *_own_over_xquad(folder)]
    kept_apart = frozenset[str]().union(*(each.right for each in own if each.held_out))
    made = (each for code in XQUAD for each in _xquad_pairs(folder, code) if not each.right & kept_apart)
    return [*_mtragun(folder), *_mtragun_changed(folder), *own, *made]


# -- MTRAG-UN ----------------------------------------------------------------


def _mtragun(folder: Path) -> Iterator[Conversation]:
    """Every turn with passages. Underspecified turns were written apart from the conversation they stand behind."""
    for row in _rows(folder / "mtragun.en.jsonl"):
        if row["contexts"]:
            yield _mtragun_conversation(row)


def _mtragun_conversation(row: Mapping[str, Any]) -> Conversation:
    turns = tuple(each["text"].strip() for each in row["input"] if each["speaker"] == "user")
    foreign = row["answerability"] == ["UNDERSPECIFIED"]
    group = "first turns" if len(turns) == 1 else "underspecified turns" if foreign else "later turns"
    right = frozenset(each["document_id"] for each in row["contexts"])
    return Conversation(
        f"mtragun: {group}", "mtragun", turns, right, True if group == "later turns" else None, row["conversation_id"]
    )


def _mtragun_changed(folder: Path) -> Iterator[Conversation]:
    """First turns, which stand alone, behind the turns of conversations of another collection."""
    rows = list(_rows(folder / "mtragun.en.jsonl"))
    chance = random.Random(0)
    for row in rows:
        first = _mtragun_conversation(row)
        if len(first.turns) > 1 or not first.right:
            continue
        others = [each for each in rows if each["Collection"] != row["Collection"]]
        for other in map(_mtragun_conversation, chance.sample(others, HISTORIES)):
            turns = (*other.turns[: chance.randint(1, len(other.turns))], first.asked)
            yield replace(first, group="mtragun: changed subjects", turns=turns, goes_on=False, source=other.source)


def _mtragun_documents(folder: Path) -> Iterator[Document]:
    passages = (each for row in _rows(folder / "mtragun.en.jsonl") for each in row["contexts"])
    for name, passage in {each["document_id"]: each for each in reversed(list(passages))}.items():
        yield Document(name, passage["text"], passage.get("title") or name, name, "en")


# -- our own -----------------------------------------------------------------


def _own_over_seeds() -> Iterator[Conversation]:
    for row in _rows(ROOT / "tests" / "golden" / "seeds-turns.jsonl"):
        yield _own(row, "seeds", row["document"])


def _own_over_xquad(folder: Path) -> Iterator[Conversation]:
    homes = {
        code: {each.id: each.document_id for each in load_squad(folder / f"xquad.{code}.json").questions}
        for code in XQUAD
    }
    for row in _rows(ROOT / "tests" / "golden" / "xquad-turns.jsonl"):
        yield _own(row, f"xquad.{row['paragraphs']}", homes[row["paragraphs"]][row["asks"]])


def _own(row: Mapping[str, Any], corpus: str, right: str) -> Conversation:
    part, kind = row["part"], row["kind"]
    group = f"own, {corpus.split('.', maxsplit=1)[0]}: {kind}, {part}"
    turns = (*row["history"], row["question"])
    return Conversation(group, corpus, turns, frozenset([right]), kind == "leaning", row["id"], part == "held out")


# -- XQuAD -------------------------------------------------------------------


def _xquad_pairs(folder: Path, code: str) -> Iterator[Conversation]:
    """A question behind another of the same paragraph, or of another paragraph."""
    questions = load_squad(folder / f"xquad.{code}.json").questions
    chance = random.Random(code)
    for same in (True, False):
        for asked in chance.sample(questions, PAIRS):
            others = [
                each for each in questions if each.id != asked.id and (each.document_id == asked.document_id) == same
            ]
            if others:
                turns = (chance.choice(others).question.strip(), asked.question.strip())
                group = f"XQuAD pairs: {'same' if same else 'another'} paragraph"
                yield Conversation(group, f"xquad.{code}", turns, frozenset([asked.document_id]), same, asked.id)


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())
