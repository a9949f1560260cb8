"""Pages that are pictures are read off them, told as such, and shown beside what was read."""

import os
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import test_documents_pdf
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scans import NEEDED, NEEDS_TESSERACT, bound, paragraph, pictures, reading, scan
from test_documents_pdf import drawn_pdf, make_pdf, placed_pdf, scanned

from rag import ocr, page_numbers
from rag.documents import load_bytes, pdf_process
from rag.documents.facsimile import facsimile, picture
from rag.errors import DocumentError, SettingsError, UnreadableDocument
from rag.ocr import Ocr, ocr_of, packed, unpacked
from rag.pdfium import tesseract
from rag.pdfium.glyphs import Glyph, text_of
from rag.pdfium.mirrored import is_mirrored, with_numbers_turned
from rag.pdfium.ocr_languages import MOST, is_script_asked, to_begin_with, told_by
from rag.pdfium.order import spoken
from rag.pdfium.tesseract import TesseractFailed
from rag.quotation import quote
from rag.types import Document, Span

FIRST = "The lighthouse keeper of the old harbour was Ana Silva.\nShe was paid 1200 crowns a month from May 1902 on."
LETTER = make_pdf(
    FIRST,
    "The bell tower was closed to visitors in the year 1931.",
)
SCANNED = scan(LETTER)


# -- what is read -----------------------------------------------------------------


@NEEDS_TESSERACT
def test_a_scanned_file_says_what_its_pages_said_before_they_were_pictures() -> None:
    document = load_bytes(SCANNED, "scan.pdf", ocr=reading())
    assert document.text == load_bytes(LETTER, "letter.pdf").text
    assert len(document.pages) == 2
    assert document.language == "en"


@NEEDS_TESSERACT
@pytest.mark.parametrize("beginning", ["Рукопись нашли", "Nazirlər Şəkidə", "افتتح المتحف البحري"])
def test_no_language_has_to_be_told(beginning: str) -> None:
    said, sheet = paragraph(beginning)
    read = load_bytes(bound([sheet]), "scan.pdf", ocr=reading()).text
    words = said.split()
    assert sum(word in read.split() for word in words) >= 0.9 * len(words), read


@NEEDS_TESSERACT
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_or_its_head_is_read_and_shown_upright(turn: int) -> None:
    data = scan(LETTER, turn)
    document = load_bytes(data, "scan.pdf", ocr=reading("eng"))
    assert "was Ana Silva" in document.text
    start = document.text.index("Ana Silva")
    recognized = document.original and document.original.recognized
    seen = facsimile(data, document, 1, [(start, start + 9)], recognized)
    upright = facsimile(SCANNED, document, 1, [(start, start + 9)], recognized)
    shown = Image.open(BytesIO(picture(data, document, 1, 612, recognized)))
    assert (seen.width, seen.height) == pytest.approx((612, 792), abs=1)
    assert shown.size == pytest.approx((612, 792), abs=1)
    assert seen.marks == upright.marks


@NEEDS_TESSERACT
def test_the_rows_of_a_scanned_table_are_rows() -> None:
    rows = [("Station", "Opened", "Lines"), ("Old harbour", "1971", "14"), ("Airport", "2009", "56")]
    words = [(x, 700 - 24 * n, cell) for n, row in enumerate(rows) for x, cell in zip((72, 220, 350), row, strict=True)]
    text = load_bytes(scan(placed_pdf(words)), "scan.pdf", ocr=reading("eng")).text
    assert "Station\tOpened\tLines\nOld harbour\t1971\t14\nAirport\t2009\t56" in text


@NEEDS_TESSERACT
def test_of_a_page_that_has_a_text_the_text_is_read_and_not_its_picture() -> None:
    data = test_documents_pdf.bound(make_pdf("Typed, not scanned."), SCANNED, scanned())
    document = load_bytes(data, "a.pdf", ocr=reading("eng"))
    assert document.text.startswith("Typed, not scanned.")
    assert (document.metadata["ocr_pages"], document.metadata["unread_pages"]) == ("2-3", "4")


def test_text_that_is_not_drawn_was_read_off_the_picture_by_another_program() -> None:
    layer = "BT 3 Tr /F1 12 Tf 72 700 Td (What another program has read on this page.) Tj ET"
    document = load_bytes(drawn_pdf(layer), "a.pdf")
    assert (document.text, document.metadata["ocr_pages"]) == ("What another program has read on this page.", "1")
    assert "ocr_pages" not in load_bytes(drawn_pdf(layer.replace("3 Tr", "0 Tr")), "a.pdf").metadata


