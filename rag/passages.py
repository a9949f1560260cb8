"""Document to passages: whole sentences, about a hundred tokens, every offset exact. The only importer of
langchain_text_splitters.

Sentences are gathered into passages that begin with headings, cross none and like to end with a paragraph; each is then
widened to the left by the sentence before it, so that a pronoun keeps its noun. Only a sentence too long to be read
whole is cut, by LangChain's recursive splitter with nothing stripped and no overlap, so that its pieces join back to
the sentence (with token lengths and overlap its own offsets are wrong for a third of the pieces).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.errors import SplitError
from rag.reflow import reflow
from rag.sentences import sentences
from rag.tables import Columns
from rag.types import Document, Passage

Count = Callable[[Sequence[str]], list[int]]

OWN = 3  # times that a passage's own words count against its neighbours' in the word search


@dataclass(frozen=True, slots=True)
class Splitter:
    """Sizes in tokens of the encoder. `fingerprint` is kept with the index: other sizes make other passages."""

    target: int = 120  # a passage is closed before it would grow past this
    least: int = 25  # ... but never while it is smaller than this: a date line is no passage
    enough: int = 80  # ... and at the end of a paragraph from this on
    overlap: int = 40  # the sentence before is added when it is no longer than this
    longest: int = 400  # a single sentence past this is cut; e5 reads 512 tokens, prefix and overlap among them

    @property
    def fingerprint(self) -> str:
        return f"sentences-5 {self.target}/{self.least}/{self.enough}/{self.overlap}/{self.longest}"

    def split(self, document: Document, count: Count) -> list[Passage]:
        """Passages that together cover the whole text. `count` gives the token count of each of several texts.

        Raises SplitError if they would not: a bug, and better loud than a wrong quotation.
        """
        text = document.text
        columns = Columns(text)
        pieces = self._pieces(text, document.language, columns, count)
        headings = {heading.start for heading in document.headings}
        cores = self._gather(text, pieces, headings)
        if cores[0][0] != 0 or cores[-1][1] != len(text) or any(a[1] != b[0] for a, b in pairwise(cores)):
            raise SplitError(f"the passages of {document.id!r} do not join back to its text")
        sizes = {start: size for start, _, size in pieces}
        starts = self._widened(cores, [start for start, _, _ in pieces], sizes, headings)
        return [
            Passage(document.id, ordinal, start, end, text[start:end], columns.at(start))
            for ordinal, (start, (_, end)) in enumerate(zip(starts, cores, strict=True))
        ]

    def _pieces(self, text: str, language: str, columns: Columns, count: Count) -> list[tuple[int, int, int]]:
        """(start, end, tokens) of sentences, each with the white space after it; they partition the text."""
        edges = _partition(sentences(text, language), len(text))
        sizes = count([reflow(text[start:end], columns.at(start)).text for start, end in edges])
        pieces = []
        for (start, end), size in zip(edges, sizes, strict=True):
            if size <= self.longest:
                pieces.append((start, end, size))
            else:
                pieces.extend(self._cut(text, start, end, size, count))
        return pieces

    def _cut(self, text: str, start: int, end: int, size: int, count: Count) -> list[tuple[int, int, int]]:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

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
        pieces = []
        for part, part_size in zip(parts, count(parts), strict=True):
            if part_size > self.longest and len(part) > 1:  # one stretch of it is far denser in tokens than the rest
                pieces.extend(self._cut(text, start, start + len(part), part_size, count))
            else:
                pieces.append((start, start + len(part), part_size))
            start += len(part)
        return pieces

    def _gather(self, text: str, pieces: list[tuple[int, int, int]], headings: set[int]) -> list[tuple[int, int]]:
        cores: list[tuple[int, int]] = []
        begin, held, tells = 0, 0, False  # tells: holds more than headings, which tell nothing alone
        for start, _, size in pieces:
            full = held >= self.least and held + size > self.target
            paragraph_ends = held >= self.enough and text[begin:start].endswith("\n\n")
            if held and (full or paragraph_ends or (tells and start in headings)):
                cores.append((begin, start))
                begin, held, tells = start, 0, False
            held += size
            tells = tells or start not in headings
        cores.append((begin, len(text)))
        return cores

    def _widened(
        self, cores: list[tuple[int, int]], starts: list[int], sizes: dict[int, int], headings: set[int]
    ) -> list[int]:
        before = dict(zip(starts[1:], starts, strict=False))
        widened = []
        for begin, _ in cores:
            previous = before.get(begin)
            fits = previous is not None and sizes[previous] <= self.overlap
            widened.append(previous if fits and previous is not None and begin not in headings else begin)
        return widened


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


def _partition(spans: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Spans made to touch: each runs to where the next begins; nested ones belong to the outer."""
    starts = []
    reached = 0
    for start, end in spans:
        if start >= reached:
            starts.append(start)
        reached = max(reached, end)
    edges = [0, *starts[1:], length]
    return list(pairwise(edges)) if length else []
