"""A printed page is shown as it is, and what is marked on it is what is quoted."""

import hashlib
import os
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import RectangleObject
from test_documents_pdf import make_pdf, placed_pdf

from rag.documents import load_bytes, load_file
from rag.documents.facsimile import Box, Drawn, Facsimile, aligned, facsimile, picture
from rag.documents.lines import join_lines
from rag.documents.originals import bytes_of
from rag.errors import PageMissing
from rag.types import Document, Original

DOCUMENTS = Path(__file__).parent / "documents"
CITIES = make_pdf("The first page tells of Baku.\nIt is a city by the sea.", "The second page tells of Beijing.")


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def marked(data: bytes, document: Document, words: str, page: int = 1) -> Facsimile:
    start = document.text.index(words)
    return facsimile(data, document, page, [(start, start + len(words))])


def under(data: bytes, seen: Facsimile, box: Box) -> str:
    """What pdfium itself finds in a box of a page that is neither turned nor cropped."""
    page = pypdfium2.PdfDocument(data)[seen.page - 1]
    left, right = box.left * seen.width, box.right * seen.width
    return page.get_textpage().get_text_bounded(
        left=left, right=right, top=(1 - box.top) * seen.height, bottom=(1 - box.bottom) * seen.height
    )


# -- where a quotation stands -------------------------------------------------------


def test_what_lies_under_a_mark_is_what_is_quoted() -> None:
    document = load_bytes(CITIES, "cities.pdf")
    seen = marked(CITIES, document, "It is a city")
    ((box,),) = seen.marks
    assert under(CITIES, seen, box).strip() == "It is a city"


def test_a_quotation_of_several_lines_has_a_mark_for_each() -> None:
    data = make_pdf("Quoth answers questions over a folder of documents in the\ndocuments' own words, and says where.")
    document = load_bytes(data, "a.pdf")
    assert "in the documents'" in document.text
    ((above, below),) = marked(data, document, "folder of documents in the documents' own").marks
    assert above.top < below.top
    assert above.left > below.left


def test_a_word_that_a_lines_end_divides_is_marked_in_both_its_parts() -> None:
    data = make_pdf(
        "A question in any language finds the very pas-\nsages that answer it, and no others stand beside it."
    )
    document = load_bytes(data, "a.pdf")
    seen = marked(data, document, "passages")
    assert [letters(under(data, seen, box)) for box in seen.marks[0]] == ["pas", "sages"]


def test_cells_of_a_row_are_marked_each() -> None:
    rows = [("Station", "Opened", "Lines"), ("Old harbour", "1971", "1"), ("Airport", "2009", "3")]
    words = [
        (left, 700 - 20 * n, cell) for n, row in enumerate(rows) for left, cell in zip((72, 200, 330), row, strict=True)
    ]
    data = placed_pdf(words)
    document = load_bytes(data, "a.pdf")
    seen = marked(data, document, "Old harbour\t1971\t1")
    assert [under(data, seen, box).strip() for box in seen.marks[0]] == ["Old harbour", "1971", "1"]


def test_of_words_that_come_twice_those_that_are_quoted_are_marked() -> None:
    data = make_pdf("The ferry sails at noon.\nThe ferry sails at noon.\nThe ferry sails at noon.")
    document = load_bytes(data, "a.pdf")
    second = document.text.index("The", 1)
    seen = facsimile(data, document, 1, [(0, 9), (second, second + 9)])
    (first_box,), (second_box,) = seen.marks
    assert first_box.top < second_box.top


def test_a_head_that_is_told_once_is_not_taken_for_what_the_page_says() -> None:
    rules = [f"Rule {n} of the harbour is that ships of kind {n} wait." for n in range(1, 5)]
    data = placed_pdf(
        *([(72, 760, "Rules of the harbour"), *((72, top, rule) for top in (700, 686, 672))] for rule in rules)
    )
    document = load_bytes(data, "a.pdf")
    assert document.text.count("Rules of the harbour") == 1
    seen = marked(data, document, "Rule 3 of the harbour", page=3)
    assert [under(data, seen, box).strip() for box in seen.marks[0]] == ["Rule 3 of the harbour"]


def test_a_stretch_is_marked_on_its_own_page_only_and_one_over_two_pages_on_both() -> None:
    document = load_bytes(CITIES, "cities.pdf")
    second = document.pages[1]
    stretches = [(0, 9), (second, second + 9), (second - 5, second + 9)]
    first_page, second_page = (facsimile(CITIES, document, page, stretches) for page in (1, 2))
    assert [bool(boxes) for boxes in first_page.marks] == [True, False, True]
    assert [bool(boxes) for boxes in second_page.marks] == [False, True, True]
    assert (first_page.start, first_page.end, second_page.start, second_page.end) == (
        0,
        second,
        second,
        len(document.text),
    )


