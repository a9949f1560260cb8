"""The nouns of Quoth and its three sockets (Encoder, VectorIndex, Reader).

Every offset counts Unicode code points in `Document.text`, half-open: `text[start:end]`.
Every vector is a float32 row of unit length.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, NamedTuple, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]  # (n, dimension), unit rows
Keys: TypeAlias = NDArray[np.int64]  # (n,), a passage's key in the store
DateOrigin: TypeAlias = Literal["text", "metadata", "file"]
Change: TypeAlias = Literal["added", "replaced", "unchanged"]
Status: TypeAlias = Literal["answered", "not_found"]
Step: TypeAlias = Literal["search", "read"]  # of an answer on its way


# -- documents ---------------------------------------------------------------


class LanguageMean(NamedTuple):
    """Of the passages of one language in an index."""

    passages: int  # that it was taken over
    mean: Vectors  # (dimension,), of vectors as the encoder made them


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line of a document: `text[start:end]`, level 1 (outermost) to 6."""

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Original:
    """The file that a document was read from, to show its pages as they were printed.

    Where it lies, or what is in it where it came without a place: exactly one of them. Raises ValueError.
    """

    sha256: str  # of the file's bytes, hex
    path: str | None = None  # absolute, on this machine
    data: bytes | None = field(default=None, repr=False)  # the file's bytes, as of an upload
    # What was read off its pages that are pictures, and where it stands on them, as `rag.ocr` packs it.
    recognized: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (self.path is None) == (self.data is None):
            raise ValueError("an original is a file's path or its bytes; expected exactly one of them")


