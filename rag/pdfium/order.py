"""From what is seen to what is read: the glyphs of a line in the order in which its words are spoken.

A PDF says where each glyph stands, and most say them in reading order. Not so for scripts that are written from right
to left: some programs give a word's glyphs from its end, some a line's words, and pdfium turns back what it takes for
turned. So their lines are read off the page by place, and the bidirectional algorithm (Unicode Standard Annex 9) is
undone: it tells how a logical text is displayed, and applied to a display it gives, nearly, the logical text.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from statistics import median

from rag.pdfium.glyphs import Glyph, retold, text_of

# Each x the line's height; measured on news in 24 languages, printed by Chromium and LibreOffice.
_BETWEEN = 0.13  # a wider gap is a space where one is written or was seen
_INSIDE = 0.45  # ... and where none is
_REPLACED = 0.18  # behind a glyph that is told in other words than drawn, a narrower gap is none
_BACK = 1.0  # who goes back further begins another part of the line
_ALEF = "اأإآٱ"
_BRACKETS = {bracket: pair for pair in ("()", "[]", "{}", "«»", "‹›") for bracket in pair}
_BRACKET = re.compile(r"[()\[\]{}«»‹›]")


def spoken(line: Sequence[Glyph], is_right_to_left: bool) -> list[Glyph]:
    """A line's glyphs, each with the text that it stands for, in the order in which that is read.

    `is_right_to_left`: whether the page is; so is then every line that has a word from right to left.
    """
    if line[0].is_word:
        return [*line]
    glyphs = _without_repeats(line)
    height = median(glyph.height for glyph in glyphs)
    if all(_direction(glyph) >= 0 for glyph in glyphs):
        return _parted(_in_order(glyphs, height), height)
    placed = [_with_ligature(glyph) for glyph in _by_place(glyphs, height)]
    kinds = _kinds([glyph.text for glyph in placed])
    if is_right_to_left or balance([glyphs]) < 0:
        return _brackets_turned(_turned(placed, kinds))
    return _inner_turned(placed, kinds)


def space_before(glyph: Glyph) -> Glyph:
    """A space that is not drawn."""
    return replace(glyph, text=" ", right=glyph.left)


def after_space(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """With a space before them; of none it is none."""
    return [space_before(glyphs[0]), *glyphs] if glyphs else []


def balance(lines: Sequence[Sequence[Glyph]]) -> int:
    """Glyphs from left to right less glyphs from right to left."""
    return sum(_direction(glyph) for line in lines for glyph in line)


def _direction(glyph: Glyph) -> int:
    """1: left to right, -1: right to left, 0: neither."""
    kind = unicodedata.bidirectional(glyph.text[0])
    return 1 if kind == "L" else -1 if kind in ("R", "AL") else 0


def _without_repeats(line: Sequence[Glyph]) -> list[Glyph]:
    """A syllable that is drawn as two glyphs may be told for each: Chromium's Thai and Khmer."""
    kept: list[Glyph] = []
    told: dict[str, list[Glyph]] = {}
    for glyph in line:
        others = told.setdefault(glyph.text, [])
        if len(glyph.text) == 1 or not any(_stands_at(glyph, other) for other in others):
            kept.append(glyph)
            others.append(glyph)
        else:  # what pdfium saw behind it lies behind the glyph before
            kept[-1] = replace(kept[-1], is_replaced=True)
    return kept


def _stands_at(one: Glyph, other: Glyph) -> bool:
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.2 * min(one.right - one.left, other.right - other.left)


# -- where it stands ------------------------------------------------------------


def _in_order(line: Sequence[Glyph], height: float) -> Sequence[Glyph]:
    """Programs draw what another font has, often the punctuation, before or after the rest of a line."""
    goes_back = any(glyph.left < before.left - _BACK * height for before, glyph in pairwise(line) if not glyph.is_guess)
    return _by_place(line, height) if goes_back else line


def _parted(line: Sequence[Glyph], height: float) -> list[Glyph]:
    """Without the spaces that pdfium saw behind a replaced glyph where there is no gap."""
    return [
        glyph
        for before, glyph, after in zip([None, *line], line, [*line[1:], None], strict=False)
        if not (glyph.is_guess and before and after and before.is_replaced and _is_near(before, after, height))
    ]


def _is_near(before: Glyph, after: Glyph, height: float) -> bool:
    return after.left - before.right < _REPLACED * height


def _by_place(line: Sequence[Glyph], height: float) -> list[Glyph]:
    """From left to right. That a space parts two words is to be believed, but not where it is said to stand."""
    parts = [part for word in _words(line) for part in _parts(_with_marks(word), _INSIDE * height)]
    parts.sort(key=lambda part: part[0].origin)
    placed: list[Glyph] = []
    for part in parts:
        if placed and part[0].left - placed[-1].right > _BETWEEN * height:
            placed.append(space_before(part[0]))
        placed += part
    return placed


def _words(line: Sequence[Glyph]) -> list[list[Glyph]]:
    """What spaces part; marks that were drawn apart are put to the word where they stand."""
    rows = [list(row) for is_space, row in groupby(line, key=lambda each: each.text.isspace()) if not is_space]
    words = [row for row in rows if not all(map(_is_mark, row))]
    for mark in (glyph for row in rows if all(map(_is_mark, row)) for glyph in row):
        if words:
            min(words, key=lambda word: min(_distance(mark, letter) for letter in word)).append(mark)
    return words