@pytest.mark.parametrize("stretch", [(0, 0), (9, 3), (10**9, 10**10), (0, 10**9)])
def test_a_place_that_is_not_there_marks_nothing_more_than_there_is(stretch: tuple[int, int]) -> None:
    document = load_bytes(CITIES, "cities.pdf")
    (boxes,) = facsimile(CITIES, document, 2, [stretch]).marks
    assert len(boxes) == (stretch == (0, 10**9))


@pytest.mark.parametrize("program", ["chromium", "libreoffice"])
def test_every_letter_of_a_page_has_its_place_on_it_in_any_script(program: str) -> None:
    data = (DOCUMENTS / f"{program}.pdf").read_bytes()
    document = load_bytes(data, "a.pdf")
    for page in range(1, len(document.pages) + 1):
        bare = facsimile(data, document, page, [])
        places = [place for place in range(bare.start, bare.end) if document.text[place].isalnum()]
        seen = facsimile(data, document, page, [(place, place + 1) for place in places])
        missing = [document.text[place] for place, boxes in zip(places, seen.marks, strict=True) if not boxes]
        assert missing == []
        assert all(0 <= side <= 1 for (box,) in seen.marks for side in box)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_marks_turn_with_the_page(angle: int) -> None:
    upright = marked(CITIES, load_bytes(CITIES, "a.pdf"), "The first page").marks[0][0]
    writer = PdfWriter(clone_from=BytesIO(CITIES))
    writer.pages[0].rotate(angle)
    out = BytesIO()
    writer.write(out)
    document = load_bytes(out.getvalue(), "a.pdf")
    seen = marked(out.getvalue(), document, "The first page")
    ((left, top, right, bottom),) = seen.marks[0]
    expected = {
        90: (1 - upright.bottom, upright.left, 1 - upright.top, upright.right),
        180: (1 - upright.right, 1 - upright.bottom, 1 - upright.left, 1 - upright.top),
        270: (upright.top, 1 - upright.right, upright.bottom, 1 - upright.left),
    }[angle]
    assert (left, top, right, bottom) == pytest.approx(expected, abs=1e-3)
    assert (seen.width > seen.height) == (angle != 180)


def test_of_a_cropped_page_places_are_told_on_what_is_seen_of_it() -> None:
    whole = marked(CITIES, load_bytes(CITIES, "a.pdf"), "The first page").marks[0][0]
    writer = PdfWriter(clone_from=BytesIO(CITIES))
    writer.pages[0].cropbox = RectangleObject((36, 396, 612, 792))  # what is left of 612 x 792 points
    out = BytesIO()
    writer.write(out)
    seen = marked(out.getvalue(), load_bytes(out.getvalue(), "a.pdf"), "The first page")
    ((left, top, _, _),) = seen.marks[0]
    assert (seen.width, seen.height) == (576, 396)
    assert (left, top) == pytest.approx(((whole.left * 612 - 36) / 576, whole.top * 2), abs=1e-3)


words = st.lists(st.text(st.sampled_from("abcdefghijklmnop"), min_size=1, max_size=9), min_size=1, max_size=8).map(
    " ".join
)


@given(st.lists(words, min_size=1, max_size=8), st.data())
def test_whatever_the_typesetting_each_letter_is_shown_by_its_own_glyph(lines: list[str], data: st.DataObject) -> None:
    """Lines are joined, words divided at their ends, letters drawn as one; the head above them is not told."""
    drawn = [line + data.draw(st.sampled_from(("", "-", "ﬁ", "ﬀ"))) for line in lines]
    glyphs = [
        (character, None if character.isspace() else Drawn(place, -number - 1, place + 1, -number))
        for number, line in enumerate(["HEAD 7", *drawn])
        for place, character in enumerate(f"{line}\n")
    ]
    text, _ = join_lines(["\n".join(drawn)])
    boxes = aligned(text, glyphs)
    owners = {box: character for character, box in glyphs if box is not None}
    shown = [(owners[box], character) for character, box in zip(text, boxes, strict=True) if box is not None]
    assert all(said == told or said in "ﬁﬀ" for said, told in shown)
    assert [told for _, told in shown] == [told for told in text if told not in " \n-"]
    rows = [-box.top for box in boxes if box is not None]
    assert rows == sorted(rows)
    assert 0 not in rows


def drawn(*lines: str) -> list[tuple[str, Drawn | None]]:
    return [
        (character, None if character.isspace() else Drawn(place, -number - 1, place + 1, -number))
        for number, line in enumerate(lines)
        for place, character in enumerate(f"{line}\n")
    ]