@pytest.mark.parametrize("said", ["נפתח בשנת 1987 כאן", "מחיר 3.5 ליש", "כתב UNESCO אליו", "كتب عام 1987 هنا"])
def test_numbers_and_names_that_are_drawn_in_a_mirror_are_read_as_they_are_seen(said: str) -> None:
    line = [Glyph(letter, left, left, left + 6, 0, 12) for letter, left in zip(said, range(500, 0, -6), strict=False)]
    assert text_of(spoken(with_numbers_turned(line), True)) == said


def test_a_page_that_stands_on_its_head_is_not_drawn_in_a_mirror() -> None:
    def drawn(matrix: str) -> bool:
        stream = f"BT /F1 12 Tf {matrix} 300 700 Tm (In 1987) Tj ET"
        return is_mirrored(pypdfium2.PdfDocument(drawn_pdf(stream))[0].get_textpage())

    assert [drawn(matrix) for matrix in ("1 0 0 1", "-1 0 0 -1", "0 1 -1 0", "-1 0 0 1")] == [False, False, False, True]


@NEEDS_TESSERACT
def test_what_tesseract_has_laid_over_a_scan_from_right_to_left_is_read_again(tmp_path: Path) -> None:
    said, sheet = paragraph("افتتح المتحف البحري")
    sheet.save(tmp_path / "scan.png", dpi=(200, 200))
    subprocess.run(["tesseract", "scan.png", "scan", "-l", "ara", "pdf"], cwd=tmp_path, check=True, capture_output=True)
    again = load_bytes((tmp_path / "scan.pdf").read_bytes(), "scan.pdf", ocr=reading())
    assert again.metadata["ocr_pages"] == "1"
    assert sum(word in again.text.split() for word in said.split()) >= 0.9 * len(said.split())
    as_laid = load_bytes((tmp_path / "scan.pdf").read_bytes(), "scan.pdf")
    assert as_laid.metadata["ocr_pages"] == "1"
    assert "1987" in as_laid.text


# -- where it stands ----------------------------------------------------------------


@NEEDS_TESSERACT
def test_what_is_quoted_is_marked_where_pdfium_had_drawn_it() -> None:
    document = load_bytes(SCANNED, "scan.pdf", ocr=reading("eng"))
    words = "paid 1200 crowns"
    start = document.text.index(words)
    recognized = document.original and document.original.recognized
    seen = facsimile(SCANNED, document, 1, [(start, start + len(words))], recognized)
    ((box,),) = seen.marks
    found = (
        pypdfium2.PdfDocument(LETTER)[0]
        .get_textpage()
        .get_text_bounded(
            left=box.left * 612 - 1, right=box.right * 612 + 1, top=(1 - box.top) * 792, bottom=(1 - box.bottom) * 792
        )
    )
    assert found.strip() == words


def test_a_quotation_says_whether_any_of_its_pages_was_read_off_a_picture() -> None:
    document = Document("d", "One. Two. Three.", "T", "d.pdf", "en", pages=(0, 5, 10), metadata={"ocr_pages": "2"})
    spans = {(0, 4): False, (5, 9): True, (10, 16): False, (0, 9): True, (0, 5): False, (8, 16): True, (0, 16): True}
    assert {span: quote(document, Span("d", *span, None, 0.5, "en")).ocr for span in spans} == spans
    assert not quote(replace(document, metadata={}), Span("d", 5, 9, None, 0.5, "en")).ocr
    assert not quote(replace(document, pages=(), metadata={}), Span("d", 5, 9, None, 0.5, "en")).ocr


@given(st.sets(st.integers(0, 60)))
def test_the_numbers_of_pages_are_told_and_read_alike(pages: set[int]) -> None:
    assert page_numbers.pages_in(page_numbers.told(sorted(pages))) == pages


# -- where it cannot be read -----------------------------------------------------------


def test_without_tesseract_a_scan_is_refused_with_what_would_help() -> None:
    for given_ocr in (None, Ocr()):
        with pytest.raises(UnreadableDocument, match=r"hold pictures without a text layer; install Tesseract"):
            load_bytes(SCANNED, "scan.pdf", ocr=given_ocr)


