"""A PDF's lines are read in the order in which they are spoken, in any script and from any program."""

import json
import random
import subprocess
import sys
import unicodedata
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_documents_pdf import make_pdf

from rag.documents import load_bytes, load_file
from rag.encoders.sample import PAIRS
from rag.pdfium.glyphs import Glyph, text_of
from rag.pdfium.order import spoken

DOCUMENTS = Path(__file__).parent / "documents"
WIDTH, SPACE = 6.0, 3.0


def glyph(text: str, left: float, width: float = WIDTH) -> Glyph:
    return Glyph(text, left, left, left + width, 0.0, 12.0)


def line_text(line: list[Glyph], is_right_to_left: bool) -> str:
    return text_of(spoken(line, is_right_to_left))


def laid_out(display: str) -> list[Glyph]:
    """The glyphs of a line as it is seen, from left to right; spaces stand as wide as letters."""
    return [glyph(character, WIDTH * place) for place, character in enumerate(display)]


# -- from right to left -----------------------------------------------------------

hebrew = st.text(st.sampled_from("אבגדהוזחטיכלמנסעפצקרשת"), min_size=1, max_size=6)


@given(st.lists(hebrew, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_words_from_right_to_left_read_alike_however_their_glyphs_are_told(
    words: list[str], rng: random.Random
) -> None:
    told: list[list[Glyph]] = []
    right = 500.0
    for word in words:
        letters = [glyph(letter, right - WIDTH * (index + 1)) for index, letter in enumerate(word)]
        told.append(letters[:: rng.choice((1, -1))])
        right = letters[-1].left - SPACE
    rng.shuffle(told)
    space = glyph(" ", rng.uniform(0, 500), 0)
    line = [each for word in told for each in (*word, space)]
    assert line_text(line, True) == " ".join(words)


@pytest.mark.parametrize(
    ("spoken", "display"),
    [
        ("נפתח בשנת 1998 כאן", "ןאכ 1998 תנשב חתפנ"),
        ("מחיר 3,50 ליש", "שיל 3,50 ריחמ"),
        ("גדל ב-12% השנה", "הנשה 12%-ב לדג"),
        ("ב-Windows 10 בלבד", "דבלב Windows 10-ב"),
        ("עמ' 10 20", "20 10 'מע"),
        ("كتب (في القاهرة) هنا", "انه (ةرهاقلا يف) بتك"),
        ("كتب (في القاهرة) هنا", "انه )ةرهاقلا يف( بتك"),
        ("قال «نعم» لي", "يل «معن» لاق"),
        ("عام 2024 في UNESCO (باريس).", ".(سيراب) UNESCO يف 2024 ماع"),
        ("نمو 5% هنا", "انه %5 ومن"),
        ("من 10-20 سنة", "ةنس 20-10 نم"),
    ],
)
def test_numbers_names_and_brackets_keep_their_order_in_a_line_from_right_to_left(spoken: str, display: str) -> None:
    assert line_text(laid_out(display), True) == spoken


def test_in_a_line_from_left_to_right_only_the_other_words_turn() -> None:
    assert line_text(laid_out("The law תנשמ 1998 קוח stands."), False) == "The law חוק 1998 משנת stands."


def test_a_mark_belongs_to_the_letter_that_it_stands_at() -> None:
    letters = [glyph("ם", 0), glyph("ל", 6), glyph("ש", 12)]
    marks = [glyph("\u05b8", 13, 2), glyph("\u05c1", 16, 1), glyph("\u05b9", 8, 1)]
    assert line_text([*marks, glyph(" ", 0, 0), *letters], True) == unicodedata.normalize(
        "NFC", "ש\u05b8\u05c1ל\u05b9ם"
    )


def test_lam_and_alef_of_one_glyph_are_not_turned() -> None:
    assert line_text([glyph("م", 0), glyph("ال", 6), glyph("س", 12)], True) == "سلام"


# -- from left to right -----------------------------------------------------------


@given(st.text(st.characters(categories=["Lu", "Ll", "Nd", "Zs", "Po"], max_codepoint=0x58F), min_size=1, max_size=40))
def test_a_line_in_order_stays_as_it_is(text: str) -> None:
    assert line_text(laid_out(text), False) == text


def test_what_was_drawn_before_the_rest_goes_where_it_stands() -> None:
    quoted = [glyph("„", 0), glyph("“", 30), glyph(" ", 36), *(glyph(each, 6 * n) for n, each in enumerate("abcd", 1))]
    assert line_text(quoted, False) == "„abcd“"


def test_a_syllable_told_for_each_of_its_glyphs_is_told_once() -> None:
    line = [glyph("สมา", 0), glyph("ชิ", 18, 5), glyph("ก", 24), glyph("ชิ", 19, 5), glyph(" ", 30), glyph("ชิ", 36, 5)]
    assert line_text(line, False) == "สมาชิก ชิ"


# -- pages ------------------------------------------------------------------------


def drawn(stream: str) -> str:
    """The text of a page with this content."""
    page = make_pdf("x" * len(stream))
    old = page[page.index(b"stream\n") + 7 : page.index(b"\nendstream")]
    page = page.replace(b"/Length %d" % len(old), b"/Length %d" % len(stream)).replace(old, stream.encode("latin-1"))
    return load_bytes(page, "a.pdf").text


def test_words_that_only_a_gap_parts_have_a_space() -> None:
    """As LaTeX sets justified lines: no space is written."""
    stream = "BT /F1 12 Tf 72 720 Td [(Words) -300 (that) -280 (only) -320 (a) -300 (g) 20 (ap) -290 (parts)] TJ ET"
    assert drawn(stream) == "Words that only a gap parts"


def test_a_raised_number_does_not_end_its_line() -> None:
    stream = "BT /F1 12 Tf 72 720 Td (The area is 12 km) Tj /F1 7 Tf 5 Ts (2) Tj /F1 12 Tf 0 Ts ( and more.) Tj ET"
    assert drawn(stream) == "The area is 12 km² and more."


def test_a_wider_gap_between_lines_ends_a_paragraph() -> None:
    lines = [("The first paragraph has two lines here,", 720), ("as its sentence does not end before.", 706)]
    lines += [("The second stands a little further down,", 682), ("and nothing else tells them apart.", 668)]
    text = drawn("BT /F1 12 Tf " + " ".join(f"1 0 0 1 72 {y} Tm ({line}) Tj" for line, y in lines) + " ET")
    assert text.split("\n\n") == [f"{lines[0][0]} {lines[1][0]}", f"{lines[2][0]} {lines[3][0]}"]


def test_a_head_that_is_drawn_last_stands_apart_and_the_next_column_does_not() -> None:
    lines = [("The first column is as long as", 300), ("this and goes on in the second", 286)]
    lines += [("which ends here.", 300), ("A head", 340)]
    places = (72, 72, 320, 72)
    told = zip(places, lines, strict=True)
    text = drawn("BT /F1 12 Tf " + " ".join(f"1 0 0 1 {x} {y} Tm ({line}) Tj" for x, (line, y) in told) + " ET")
    assert text == "The first column is as long as this and goes on in the second which ends here.\n\nA head"


LANGUAGES = {"ar": 8, "fa": 16, "he": 22, "th": 17, "hi": 9, "bn": 23, "az": 10, "vi": 18, "el": 21, "ru": 4}
LESS = {("chromium", "th"), ("libreoffice", "fa")}  # justified Thai has gaps in its words; the ezafe is drawn apart


@pytest.mark.parametrize(
    ("program", "language"), [each for each in product(("chromium", "libreoffice"), LANGUAGES) if each not in LESS]
)
def test_what_two_programs_printed_in_many_scripts_is_read_as_it_was_written(program: str, language: str) -> None:
    """`languages.html`, printed by each; neither writes the non-joiners that Persian has inside words."""
    text = " ".join(load_file(DOCUMENTS / f"{program}.pdf").text.split())
    for written in PAIRS[LANGUAGES[language]]:
        assert " ".join(written.replace("\u200c", "").split()) in text


def test_the_process_says_properties_and_pages_a_line_each() -> None:
    data = make_pdf("One.", "Two.", info="/Title (Both)")
    command = [sys.executable, "-m", "rag.pdfium", "60", str(1 << 30), "texts"]
    ran = subprocess.run(command, input=data, capture_output=True, check=True)
    about, *pages = map(json.loads, ran.stdout.splitlines())
    assert (about["title"], about["language"], about["pages"], about["page_labels"]) == ("Both", "en-GB", 2, [])
    assert pages == [{"text": text, "is_picture": False, "is_layer": False, "ocr": None} for text in ("One.", "Two.")]


def glyphs(text: st.SearchStrategy[str], is_guess: bool) -> st.SearchStrategy[Glyph]:
    return st.builds(
        Glyph,
        text=text,
        origin=st.floats(0, 600),
        left=st.floats(0, 600),
        right=st.floats(0, 600),
        bottom=st.floats(0, 20),
        top=st.floats(0, 20),
        is_guess=st.just(is_guess),
        is_replaced=st.booleans(),
    )


drawn_glyphs = glyphs(st.text(st.sampled_from("aZ9.,()«» \u00a0אבال\u064b\u05b8कि้"), min_size=1, max_size=3), False)
guessed_spaces = glyphs(st.just(" "), True)


@given(st.lists(drawn_glyphs | guessed_spaces, min_size=1, max_size=12), st.booleans())
def test_whatever_stands_where_every_letter_is_told(line: list[Glyph], is_right_to_left: bool) -> None:
    told = line_text(line, is_right_to_left)
    written = {character for each in line for character in each.text if character.isalnum()}
    assert {character for character in told if character.isalnum()} >= written