def rows_of(boxes: list[Drawn | None]) -> list[int]:
    """On which lines the characters are found, each line once."""
    return sorted({round(-box.top) for box in boxes if box is not None})


def test_a_head_whose_words_come_again_further_down_hides_nothing() -> None:
    glyphs = drawn("LaTeX News", "Issue 22 of this year", "brings much that is new.", "So says LaTeX News.")
    text = "Issue 22 of this year brings much that is new. So says LaTeX News."
    assert rows_of(aligned(text, glyphs)) == [1, 2, 3]


def test_a_line_that_was_read_otherwise_before_does_not_hide_those_below_it() -> None:
    glyphs = drawn(
        "It was a long day.", "About 10¹⁵ cells and one more", "were counted by the group.", "It rained on them."
    )
    assert rows_of(aligned("It was a long day. About 1015 cells and one more were counted by the group.", glyphs)) == [
        0,
        1,
        2,
    ]
    text = "It was a long day. 10 hoch 15 Zellen were counted by the group. It rained on them."
    assert rows_of(aligned(text, glyphs)) == [0, 2, 3]


def test_a_page_of_one_letter_is_aligned_at_once() -> None:
    lines = ["a" * 1000] * 300
    assert None not in aligned("".join(lines), drawn("b", *lines))


# -- its picture --------------------------------------------------------------------


def test_a_picture_is_as_wide_as_it_is_asked_for_and_shows_the_page() -> None:
    document = load_bytes(CITIES, "cities.pdf")
    image = Image.open(BytesIO(picture(CITIES, document, 1, 306)))
    assert (image.format, image.size) == ("PNG", (306, 396))
    seen = marked(CITIES, document, "The first page")
    ((left, top, right, bottom),) = seen.marks[0]
    dark = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    word = dark.crop((int(left * 306) - 1, int(top * 396) - 1, int(right * 306) + 1, int(bottom * 396) + 1))
    assert word.getbbox() is not None
    assert dark.crop((0, 200, 306, 396)).getbbox() is None


def test_a_page_as_long_as_a_roll_is_shown_smaller() -> None:
    writer = PdfWriter(clone_from=BytesIO(CITIES))
    writer.pages[0].mediabox = RectangleObject((0, -14_000, 612, 792))
    out = BytesIO()
    writer.write(out)
    image = Image.open(BytesIO(picture(out.getvalue(), load_bytes(CITIES, "a.pdf"), 1, 2400)))
    assert 11_000_000 < image.width * image.height <= 12_100_000


@pytest.mark.parametrize("page", [0, -1, 3, 10**9])
def test_a_page_that_is_not_there_is_said_to_be_missing(page: int) -> None:
    document = load_bytes(CITIES, "cities.pdf")
    with pytest.raises(PageMissing, match="2 pages"):
        picture(CITIES, document, page, 300)
    with pytest.raises(PageMissing, match="2 pages"):
        facsimile(CITIES, document, page, [])


# -- the file it is in --------------------------------------------------------------


def test_of_a_file_on_disk_its_place_is_kept_and_of_an_upload_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "cities.pdf"
    path.write_bytes(CITIES)
    sha256 = hashlib.sha256(CITIES).hexdigest()
    assert load_file(path).original == Original(sha256, path=str(path.resolve()))
    assert load_bytes(CITIES, "cities.pdf").original == Original(sha256, data=CITIES)
    assert bytes_of(Original(sha256, path=str(path))) == bytes_of(Original(sha256, data=CITIES)) == CITIES


def test_nothing_is_kept_of_a_file_without_pages_to_show() -> None:
    assert load_bytes(b"A text.", "a.txt").original is None


def test_a_place_is_told_from_the_root_wherever_the_file_was_added_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cities.pdf").write_bytes(CITIES)
    monkeypatch.chdir(tmp_path)
    original = load_file(Path("cities.pdf")).original
    monkeypatch.chdir("/")
    assert original is not None
    assert bytes_of(original) == CITIES


def test_a_file_that_has_changed_since_is_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "cities.pdf"
    path.write_bytes(CITIES)
    original = load_file(path).original
    assert original is not None
    path.write_bytes(CITIES.replace(b"Baku", b"Bonn"))
    with pytest.raises(PageMissing, match="changed since it was added; add it again"):
        bytes_of(original)


def test_a_file_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "cities.pdf"
    path.write_bytes(CITIES)
    original = load_file(path).original
    assert original is not None
    os.remove(path)
    with pytest.raises(PageMissing, match=r"cities\.pdf: no such file"):
        bytes_of(original)