@NEEDS_TESSERACT
def test_a_picture_without_words_is_refused_with_the_languages_that_were_tried() -> None:
    with pytest.raises(
        UnreadableDocument, match=r"^a\.pdf has no text: .* Tesseract finds no words; it reads eng, rus"
    ):
        load_bytes(scanned(), "a.pdf", ocr=reading("eng", "rus"))


def test_a_page_on_which_nothing_stands_is_refused_as_such() -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.pdf has no text: nothing is written on its 1 page\(s\)"):
        load_bytes(make_pdf(""), "a.pdf", ocr=Ocr("5", ("eng",)))


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of the name of Tesseract, which fails, and stands before any other."""
    path = tmp_path / "bin" / "tesseract"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\ncat > /dev/null\necho 'Error opening data file' >&2\nexit 1\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")
    ocr._installed.cache_clear()
    yield path
    ocr._installed.cache_clear()


def test_where_tesseract_fails_its_reason_is_told_and_the_file_is_not_taken_in_part(program: Path) -> None:
    data = test_documents_pdf.bound(make_pdf("Typed, not scanned."), SCANNED)
    with pytest.raises(
        UnreadableDocument, match=r"^a\.pdf: Tesseract failed .*\(Error opening data file\); .*QUOTH_OCR"
    ):
        load_bytes(data, "a.pdf", ocr=Ocr("5", ("eng",)))
    assert load_bytes(data, "a.pdf").metadata["unread_pages"] == "2-3"


def test_a_page_over_which_tesseract_takes_too_long_is_left_unread(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(tesseract, "_SECONDS", 0.2)
    with pytest.raises(TimeoutError):
        tesseract.lines(b"", ["eng"], 300)
    from rag.pdfium.reading import pages_of

    (page,) = pages_of(pypdfium2.PdfDocument(scanned()), ["eng"], frozenset())
    assert (page["is_picture"], page["ocr"]) == (True, {})


def test_a_tesseract_that_does_not_run_is_told_before_anything_is_read(program: Path) -> None:
    with pytest.raises(SettingsError, match=r"Tesseract does not run: Error opening data file"):
        ocr_of("auto")


def test_while_pages_are_read_off_pictures_the_clock_is_wound_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[bool] = []
    monkeypatch.setattr(pdf_process, "MAX_SECONDS", 0.5)
    clock = pdf_process._Clock(lambda: rung.append(True))
    for _ in range(4):
        pdf_process.Timer(0.2, lambda: None).run()
        clock.wind_up()
    assert not rung
    pdf_process.Timer(0.7, lambda: None).run()
    assert rung
    clock.stop()


# -- in which languages ------------------------------------------------------------------


def test_every_language_that_is_installed_may_be_read_unless_some_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_installed", lambda: ("5.3.0", ("aze", "eng", "rus")))
    assert ocr_of("off") is None
    assert ocr_of("auto") == Ocr("5.3.0", ("aze", "eng", "rus"))
    assert ocr_of("rus+eng") == Ocr("5.3.0", ("rus", "eng"))
    for setting in ("deu", "rus+deu", "+", "english"):
        with pytest.raises(SettingsError, match=r"Tesseract has no data for .*expected 'auto', 'off' or some of aze"):
            ocr_of(setting)
    monkeypatch.setattr(ocr, "_installed", lambda: None)
    assert ocr_of("auto") == Ocr()
    with pytest.raises(SettingsError, match="Tesseract is not installed"):
        ocr_of("rus")


def test_where_tesseract_is_not_there_none_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert tesseract.languages() is None


@NEEDS_TESSERACT
def test_the_languages_are_those_that_tesseract_lists_without_what_is_none() -> None:
    found = tesseract.languages()
    assert found is not None
    assert set(NEEDED) <= set(found[1])
    assert not {"osd", "equ"} & set(found[1])


MANY = sorted("ara aze deu eng fas fra heb hin ita jpn kor chi_sim nld pol rus spa tur ukr".split())


def test_of_a_few_languages_all_are_tried_first_english_before_others() -> None:
    assert to_begin_with(["aze", "eng", "rus"], None) == ["eng", "rus", "aze"]
    assert to_begin_with(["rus"], "Latin") == ["rus"]
    assert to_begin_with(["aze", "chi_sim", "eng", "rus"], "Cyrillic") == ["eng", "rus", "aze"]


@pytest.mark.parametrize(("script", "tried"), [("Han", ["chi_sim", "eng"]), ("Arabic", ["ara"]), ("Thai", ["eng"])])
def test_of_another_script_its_own_are_tried_and_english(script: str, tried: list[str]) -> None:
    assert sorted(to_begin_with(NEEDED, script)) == sorted(tried)
    assert to_begin_with(NEEDED, "Han")[0] == "chi_sim"


def test_the_script_is_asked_for_only_where_not_all_languages_can_be_tried_at_once() -> None:
    assert not is_script_asked(["aze", "eng", "rus", "ell"])
    assert is_script_asked(["ara", "eng"])
    assert is_script_asked(["eng", "deu", "fra", "ita", "nld", "pol", "spa", "tur", "por"])


@pytest.mark.parametrize(
    ("script", "first"),
    [("Cyrillic", "eng"), ("Arabic", "ara"), ("Han", "chi_sim"), ("Latin", "eng"), ("Hebrew", "heb")],
)
def test_of_many_those_of_the_script_are_tried(script: str, first: str) -> None:
    tried = to_begin_with(MANY, script)
    assert tried[0] == first
    assert len(tried) <= MOST


@given(st.lists(st.sampled_from(MANY), min_size=1, unique=True), st.sampled_from([None, "Latin", "Thai", "Klingon"]))
def test_whatever_there_is_some_are_tried_and_none_that_is_not_there(languages: list[str], script: str | None) -> None:
    tried = to_begin_with(languages, script)
    assert tried
    assert set(tried) <= set(languages)


def test_the_lines_of_a_page_tell_its_languages_the_most_frequent_first() -> None:
    lines = [
        "Арендная плата вносится не позднее пятого числа.",
        "Договор подписан сторонами в двух экземплярах.",
        "Tərəflər müqaviləni bir ay əvvəl ləğv edə bilərlər.",
        "12",
    ]
    assert told_by(lines, ["aze", "eng", "rus"]) == ["rus", "aze", "eng"]
    assert told_by(lines, ["rus"]) == ["rus"]
    assert told_by(["12", "34-56"], ["aze", "eng", "rus"]) == []


# -- what is kept of it ------------------------------------------------------------------


@given(st.text(), st.dictionaries(st.integers(0, 999), st.dictionaries(st.text(), st.floats(allow_nan=False))))
def test_what_is_kept_comes_back_as_it_was(by: str, pages: dict[int, dict[str, float]]) -> None:
    assert unpacked(packed(by, pages)) == (by, pages)


@NEEDS_TESSERACT
def test_pages_that_were_read_before_are_not_read_again_even_without_tesseract(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = os.environ["PATH"]
    monkeypatch.setenv("PATH", failing.partition(os.pathsep)[2])
    how = reading("eng")
    once = load_bytes(SCANNED, "scan.pdf", ocr=how)
    kept = once.original and once.original.recognized
    monkeypatch.setenv("PATH", failing)
    asked: list[str] = []

    def known(sha256: str) -> bytes | None:
        asked.append(sha256)
        return kept

    assert load_bytes(SCANNED, "scan.pdf", ocr=replace(how, known=known)) == once
    assert load_bytes(SCANNED, "scan.pdf", ocr=Ocr(known=known)) == once
    assert once.original is not None
    assert asked == [once.original.sha256] * 2
    with pytest.raises(UnreadableDocument, match="Tesseract failed"):  # read by another, it is read again
        load_bytes(SCANNED, "scan.pdf", ocr=Ocr("6", ("eng",), known))


@NEEDS_TESSERACT
def test_how_far_it_is_is_told_page_by_page() -> None:
    told: list[tuple[str, int, int]] = []
    load_bytes(SCANNED, "scan.pdf", ocr=replace(reading("eng"), progress=lambda *done: told.append(done)))
    assert told == [("scan.pdf", 1, 2), ("scan.pdf", 2, 2)]


def test_a_line_without_a_sure_word_is_part_of_a_drawing_and_one_with_some_is_told_whole() -> None:
    from rag.pdfium.ocr import _printed
    from rag.pdfium.tesseract import Word

    def line(*words: tuple[str, float]) -> list[Word]:
        return [Word(text, 10 * place, 0, 10 * place + 8, 12, sure) for place, (text, sure) in enumerate(words)]

    assert _printed(line(("~.", 0.1), ("ae", 0.3))) == []
    sure = line(("shall", 0.9), ("not", 0.1), ("be", 0.9), ("liable", 0.9))
    assert _printed(sure) == sure
    assert [word.text for word in _printed(line(("Cement", 0.9), ("|", 0.9), ("ton", 0.9), ("||", 0.5)))] == [
        "Cement",
        "ton",
    ]
    assert _printed(line(("|", 0.9))) == []


def test_a_failure_of_tesseract_says_what_it_said(program: Path) -> None:
    with pytest.raises(TesseractFailed, match="Error opening data file"):
        tesseract.lines(b"", ["eng"], 300)
    assert tesseract.setting(b"", 300) is None
    assert pictures(LETTER)[0].mode == "L"


# -- files that are pictures -------------------------------------------------------------


ON_GLASS = Image.merge("LA", (Image.new("L", (1700, 2200)), pictures(LETTER)[0].point(lambda shade: 255 - shade)))


def saved(form: str, *images: Image.Image, **options: object) -> bytes:
    out = BytesIO()
    images[0].save(out, form, **options, **({"save_all": True, "append_images": images[1:]} if images[1:] else {}))
    return out.getvalue()


@NEEDS_TESSERACT
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("letter.png", saved("PNG", pictures(LETTER)[0])),
        ("letter.jpg", saved("JPEG", pictures(LETTER)[0].convert("RGB"), dpi=(200, 200))),
        ("letter.TIFF", saved("TIFF", pictures(LETTER)[0].convert("1"), compression="group4")),
        ("letter.webp", saved("WEBP", pictures(LETTER)[0].convert("RGB"))),
        ("clear.png", saved("PNG", ON_GLASS)),
    ],
)
def test_a_file_that_is_a_picture_is_read_and_can_be_shown(name: str, data: bytes) -> None:
    document = load_bytes(data, name, ocr=reading("eng"))
    assert document.text == load_bytes(make_pdf(FIRST), "a.pdf").text
    assert (document.metadata["ocr_pages"], document.date) == ("1", None)
    start = document.text.index("Ana Silva")
    recognized = document.original and document.original.recognized
    ((box,),) = facsimile(data, document, 1, [(start, start + 9)], recognized).marks
    assert box.top == pytest.approx(61 / 792, abs=0.01)
    assert Image.open(BytesIO(picture(data, document, 1, 600, recognized))).width == 600


@NEEDS_TESSERACT
def test_a_fax_of_several_pages_has_them_all() -> None:
    data = saved("TIFF", *(page.convert("1") for page in pictures(LETTER)), compression="group4", dpi=(200, 200))
    document = load_bytes(data, "fax.tif", ocr=reading("eng"))
    assert document.text == load_bytes(LETTER, "a.pdf").text
    assert document.pages == load_bytes(LETTER, "a.pdf").pages


@NEEDS_TESSERACT
def test_a_photograph_is_read_as_the_telephone_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    lying = pictures(LETTER)[0].rotate(90, expand=True)
    document = load_bytes(saved("JPEG", lying, exif=exif), "photo.jpg", ocr=reading("eng"))
    assert "was Ana Silva" in document.text


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.png", saved("PNG", Image.new("L", (50, 50)))[:60], "expected a picture, found one that is damaged"),
        ("a.jpg", b"\xff\xd8\xff" + b"\0" * 500, "expected a picture, found one that is damaged"),
        ("a.png", LETTER, "promises a picture, but the content is a PDF"),
        ("a.tif", b"plain words", "promises a picture, but the content is text"),
        ("a.pdf", saved("PNG", Image.new("L", (50, 50))), "promises a PDF, but the content is a file of the kind"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        load_bytes(data, name, ocr=Ocr("5", ("eng",)))


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    huge = saved("PNG", Image.new("1", (30_000, 30_000)))
    with pytest.raises(UnreadableDocument, match=r"^a\.png: expected a picture, .*exceeds limit"):
        load_bytes(huge, "a.png", ocr=Ocr("5", ("eng",)))


def test_pictures_are_not_read_where_that_is_off_or_cannot_be() -> None:
    data = saved("PNG", pictures(LETTER)[0])
    with pytest.raises(UnreadableDocument, match="a picture, not read because of QUOTH_OCR=off"):
        load_bytes(data, "a.png")
    with pytest.raises(UnreadableDocument, match="install Tesseract"):
        load_bytes(data, "a.png", ocr=Ocr())