def _parts(word: Sequence[Glyph], gap: float) -> list[list[Glyph]]:
    """Letters from right to left stay together: strokes that lengthen a word to its line are no letters."""
    parts = [[word[0]]]
    for before, glyph in pairwise(word):
        if glyph.left - before.right > gap and (_direction(before) >= 0 or _direction(glyph) >= 0):
            parts.append([])
        parts[-1].append(glyph)
    return parts


def _with_marks(word: Sequence[Glyph]) -> list[Glyph]:
    """From left to right, each mark with the letter that it stands at."""
    letters = sorted((glyph for glyph in word if not _is_mark(glyph)), key=lambda each: (each.origin, each.right))
    marked = [glyph.text for glyph in letters]
    for mark in filter(_is_mark, word):
        marked[min(range(len(letters)), key=lambda each: _distance(mark, letters[each]))] += mark.text
    return [
        replace(glyph, text=unicodedata.normalize("NFC", text)) if text != glyph.text else glyph
        for glyph, text in zip(letters, marked, strict=True)
    ]


def _is_mark(glyph: Glyph) -> bool:
    return all(unicodedata.category(character) in ("Mn", "Me") for character in glyph.text)


def _distance(mark: Glyph, letter: Glyph) -> tuple[float, float]:
    """How far outside, and how far from the middle."""
    centre = (mark.left + mark.right) / 2
    return max(letter.left - centre, centre - letter.right, 0.0), abs(centre - (letter.left + letter.right) / 2)


# -- how it is read -------------------------------------------------------------


def _with_ligature(glyph: Glyph) -> Glyph:
    """pdfium turns the ligature of lam and alef with the word that it stands in."""
    text = re.sub(f"^([{_ALEF}])ل(?=\\W*$)", r"ل\1", glyph.text)
    return glyph if text == glyph.text else replace(glyph, text=text)


def _kinds(texts: Sequence[str]) -> list[str]:
    """ "R"; "L", which with numbers is what goes from left to right; "N" for what lies outside both."""
    bidi = [unicodedata.bidirectional(text[0]) for text in texts]
    is_arabic = "AL" in bidi
    kinds = ["R" if each in ("R", "AL") else "L" if each in ("L", "EN", "AN") else "N" for each in bidi]
    if not is_arabic:  # beside a number stands its currency or per cent sign
        beside = [bidi[max(index - 1, 0) : index + 2] for index in range(len(bidi))]
        kinds = ["L" if bidi[index] == "ET" and "EN" in beside[index] else kind for index, kind in enumerate(kinds)]
    separators = ("CS",) if is_arabic else ("CS", "ES")
    for start, end in _between(kinds):
        if bidi[start - 1] == "L" or bidi[end] == "L" or (end - start == 1 and bidi[start] in separators):
            kinds[start:end] = "L" * (end - start)
    return kinds


def _between(kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Where the rows of "N" begin and end that stand between two "L"."""
    rows, start = [], 0
    for kind, row in groupby(kinds):
        end = start + len(list(row))
        if kind == "N" and start > 0 and end < len(kinds) and kinds[start - 1] == kinds[end] == "L":
            rows.append((start, end))
        start = end
    return rows


def _turned(glyphs: Sequence[Glyph], kinds: Sequence[str]) -> list[Glyph]:
    """From the last to the first, but for the rows of "L"."""
    rows = [
        [glyph for _, glyph in row]
        for is_kept, row in groupby(zip(kinds, glyphs, strict=True), key=lambda each: each[0] == "L")
    ]
    is_kept = kinds[0] == "L"
    turned = [row if is_kept == (index % 2 == 0) else row[::-1] for index, row in enumerate(rows)]
    return [glyph for row in reversed(turned) for glyph in row]


def _inner_turned(glyphs: Sequence[Glyph], kinds: Sequence[str]) -> list[Glyph]:
    """A line from left to right, where only what lies between words from right to left turns, and their numbers."""
    letters = "".join(
        "L" if unicodedata.bidirectional(glyph.text[0]) == "L" else "R" if kind == "R" else "N"
        for glyph, kind in zip(glyphs, kinds, strict=True)
    )
    told: list[Glyph] = []
    reached = 0
    for row in re.finditer("R(?:[RN]*R)?", letters):
        start, end = row.span()
        told += [*glyphs[reached:start], *_turned(glyphs[start:end], kinds[start:end])]
        reached = end
    return [*told, *glyphs[reached:]]


def _brackets_turned(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Brackets by what stands beside them: which of the two is drawn depends on the direction, and on the program."""
    text = text_of(glyphs)
    is_open: dict[str, bool] = {}

    def turned(found: re.Match[str]) -> str:
        pair = _BRACKETS[found[0]]
        before, after = text[: found.start()][-1:].strip(), text[found.end() :][:1].strip()
        opens = not before if bool(before) != bool(after) else not is_open.get(pair, False)
        is_open[pair] = opens
        return pair[0] if opens else pair[1]

    return retold(glyphs, _BRACKET.sub(turned, text))
