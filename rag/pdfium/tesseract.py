"""Tesseract, the program that reads pictures of text (R. Smith, ICDAR 2007): which words it finds, and where."""

import csv
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from shutil import which
from statistics import mean

_SECONDS = 120  # for one picture
_TABS = 11  # in a line of its table
_LINE_COLUMNS = ("block_num", "par_num", "line_num")


class TesseractFailed(Exception):
    """It ended otherwise than it should; says what it said."""


@dataclass(frozen=True, slots=True)
class Word:
    """Lengths are in pixels, from the picture's upper left."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    certainty: float  # that it is read right, as Tesseract has it, in [0, 1]
    is_joined: bool = False  # to the one before it: Chinese words, and parts of Korean ones, have no spaces between


@dataclass(frozen=True, slots=True)
class Setting:
    """How a picture is to be turned, clockwise, to stand upright; and its script, as Tesseract names it."""

    turn: int  # degrees: 0, 90, 180 or 270
    script: str


def languages() -> tuple[str, tuple[str, ...]] | None:
    """Its version, and the languages that it has data for, by its own codes; None where it is not installed."""
    if which("tesseract") is None:
        return None
    version = _said("--version").splitlines()[0].removeprefix("tesseract").strip()
    listed = [line.strip() for line in _said("--list-langs").splitlines()[1:]]
    return version, tuple(sorted(filter(_is_language, listed)))


def _is_language(code: str) -> bool:
    """Not "osd" and "equ", which are none, nor "Latin" and "script/Latin", which are for every language of a script."""
    return code not in ("osd", "equ") and re.fullmatch(r"[a-z_]+", code) is not None


def lines(picture: bytes, read_as: Sequence[str], dots: int) -> list[list[Word]]:
    """The words of each line, in the order in which they are read. `dots`: of the picture, in an inch.

    Raises TesseractFailed, TimeoutError.
    """
    told = _said("-", "-", "-l", "+".join(read_as), "--dpi", str(dots), "tsv", "txt", picture=picture).split("\n")
    table = [line for line in told if line.count("\t") == _TABS]
    text = "\n".join(line for line in told if line.count("\t") != _TABS)
    rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if row["level"] == "5" and row["text"].strip()]
    joined = _joined([row["text"].strip() for row in words], text)
    by_line = groupby(zip(words, joined, strict=True), key=lambda each: [each[0][column] for column in _LINE_COLUMNS])
    return [[_word(row, is_joined) for row, is_joined in line] for _, line in by_line]


def _joined(words: Sequence[str], text: str) -> list[bool]:
    """Whether each is joined to the one before it, as the text says, which has them in the same order."""
    told = []
    reached = 0
    for word in words:
        place = text.find(word, reached)
        told.append(place == reached and place > 0)
        reached = place + len(word) if place >= 0 else reached
    return told


def _word(row: dict[str, str], is_joined: bool) -> Word:
    left, top, width, height = (int(row[side]) for side in ("left", "top", "width", "height"))
    certainty = max(float(row["conf"]), 0) / 100
    return Word(row["text"].strip(), left, top, left + width, top + height, certainty, is_joined)


def setting(picture: bytes, dots: int) -> Setting | None:
    """None where too little is written to tell, or where it has no data to tell it by. Raises TimeoutError."""
    try:
        told = _said("-", "-", "--psm", "0", "--dpi", str(dots), picture=picture)
    except TesseractFailed:
        return None
    turn, script = re.search(r"^Rotate: (\d+)$", told, re.M), re.search(r"^Script: (\w+)$", told, re.M)
    return Setting(int(turn[1]), script[1]) if turn and script else None


def certainty(read: Sequence[Sequence[Word]]) -> float:
    """Of all words together, the longer ones counted more; 0 where there are none."""
    words = [word for line in read for word in line]
    letters = sum(len(word.text) for word in words)
    return sum(word.certainty * len(word.text) for word in words) / letters if letters else 0.0


def line_certainty(line: Sequence[Word]) -> float:
    return mean(word.certainty for word in line)


def _said(*arguments: str, picture: bytes = b"") -> str:
    """One thread for each: its own threads only wait for each other, and pages are read beside each other."""
    alone = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            ["tesseract", *arguments], input=picture, capture_output=True, env=alone, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    except OSError as error:
        raise TesseractFailed(str(error)) from error
    if done.returncode:
        raise TesseractFailed(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout.decode("utf-8", "replace")
