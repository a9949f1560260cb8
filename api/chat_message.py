"""An Answer as the message of a chat: Markdown that shows every quotation letter by letter, with its sources below."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from rag.types import Answer, Quote

# Nothing in a quotation is markup: a chat would draw it, and fetch a picture that a document names.
_MARKUP = re.compile(r"[\\`*_\[\]<>~$&|]")
_LINE = re.compile(r"(?m)^[ \t]*(\d{0,9})([#+=.)-])")  # what begins a heading, a list or a rule
_BREAK = re.compile(r"(?<!\n)\n(?!\n)")


@dataclass(frozen=True, slots=True)
class _Words:
    sources: str
    not_found: str
    differ: str
    page: str


_ENGLISH = _Words(
    "Sources (confidence {}%):", "The documents do not say.", "The sources give different figures:", "page {}"
)
_WORDS = MappingProxyType(
    {
        "en": _ENGLISH,
        "ru": _Words("Источники (уверенность {} %):", "В документах этого нет.", "В источниках разные цифры:", "с. {}"),
        "az": _Words("Mənbələr (əminlik {} %):", "Sənədlərdə bu yoxdur.", "Mənbələrdə rəqəmlər fərqlidir:", "səh. {}"),
        "tr": _Words("Kaynaklar (güven %{}):", "Belgelerde bu yok.", "Kaynaklardaki rakamlar farklı:", "s. {}"),
        "zh": _Words("来源（可信度 {}%）：", "文档中没有说明。", "各来源的数字不同：", "第 {} 页"),
    }
)


@dataclass(frozen=True, slots=True)
class Message:
    """`"".join(parts)` is what is shown. `annotations`: OpenAI's url_citation of each quotation in it."""

    parts: tuple[str, ...]
    annotations: tuple[dict[str, Any], ...]


def message_of(answer: Answer, base: str) -> Message:
    """`base`: the address of this service, with a slash at its end."""
    words = _WORDS.get(answer.language, _ENGLISH)
    if not answer.quotes:
        return Message((words.not_found,), ())
    parts: list[str] = []
    annotations = []
    at = 0
    for number, quoted in enumerate(answer.quotes, 1):
        shown = f"“{_plain(quoted.text)}” [{number}]"
        annotations.append(_citation(quoted, at, at + len(shown), base))
        parts.append(f"{shown}\n\n")
        at += len(parts[-1])
    if answer.differing:
        numbers = " ".join(f"[{place + 1}]" for place in sorted(answer.differing))
        parts.append(f"{words.differ} {numbers}\n\n")
    parts.append("\n".join(_sources(answer, words, base)))
    return Message(tuple(parts), tuple(annotations))


def _sources(answer: Answer, words: _Words, base: str) -> Iterator[str]:
    yield f"{words.sources.format(round(100 * answer.confidence))}\n"
    for number, quoted in enumerate(answer.quotes, 1):
        page = quoted.page_label or quoted.page
        told = [quoted.date, words.page.format(_plain(str(page))) if page else None]
        about = "".join(f", {each}" for each in told if each)
        yield f"{number}. [{_plain(_one_line(quoted.title))}]({_address(quoted, base)}){about}"


def _citation(quoted: Quote, start: int, end: int, base: str) -> dict[str, Any]:
    cited = {"start_index": start, "end_index": end, "title": quoted.title, "url": _address(quoted, base)}
    return {"type": "url_citation", "url_citation": cited}


def _address(quoted: Quote, base: str) -> str:
    return f"{base}documents/{quote(quoted.document_id, safe='')}#{quoted.start}-{quoted.end}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    """Text as Markdown that shows it and nothing else. The cells of a row are parted for the eye."""
    shown = _MARKUP.sub(r"\\\g<0>", re.sub(r"\t+", " · ", text))
    return _BREAK.sub("  \n", _LINE.sub(r"\1\\\2", shown))
