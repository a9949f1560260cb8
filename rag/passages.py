"""Document to passages: whole sentences, about a hundred tokens, every offset exact. The only importer of
langchain_text_splitters.

Sentences are gathered into passages that begin with headings, cross none and like to end with a paragraph and where the
text turns to another language; each is then widened to the left by the sentence before it, so that a pronoun keeps its
noun. Only a sentence too long to be read whole is cut, by LangChain's recursive splitter with nothing stripped and no
overlap, so that its pieces join back to the sentence (with token lengths and overlap its own offsets are wrong for a
third of the pieces).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rag.errors import SplitError
from rag.reflow import reflow
from rag.tables import Columns
from rag.turns import Sentence, sentences_told
from rag.types import Document, Passage

Count = Callable[[Sequence[str]], list[int]]

OWN = 3  # times that a passage's own words count against its neighbours' in the word search


@dataclass(frozen=True, slots=True)
class Splitter:
    """Sizes in tokens of the encoder. `fingerprint` is kept with the index: other sizes make other passages."""

    target: int = 120  # a passage is closed before it would grow past this
    least: int = 25  # ... but never while it is smaller than this: a date line is no passage
    turned: int = 12  # ... or than this, where the text turns to another language
    enough: int = 80  # ... and at the end of a paragraph from this on
    overlap: int = 40  # the sentence before is added when it is no longer than this
    longest: int = 400  # a single sentence past this is cut; e5 reads 512 tokens, prefix and overlap among them

    @property
    def fingerprint(self) -> str:
        return f"sentences-6 {self.target}/{self.least}/{self.turned}/{self.enough}/{self.overlap}/{self.longest}"

    def split(self, document: Document, count: Count) -> list[Passage]:
        """Passages that together cover the whole text. `count` gives the token count of each of several texts.

        Raises SplitError if they would not: a bug, and better loud than a wrong quotation.
        """
        text = document.text
        columns = Columns(text)
        pieces = self._pieces(text, document.language, columns, count)
        headings = {heading.start: heading.end for heading in document.headings}
        groups = self._gather(text, pieces, headings, columns.texts)
        if groups[0][0].start != 0 or pieces[-1].end != len(text) or any(a.end != b.start for a, b in pairwise(pieces)):
            raise SplitError(f"the passages of {document.id!r} do not join back to its text")
        starts = self._widened(groups, headings.keys() | columns.texts.keys())
        return [
            _passage(document, ordinal, start, group, columns)
            for ordinal, (start, group) in enumerate(zip(starts, groups, strict=True))
        ]

    def _pieces(self, text: str, language: str, columns: Columns, count: Count) -> list["_Piece"]:
        """Sentences, each with the white space after it; they partition the text."""
        edges = _partition(sentences_told(text, language), len(text), language)
        sizes = count([reflow(text[start:end], columns.at(start)).text for start, end, _ in edges])
        pieces: list[_Piece] = []
        for edge, size in zip(edges, sizes, strict=True):
            if size <= self.longest:
                pieces.append(_Piece(*edge, size))
            else:
                pieces.extend(self._cut(text, _Piece(*edge, size), count))
        return pieces

    def _cut(self, text: str, piece: "_Piece", count: Count) -> list["_Piece"]:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        start, end, language, size = piece
        chunk = max(1, (end - start) * self.target // size)
        splitter = RecursiveCharacterTextSplitter(
            separators=["\n\n", "\n", "; ", ", ", " ", ""],
            chunk_size=chunk,
            chunk_overlap=0,
            strip_whitespace=False,
            keep_separator=True,
            length_function=len,
        )
        parts = splitter.split_text(text[start:end])
        if "".join(parts) != text[start:end]:
            raise SplitError(f"the pieces of the sentence at {start} do not join back to it")
        pieces: list[_Piece] = []
        for part, part_size in zip(parts, count(parts), strict=True):
            each = _Piece(start, start + len(part), language, part_size)
            # Where it is still too long, one stretch of it is far denser in tokens than the rest.
            pieces.extend(self._cut(text, each, count) if part_size > self.longest and len(part) > 1 else [each])
            start = each.end
        return pieces

    def _gather(
        self, text: str, pieces: Sequence["_Piece"], headings: Mapping[int, int], rows: Mapping[int, int]
    ) -> list[list["_Piece"]]:
        """`headings`, `rows`: where those begin, and where they end."""
        groups: list[list[_Piece]] = [[]]
        for piece in pieces:
            group = groups[-1]
            if begun := self._begun_row(group, piece, rows):
                groups[-1:] = [group[:-begun], group[-begun:]]
            elif self._is_whole(text, group, piece, headings):
                groups.append([])
            groups[-1].append(piece)
        return groups

    def _is_whole(self, text: str, group: Sequence["_Piece"], following: "_Piece", headings: Mapping[int, int]) -> bool:
        held = _tokens(group)
        if not held:
            return False
        tells = _tells(group, headings)
        turns = tells and held >= self.turned and following.language != group[-1].language
        paragraph_ends = held >= self.enough and text[group[-1].start : following.start].endswith("\n\n")
        return self._is_full(group, following) or turns or paragraph_ends or (tells and following.start in headings)

    def _is_full(self, group: Sequence["_Piece"], following: "_Piece") -> bool:
        return self.least <= _tokens(group) and _tokens((*group, following)) > self.target

    def _begun_row(self, group: Sequence["_Piece"], following: "_Piece", rows: Mapping[int, int]) -> int:
        """How many pieces at the end of a full group begin the row that goes on, if the next passage has room."""
        for begun, each in enumerate(reversed(group[1:]), start=1):
            if each.start in rows:
                goes_on = following.start < rows[each.start] and self._is_full(group, following)
                return begun if goes_on and _tokens((*group[-begun:], following)) <= self.target else 0
        return 0

    def _widened(self, groups: Sequence[Sequence["_Piece"]], beginnings: set[int]) -> list[int]:
        """Where each passage starts, with the sentence before it unless it begins something of its own."""
        starts = [groups[0][0].start]
        for (*_, previous), (first, *_) in pairwise(groups):
            fits = previous.tokens <= self.overlap and previous.language == first.language
            starts.append(previous.start if fits and first.start not in beginnings else first.start)
        return starts


class _Piece(NamedTuple):
    """A sentence or a part of one, with the white space after it."""

    start: int
    end: int
    language: str
    tokens: int


def _tokens(pieces: Sequence[_Piece]) -> int:
    return sum(each.tokens for each in pieces)


def _tells(group: Sequence[_Piece], headings: Mapping[int, int]) -> bool:
    """Whether it holds more than headings, which tell nothing alone."""
    ends = 0
    for piece in group:
        ends = headings.get(piece.start, ends)
        if piece.start >= ends:
            return True
    return False


def _passage(document: Document, ordinal: int, start: int, group: Sequence[_Piece], columns: Columns) -> Passage:
    """In the language that most of its sentences are in."""
    tokens: Counter[str] = Counter()
    for piece in group:
        tokens[piece.language] += piece.tokens
    ((language, _),) = tokens.most_common(1)
    end = group[-1].end
    own = None if language == document.language else language
    return Passage(document.id, ordinal, start, end, document.text[start:end], columns.at(start), own)


def in_context(tokens: Sequence[Sequence[int]], names: Sequence[Sequence[int]]) -> list[list[int]]:
    """What the word search knows each of a document's passages by: its own tokens, those of its neighbours, its names.

    Its own count three times, so that a question whose words stand in two passages finds both, and the one that has
    more of them first (docs/retrieval.md). `names`: a passage's file, title and heading.
    """
    around = [[], *tokens, []]
    return [
        [*own * OWN, *before, *after, *name]
        for own, before, after, name in zip(map(list, tokens), around, around[2:], names, strict=False)
    ]


def overlaps(idf: Mapping[int, float], texts: Sequence[Sequence[int]]) -> list[float]:
    """The share of a question's idf that each text repeats. `idf`: of the question's tokens; texts as tokens."""
    most = sum(idf.values()) or 1.0
    return [sum(idf[token] for token in idf.keys() & set(each)) / most for each in texts]


def _partition(told: Sequence[Sentence], length: int, language: str) -> list[Sentence]:
    """Sentences made to touch: each runs to where the next begins; nested ones belong to the outer."""
    outer: list[Sentence] = []
    reached = 0
    for each in told:
        if each.start >= reached:
            outer.append(each)
        reached = max(reached, each.end)
    edges = [0, *(each.start for each in outer[1:]), length]
    languages = [each.language for each in outer] or [language]
    return [Sentence(*edge, code) for edge, code in zip(pairwise(edges), languages, strict=True)]
