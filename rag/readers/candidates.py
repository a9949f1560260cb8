"""The sentences that may be quoted, and how those that are chosen become spans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rag.folding import fold
from rag.part_numbers import only_numbers, opened_by
from rag.readers.questions import NO_QUESTIONS, Questions, asks, questions_of
from rag.reflow import ends_sentence, reflow
from rag.sentences import sentences
from rag.tables import PAIR
from rag.types import Hit, Span

_DATELINE = 24  # letters and digits: longer ones are sentences
_BRIEF = 12  # letters and digits of an answer that says nothing by itself
_HEADING = 100  # characters; longer ones are sentences
_HEADINGS = 2  # that may stand above one sentence
_LIST = 4  # such lines and more are items of a list: the points of a slide
_GAP = 3  # characters of white space between adjoining sentences


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit, with what speaks for it."""

    start: int  # document offsets
    end: int
    text: str  # as it reads, for the encoder
    hit: Hit
    has_heading: bool = False  # above it
    is_row: bool = False  # of a table
    is_record: bool = False  # one whose neighbours have the like to offer, whatever is asked for
    questions: Questions = NO_QUESTIONS  # that its text puts
    highlight: tuple[int, int] | None = None  # document offsets of the answer that the network found in it
    features: tuple[float, ...] = ()
    score: float = 0.0  # its place in the order
    asked: float = 0.0  # how like that above it is to the one asked
    named: int = 0  # how well it opens the part of a document that the question names (rag.clauses.likeness)
    lead: float = 0.0  # over the next

    @property
    def place(self) -> tuple[str, int, int]:
        return self.hit.document.id, self.start, self.end


def candidates_of(hits: Iterable[Hit]) -> list[Candidate]:
    """The sentences of the hits, once each though passages overlap, under the better of their hits.

    A question repeats more of a question than its answer does: where a passage tells something, only that is quoted.
    """
    found: dict[tuple[str, int, int], Candidate] = {}
    for hit in hits:
        passage, language = hit.passage, hit.language
        told = reflow(passage.text, passage.columns)
        spans = _quotable(passage.text, language)
        questions = dict(zip(spans, questions_of(passage.text, spans, language), strict=True))
        telling = [(start, end) for start, end in spans if not asks(passage.text[start:end], language)]
        for start, end in telling or spans:
            where = (passage.document_id, passage.start + start, passage.start + end)
            row = told.row_at(start)
            text = told.text[row.start : row.end] if row else reflow(passage.text[start:end]).text
            has_heading = row is None and "\n\n" in passage.text[start:end]
            asked = questions[start, end]
            is_record = row is not None and not asked.above and (row.is_named or len(row.cells) > PAIR)
            each = Candidate(where[1], where[2], text, hit, has_heading, row is not None, is_record, asked)
            held = found.setdefault(where, each)
            if each.questions.above and not held.questions.above:  # the better hit begins below it
                found[where] = replace(held, questions=each.questions)
    return list(found.values())


def by_passage(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Those that stand together under one hit."""
    return [list(group) for _, group in groupby(candidates, key=lambda each: place(each.hit))]


def place(hit: Hit) -> tuple[str, int]:
    return hit.passage.document_id, hit.passage.ordinal


def _quotable(text: str, language: str) -> list[tuple[int, int]]:
    """Its sentences; a dateline, the number of a paragraph, a heading or "Yes." is none without what it opens."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text, language):
        opens = spans and (_opens(text, *spans[-1], language) or _is_brief(text, spans, language))
        opened = opens and not text[spans[-1][1] : start].strip(" ")
        spans.append((spans.pop()[0] if opened else start, end))
    return _under_headings(spans, text, language)


def _under_headings(spans: Sequence[tuple[int, int]], text: str, language: str) -> list[tuple[int, int]]:
    """A heading repeats more of a question than what stands below it, and tells nothing alone."""
    quotable: list[tuple[int, int]] = []
    above = 0  # lines that look like headings, one below the other; those quoted together count once
    below_number = False  # the last of them does nothing but number what follows
    for start, end in spans:
        line, alone = text[start:end], _stands_alone(text, start, end)
        folded = fold(line)
        opens = _is_line(text, start, end) and any(each.word for each in opened_by(folded))
        is_number = (alone or opens) and only_numbers(folded)
        is_sentence = ends_sentence(line) or (len(line) > _HEADING and not _is_row(line))
        tells = below_number or (is_sentence and not asks(line, language))
        under = min(above, _HEADINGS) if tells and not is_number and above < _LIST else 0
        quotable[len(quotable) - under :] = [(quotable[-under][0] if under else start, end)]
        above = (0 if under else above) + 1 if is_number or ((alone or opens) and _is_heading(line)) else 0
        below_number = is_number
    return quotable


def _stands_alone(text: str, start: int, end: int) -> bool:
    return (start == 0 or text.endswith("\n\n", 0, start)) and text.startswith("\n\n", end)


def _is_line(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in ("", "\n") and text[end : end + 1] in ("", "\n")


def _is_heading(line: str) -> bool:
    """By its looks, for a PDF does not tell: a short line that ends as no sentence does, and is no date."""
    is_line = len(line) <= _HEADING and "\n" not in line and not ends_sentence(line)
    return is_line and not _is_row(line) and sum(map(str.isalpha, line)) > sum(map(str.isdigit, line))


def _is_row(line: str) -> bool:
    return "\t" in line or line.startswith("|")


def _opens(text: str, start: int, end: int, language: str) -> bool:
    letters = [each for each in text[start:end] if each.isalnum()]
    begins_line = start == 0 or text[start - 1] == "\n"
    if not begins_line or len(letters) >= _DATELINE or asks(text[start:end], language):
        return False
    return any(each.isdigit() for each in letters) or bool(opened_by(fold(text[start:end])))


def _is_brief(text: str, spans: Sequence[tuple[int, int]], language: str) -> bool:
    """Whether the last of them is a word or two below a question: "Of course."."""
    if len(spans) < 2 or not asks(text[slice(*spans[-2])], language):
        return False
    start, end = spans[-1]
    return "\n" in text[spans[-2][1] : start] and sum(map(str.isalnum, text[start:end])) < _BRIEF


# -- what is quoted ------------------------------------------------------------


def adjoin(one: Candidate, other: Candidate) -> bool:
    """Rows of a table do not, nor what a heading parts: each is about something else."""
    if one.is_row or other.is_row or max(one, other, key=lambda each: each.start).has_heading:
        return False
    gap = max(one.start - other.end, other.start - one.end)
    return one.hit.document.id == other.hit.document.id and 0 <= gap <= _GAP


def touches(candidate: Candidate, span: Span) -> bool:
    same = candidate.hit.document.id == span.document_id
    return same and candidate.start < span.end and span.start < candidate.end


def span_of(quoted: Sequence[Candidate], probability: float) -> Span:
    """Of a sentence and those that adjoin it, the best first."""
    start, end = min(each.start for each in quoted), max(each.end for each in quoted)
    best = quoted[0]
    return Span(best.hit.document.id, start, end, best.highlight, probability, best.hit.language, best.is_row)