@dataclass(frozen=True, slots=True)
class Document:
    """A loaded document. `text` is final: every coordinate anywhere points into it."""

    id: str
    text: str
    title: str
    source: str
    language: str  # that most of it is in: ISO 639-1 where there is one, else 639-3; "und" when unknown
    date: str | None = None  # YYYY-MM-DD
    date_origin: DateOrigin | None = None  # "file": only the file's own modification time
    media_type: str = "text/plain"
    pages: tuple[int, ...] = ()  # offset where each page begins; () for text without pages
    headings: tuple[Heading, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    page_labels: tuple[str, ...] = ()  # what the file calls each page ("iv", "50"); () where it counts them from 1
    # No part of the content. The store keeps it, and gives it back only when it is asked for it.
    original: Original | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that is encoded and found as one: `document.text[start:end] == text`."""

    document_id: str
    ordinal: int  # position among the document's passages, from 0
    start: int
    end: int
    text: str
    columns: str | None = None  # where it begins within a table, the row that names the columns; "" where none does
    language: str | None = None  # where it is another one than its document's


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What a list of documents shows: everything but the text."""

    id: str
    title: str
    source: str
    language: str
    date: str | None
    date_origin: DateOrigin | None
    media_type: str
    characters: int
    passages: int
    content_hash: str  # SHA-256 of everything in the Document, hex
    languages: tuple[str, ...]  # of its passages, `language` first


class Stretch(NamedTuple):
    """A stretch of a document that is in another language than most of it."""

    start: int
    end: int
    language: str


# -- questions ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may answer. An empty field allows all; fields are and-ed, values within one or-ed."""

    documents: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # of passages: of a document in two languages one half may answer
    sources: tuple[str, ...] = ()
    date_from: str | None = None  # YYYY-MM-DD, inclusive; undated documents never pass a date bound
    date_to: str | None = None
    metadata: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (key, values): one of the values under every key


class Numbered(NamedTuple):
    """A part of a document, as it is named."""

    number: str  # "3.2", in digits
    word: str  # what it is called, folded; "" where only a number stands


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that a question sets in quotation marks, or the number of a part of a document."""

    text: str  # folded
    tokens: tuple[int, ...]  # to look for it by
    word: str = ""  # what the question calls the part, folded

    @property
    def numbered(self) -> Numbered:
        return Numbered(self.text, self.word)


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready to search with."""

    text: str
    language: str
    vector: Vectors  # (dimension,), raw: not centred
    tokens: tuple[int, ...]  # folded subword ids, for the lexical half
    # (subwords, dimension), what the vector is the mean of; none where nothing is to be read.
    states: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    phrases: tuple[Phrase, ...] = ()
    clauses: tuple[Phrase, ...] = ()  # numbers of parts that it asks for
    parts: tuple[Phrase, ...] = ()  # numbers of parts in which it asks for something
    behind: tuple["Query", ...] = ()  # the same behind earlier questions, fewer and more of them; () if it stands alone
    share: float = 0.0  # how much the readings in `behind` count in the search, in [0, 1]; the rest is this one's

    @property
    def whole(self) -> "Query":
        """With everything that is searched for."""
        return self.behind[-1] if self.behind else self


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document that a question names: a clause, a section."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query."""

    passage: Passage
    document: DocumentSummary
    score: float  # cosine of query and passage after centring, in [-1, 1]
    lexical: float  # BM25 over subwords, as a share of the most that this question could have: [0, 1]
    rank_score: float  # what the order was made by; comparable within one result only
    phrased: bool = False  # holds every phrase that the question has in quotation marks, or the part that it names
    copy: bool = False  # says what a better hit says

    @property
    def language(self) -> str:
        return self.passage.language or self.document.language


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a document that a reader chose: one or more whole sentences, born with its offsets."""

    document_id: str
    start: int
    end: int
    highlight: tuple[int, int] | None  # the exact answer inside [start, end), document offsets
    score: float  # probability in [0, 1] that this span answers
    language: str
    is_row: bool = False  # of a table


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of a question: its spans, best first, and how sure it is of the first."""

    spans: tuple[Span, ...]
    confidence: float  # calibrated probability in [0, 1] that the first span is right
    support: tuple[float, ...]  # of each hit read: what speaks for its best sentence; only the order counts
    lacking: tuple[str, ...] = ()  # words for countries and years that are asked about and in none of its documents

    def doubted(self, share: float, documents: Collection[str]) -> Self:
        """With this share of the confidence in what is quoted from these documents."""
        doubted = (
            replace(each, score=share * each.score) if each.document_id in documents else each for each in self.spans
        )
        spans = tuple(sorted(doubted, key=lambda each: -each.score))
        return replace(self, spans=spans, confidence=spans[0].score if spans else self.confidence)


# -- answers (the JSON of the contract; field names and order are the wire's) --


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a table's column: `document.text[start:end] == text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a quoted row: `document.text[start:end] == text`."""

    text: str
    start: int
    end: int
    column: Named | None


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim quotation: `document.text[start:end] == text`."""

    text: str
    document_id: str
    title: str
    source: str
    start: int
    end: int
    before: str  # document.text[start - len(before):start]
    after: str  # document.text[end:end + len(after)]
    highlight: tuple[int, int] | None
    page: int | None  # from 1
    heading: str | None
    date: str | None
    date_origin: DateOrigin | None  # "file": no more than when the file was last changed
    language: str
    score: float
    row: tuple[Cell, ...] | None = None  # the cells that are not blank, where it is a row of a table
    page_label: str | None = None  # what is printed on the page for its number, where that is another
    ocr: bool = False  # read off a picture of its page, letter by letter, and so perhaps read wrong


@dataclass(frozen=True, slots=True)
class NearPassage:
    """One of the nearest passages, shown whatever the status."""

    text: str
    document_id: str
    title: str
    source: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The one answer of CLI, HTTP, page and evaluation. `quotes` is empty when and only when not_found."""

    status: Status
    confidence: float
    question: str
    language: str
    searched_for: str
    quotes: tuple[Quote, ...]
    passages: tuple[NearPassage, ...]
    timings_ms: Mapping[str, float]
    differing: tuple[int, ...] = ()  # places in `quotes` of those that give different figures, the newest first
    # Words of the question for countries and years, and where nothing is quoted names, that no document near to it has.
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether every quotation of an answer is where it says; `difference` names the first that is not."""

    ok: bool
    checked: int
    difference: str | None


# -- sockets -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What must be the same for two vectors to be comparable."""

    name: str
    dimension: int
    max_tokens: int
    query_prefix: str
    passage_prefix: str
    weights_hash: str  # SHA-256, hex

    @property
    def fingerprint(self) -> str:
        return f"{self.name} ({self.dimension} dimensions, weights {self.weights_hash[:12]})"


class Encoded(NamedTuple):
    """A text as a whole, and by its subwords."""

    vector: Vectors  # (dimension,), unit
    states: Vectors  # (subwords, dimension) of the last layer, without those of the prefix and of special tokens


class Encoder(Protocol):
    """Text to unit vectors, to states and to subword ids."""

    @property
    def identity(self) -> EncoderIdentity: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) unit rows. Text past `max_tokens` is not read."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) unit rows."""
        ...

    def read_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """The vectors of `encode_passages`, with what they are the mean of."""
        ...

    def read_queries(self, texts: Sequence[str]) -> list[Encoded]:
        """The vectors of `encode_queries`, with what they are the mean of."""
        ...

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Subword ids of each text, whole, without prefix or special tokens."""
        ...


class VectorIndex(Protocol):
    """Keys to vectors, searched by inner product. Held by one contract suite against an exact oracle."""

    def __len__(self) -> int: ...

    def add(self, keys: Keys, vectors: Vectors) -> None: ...

    def remove(self, keys: Keys) -> None: ...

    def search(self, vector: Vectors, k: int, allowed: Keys | None = None) -> tuple[Keys, Vectors]:
        """The k best keys (fewer if fewer are allowed), best first, ties by smaller key, with inner products."""
        ...

    def save(self, path: str) -> None: ...

    @classmethod
    def load(cls, path: str) -> Self: ...


class Reader(Protocol):
    """Question and passages to spans, with a calibrated probability that the first is right."""

    def read(self, query: Query, hits: Sequence[Hit]) -> Reading: ...


def answer_json(answer: Answer) -> dict[str, Any]:
    """The answer as plain JSON values, in the contract's field order."""
    return asdict(answer)
