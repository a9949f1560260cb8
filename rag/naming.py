"""Which documents a question names: those whose openings have the words that tell documents apart. Pure functions.

Contracts, minutes and letters of a kind have every sentence in common but for names, dates and figures, and say once,
in the opening, whom they are about. "What is the rent under the lease with Jonas Berg?" is answered in a sentence
without a name: first the document must be found, then the sentence in it.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePath
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rag.folding import fold
from rag.phrases import is_unspaced
from rag.reflow import ends_sentence
from rag.stretches import without
from rag.tables import PAIR, rows
from rag.types import Document, DocumentSummary

_INFLECTED = 0.9  # how much a word counts that is there with another ending
_STEM = 4  # letters that two forms of a word have in common
_ENDINGS = (1, 4)  # letters that the shorter and the longer ending of two forms have at most
_TELLING = 0.3  # weight from which on a word tells documents apart, and leads to nothing within its own
_ENOUGH = 0.6  # weight of all such words that a document must have: two that a few others have, or one of its own
_COVERED = 0.75  # share of the weight of those that any opening has: else the name is none of these documents'
_ALIKE = 0.05  # weights no further apart are of documents named alike
_MANY = 8  # documents: of fewer nearly every word is a name, and nearly every question would be read twice
_MOST = 3  # documents; more are a subject and not a name
_GAP = 2  # characters between the words of a name
_LONGEST = 60  # characters of a word that a number is joined to
# "And" and "or" of 75 languages (Unicode CLDR, list patterns), folded.
_CONJUNCTIONS = frozenset(
    fold(
        "a agus alebo ali ama and ar atau au dan dhe e edo eller en et eta eða hoặc i ili in ir iyo ja lub na nebo "
        "neu nó o och oder of og or ose ou sau tai un und va vagy vai ve veya và või və y yaxud yoki és și ή και "
        "або жана же және и или не ці эсвэл і կամ և או ו أو او اور و يا یا ۽ आणि और किंवा या र वा এবং বা ਅਤੇ ਜਾਂ "
        "અથવા અને அல்லது மற்றும் మరియు లేదా ಅಥವಾ ಮತ್ತು അല്ലെങ്കിൽ കൂടാതെ සහ හෝ หรือ และ ຫຼື ແລະ နှင့် သို့မဟုတ် ან "
        "და እና ወይም និង ឬ または 和 或 또는 및"
    ).split()
)
_PARTS = frozenset(",;/،、，；")  # ... but these stand between names

# Letters, digits and the marks that belong to them: Hebrew and Arabic points, the vowels of India and South-East Asia.
_POINTS = r"\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
_VOWELS = r"\u0900-\u0963\u0966-\u0dff\u0e31-\u0ecd\u1000-\u109f\u1780-\u17d3"
_WORD = re.compile(rf"[\w{_POINTS}{_VOWELS}]+")
_JOINED = re.compile(rf"({_WORD.pattern})[-‐‑–]$")
_NUMBERED = re.compile(rf"(?=\b({_WORD.pattern})[-‐‑– ](\d+)\b)")
_ADDED = re.compile(r"['’][^\W\d_]{1,5}(?!\w)")


class Word(NamedTuple):
    """A word of a question: `question[start:end]`, which folds to `text`."""

    text: str
    start: int
    end: int
    joined_to: str = ""  # of a number that a hyphen joins to a word (Block-7) that word


@dataclass(frozen=True, slots=True)
class Names:
    """The words of a question, and how far each tells documents apart by how they begin."""

    question: str
    words: tuple[Word, ...]
    held: NDArray[np.float64]  # (openings, words): how far each opening has each word
    weights: NDArray[np.float64]  # (words,): 1 for one of a single opening, 0 for one of all, or of none

    @classmethod
    def of(cls, question: str, openings: Sequence[str], rarity: Callable[[Sequence[str]], Sequence[float]]) -> Self:
        """`rarity` of words among all passages: 0 for one that all have, 1 for one of a single passage."""
        words = words_of(question)
        held = np.array([_held(words, opening) for opening in openings]).reshape(len(openings), len(words))
        rare = np.array(rarity([word.text for word in words]), np.float64)
        weights = _weights(held, rare)
        for place, word in enumerate(words):
            if word.joined_to and not held[:, place].any():
                weights[place] = weights[place - 1]  # of no document: Block-9 is another than those that are there
        return cls(question, tuple(words), held, weights)

    def meant(self) -> list[int]:
        """The openings of the documents that are named; [] where none is, or too many are."""
        return (self._meant_by_all() or self._meant_by_each()) if len(self.held) > 1 else []

    def _meant_by_all(self) -> list[int]:
        """By all that the question names."""
        once = self.weights * self._is_first()  # a name that two people have in common is no more of either
        scores = self.held @ once
        best = float(scores.max())
        if best < max(_ENOUGH, _COVERED * float(once.sum())):
            return []
        chosen: list[int] = np.flatnonzero(scores >= best - _ALIKE).tolist()
        return chosen if len(chosen) <= _MOST else []

    def _meant_by_each(self) -> list[int]:
        """Of several names, "Jonas Berg or Peter Keller", the document of each; [] where one has none, or several."""
        found: set[int] = set()
        covered = 0.0
        for name in self._names():
            weight = float(self.weights[name].sum())
            having = np.flatnonzero((self.held[:, name] > 0).all(axis=1))
            if weight >= _ENOUGH and len(having) == 1:
                found.add(int(having[0]))
                covered += weight
        is_enough = covered >= _COVERED * float(self.weights.sum())
        return sorted(found) if is_enough and 1 < len(found) <= _MOST else []

    def _is_first(self) -> NDArray[np.bool_]:
        """Of each word whether it was not said before."""
        texts = [word.text for word in self.words]
        return np.array([text not in texts[:place] for place, text in enumerate(texts)], bool)

    def _names(self) -> list[list[int]]:
        """Telling words that stand side by side."""
        found: list[list[int]] = []
        for place in np.flatnonzero(self.weights).tolist():
            adjoins = bool(found) and found[-1][-1] == place - 1 and self._adjoin(*self.words[place - 1 : place + 1])
            found.append([*(found.pop() if adjoins else []), place])
        return found

    def _adjoin(self, one: Word, other: Word) -> bool:
        between = self.question[one.end : other.start]
        return len(between) <= _GAP and not _PARTS.intersection(between)

    def asked_within(self, meant: Iterable[int]) -> str:
        """The question without the words that name these; itself where nothing would be left."""
        return self._without(meant) or self.question

    @property
    def unnamed(self) -> str:
        """The question without any name."""
        return self._without(range(len(self.held)))

    def asks(self) -> bool:
        """Whether it says more than a word beside names, as "And Peter Keller?" does not."""
        return len(words_of(self.unnamed)) > 1

    def _without(self, meant: Iterable[int]) -> str:
        there = self.held[list(meant)].any(axis=0) & (self.weights > 0)
        names = [self._with_ending(word) for word, is_name in zip(self.words, there, strict=True) if is_name]
        between = [(end, start) for (_, end), (start, _) in pairwise(names) if self._joins(end, start)]
        parts = without(self.question, sorted([*names, *between])).split()
        rest = " ".join(part for part in parts if any(map(str.isalnum, part))).rstrip(",;:")
        ends = bool(rest) and ends_sentence(parts[-1]) and not ends_sentence(rest)
        return rest + parts[-1] if ends else rest

    def _with_ending(self, word: Word) -> tuple[int, int]:
        """Where it stands, with what an apostrophe adds: Keller's, Marmara'nın."""
        ending = _ADDED.match(self.question, word.end)
        return word.start, ending.end() if ending else word.end

    def _joins(self, start: int, end: int) -> bool:
        """Whether what stands between two names makes a list of them."""
        return fold(self.question[start:end]).strip(" ,;/") in _CONJUNCTIONS

    def is_of_another(self, text: str) -> bool:
        """Whether a text lacks one of two words that stand side by side: then it is of another Janssen."""
        has = [share > 0 for share in _held(self.words, text)]
        told = zip(self.words, self.weights > 0, has, strict=True)
        return any(
            (one_tells and other_tells) and not (one_there and other_there) and 0 <= other.start - one.end <= _GAP
            for (one, one_tells, one_there), (other, other_tells, other_there) in pairwise(told)
        )


def are_alike(openings: Sequence[str]) -> bool:
    """Whether enough of them have half of their words in common: forms filled in, minutes, letters of a kind.

    Where documents differ from beginning to end a search tells them apart, and words in their openings are no names.
    """
    words = [each for each in ({word.text for word in words_of(opening)} for opening in openings) if each]
    return any(sum(2 * len(own & other) >= len(own) for other in words) >= _MANY for own in words)  # itself is one


def called(document: Document | DocumentSummary) -> str:
    """By what people know it: the words of its file's name, of which figures are mostly a machine's, and its title."""
    words = re.findall(r"[^\W_]+", PurePath(document.source).stem)
    return f"{' '.join(filter(str.isalpha, words))}\n{document.title}"


def opening_of(document: DocumentSummary, passage: str) -> str:
    """What a document is called, and how it begins (its first passage), but for rows of a table, which lists others."""
    listed = [(row.start, row.end) for row in rows(passage) if len(row.full) > PAIR]
    return f"{called(document)}\n{without(passage, listed)}"


def words_of(question: str) -> list[Word]:
    """In scripts that set no spaces any two characters may be one, and which are is told by the openings."""
    found = _WORD.finditer(question)
    return [part for match in found for part in _parts(match[0], match.start(), question[: match.start()][-_LONGEST:])]


def _parts(run: str, at: int, before: str) -> Iterator[Word]:
    if not is_unspaced(run):
        joined = _JOINED.search(before) if run.isdecimal() else None
        yield Word(fold(run), at, at + len(run), fold(joined[1]) if joined else "")
        return
    for start in range(max(1, len(run) - 1)):
        end = min(start + 2, len(run))
        yield Word(fold(run[start:end]), at + start, at + end)


def _weights(held: NDArray[np.float64], rarity: NDArray[np.float64]) -> NDArray[np.float64]:
    """A word that an opening has as it stands is not that of those that have it with another ending."""
    count = len(held) + 1
    most = held.max(axis=0, initial=0.0)
    having = ((held > 0) & (held == most)).sum(axis=0)
    telling = np.log(count / (having + 0.5)) / (math.log(count) or 1.0)
    weights = np.where(having > 0, np.minimum(telling, rarity), 0.0)
    return np.where(weights >= _TELLING, weights, 0.0)


def _held(words: Sequence[Word], opening: str) -> list[float]:
    """How far the opening has each word: 1 as it stands, less with another ending."""
    folded = fold(opening)
    held = set(_WORD.findall(folded))
    alike: dict[str, list[str]] = defaultdict(list)
    for each in held:
        alike[each[:_STEM]].append(each)
    numbered = {(each[:_STEM], number) for each, number in _NUMBERED.findall(folded)}
    return [
        # A number alone may be of any date.
        float((word.joined_to[:_STEM], word.text) in numbered)
        if word.joined_to
        else _share(word.text, folded, held, alike)
        for word in words
    ]


def _share(word: str, opening: str, held: set[str], alike: Mapping[str, Sequence[str]]) -> float:
    if word in held or (is_unspaced(word) and word in opening):
        return 1.0
    return _INFLECTED if any(_inflected(word, each) for each in alike.get(word[:_STEM], ())) else 0.0


def _inflected(one: str, other: str) -> bool:
    """Whether they differ in their endings only: Петровой and Петрова, but not Janssen and Jansson."""
    common = next((place for place, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), None)
    stem = min(len(one), len(other)) if common is None else common
    shorter, longer = sorted((len(one) - stem, len(other) - stem))
    return stem >= _STEM and one.isalpha() and other.isalpha() and shorter <= _ENDINGS[0] and longer <= _ENDINGS[1]
