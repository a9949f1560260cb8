"""An Answer as the message of a chat: Markdown that shows every quotation letter by letter, with its sources below."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from rag.differences import likely
from rag.documents.content import one_line
from rag.types import Answer, Quote

# Nothing in a quotation is markup: a chat would draw it, and fetch a picture that a document names.
_MARKUP = re.compile(r"[\\`*_\[\]<>~$&|]")
_LINE = re.compile(r"(?m)^[ \t]*(\d{0,9})([#+=.)-])")  # what begins a heading, a list or a rule
_BREAK = re.compile(r"(?<!\n)\n(?!\n)")


@dataclass(frozen=True, slots=True)
class _Words:
    """As the page says it."""

    sources: str
    also: str
    not_found: str
    lacking: str
    differ: str
    page: str


_WORDS = MappingProxyType(
    {
        "en": _Words(
            "Sources (confidence {}%)",
            "Also in the documents",
            "The documents do not say.",
            "Not mentioned in the nearest documents: {}.",
            "The sources give different figures.",
            "page {}",
        ),
        "ru": _Words(
            "Источники (уверенность {} %)",
            "Ещё в документах",
            "В документах этого нет.",
            "Не упоминается в ближайших документах: {}.",
            "Источники приводят разные цифры.",
            "с. {}",
        ),
        "az": _Words(
            "Mənbələr (əminlik {} %)",
            "Sənədlərdə həmçinin",
            "Sənədlərdə bu barədə deyilmir.",
            "Ən yaxın sənədlərdə adı çəkilmir: {}.",
            "Mənbələr fərqli rəqəmlər göstərir.",
            "səh. {}",
        ),
        "tr": _Words(
            "Kaynaklar (güven %{})",
            "Belgelerde ayrıca",
            "Belgelerde bu yazmıyor.",
            "En yakın belgelerde geçmiyor: {}.",
            "Kaynaklar farklı rakamlar veriyor.",
            "s. {}",
        ),
        "zh": _Words(
            "来源（可信度 {}%）",
            "文档中还有",
            "文档没有说到。",
            "最接近的文档没有提到：{}。",
            "各来源给出的数字不一致。",
            "第 {} 页",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """`"".join(parts)` is what is shown. `annotations`: OpenAI's url_citation of each quotation in it."""

    parts: tuple[str, ...]
    annotations: tuple[dict[str, Any], ...]


def message_of(answer: Answer, base: str) -> Message:
    """`base`: the address of this service, with a slash at its end."""
    words = _WORDS.get(answer.language, _WORDS["en"])
    lacking = words.lacking.format(_plain(", ".join(answer.lacking))) if answer.lacking else ""
    if not answer.quotes:
        return Message((f"{words.not_found} {lacking}".rstrip(),), ())
    parts: list[str] = []
    annotations = []
    at = 0
    for block, quoted in _blocks(answer, words, base):
        if quoted is not None:
            annotations.append(_citation(quoted, at, at + len(block), base))
        parts.append(f"{block}\n\n")
        at += len(parts[-1])
    return Message(tuple(parts), tuple(annotations))


def _blocks(answer: Answer, words: _Words, base: str) -> Iterator[tuple[str, Quote | None]]:
    """Paragraphs, and what each quotes."""
    also = likely(answer.quotes) + 1
    for number, quoted in enumerate(answer.quotes, 1):
        if number == also:
            yield f"{words.also}:", None
        yield f"“{_plain(quoted.text)}” [{number}]", quoted
    if answer.differing:
        numbers = " ".join(f"[{place + 1}]" for place in sorted(answer.differing))
        yield f"{words.differ} {numbers}", None
    yield "\n".join(_sources(answer, words, base)), None


def _sources(answer: Answer, words: _Words, base: str) -> Iterator[str]:
    yield f"{words.sources.format(round(100 * answer.confidence))}:\n"
    for number, quoted in enumerate(answer.quotes, 1):
        page = quoted.page_label or quoted.page
        date = None if quoted.date_origin == "file" else quoted.date
        told = [date, words.page.format(_plain(str(page))) if page else None, "OCR" if quoted.ocr else None]
        about = "".join(f", {each}" for each in told if each)
        yield f"{number}. [{_plain(one_line(_called(quoted, answer.quotes)))}]({_address(quoted, base)}){about}"


def _called(quoted: Quote, beside: Sequence[Quote]) -> str:
    """Its title, with its file where another document has the same title."""
    shared = any(each.title == quoted.title and each.document_id != quoted.document_id for each in beside)
    return f"{quoted.title} ({PurePath(quoted.source).name})" if shared else quoted.title


def _citation(quoted: Quote, start: int, end: int, base: str) -> dict[str, Any]:
    cited = {"start_index": start, "end_index": end, "title": quoted.title, "url": _address(quoted, base)}
    return {"type": "url_citation", "url_citation": cited}


def _address(quoted: Quote, base: str) -> str:
    return f"{base}documents/{quote(quoted.document_id, safe='')}#{quoted.start}-{quoted.end}"


def _plain(text: str) -> str:
    """Text as Markdown that shows it and nothing else. The cells of a row are parted for the eye."""
    shown = _MARKUP.sub(r"\\\g<0>", re.sub(r"\t+", " · ", text))
    return _BREAK.sub("  \n", _LINE.sub(r"\1\\\2", shown))
