"""PDF: the text layer with a map of its pages; anything without one is refused with the reason."""

from io import BytesIO

import pytest
from damage import damaged, read_or_refused
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, RectangleObject

from rag.documents import content, load_bytes, pdf_process
from rag.documents.lines import join_lines
from rag.errors import DocumentTooLarge, UnreadableDocument, UnsupportedFormat


def make_pdf(*pages: str, info: str = "") -> bytes:
    """A PDF by hand: one page for each text, its lines set below one another in Helvetica."""
    streams = (
        "BT /F1 12 Tf 14 TL 72 720 Td " + "".join(f"({line}) Tj T* " for line in page.split("\n") if page) + "ET"
        for page in pages
    )
    return _pdf([*streams], info)


def placed_pdf(*pages: list[tuple[float, float, str]]) -> bytes:
    """As `make_pdf`, of words that stand where they are said to: (from the left, from below, words)."""
    return sized_pdf(*([(12, x, y, word) for x, y, word in page] for page in pages))


def sized_pdf(*pages: list[tuple[float, float, float, str]]) -> bytes:
    """As `placed_pdf`, each as large as it is said to be: (points, from the left, from below, words)."""
    return _pdf(
        [
            f"BT {' '.join(f'/F1 {size} Tf 1 0 0 1 {x} {y} Tm ({word}) Tj' for size, x, y, word in page)} ET"
            for page in pages
        ]
    )


def drawn_pdf(*streams: str) -> bytes:
    """A page for each of these content streams; /F1 is Courier."""
    return _pdf([*streams]).replace(b"/Helvetica", b"/Courier  ")


def _pdf(streams: list[str], info: str = "") -> bytes:
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(streams)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, stream in enumerate(streams):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< {info} >>")
    data, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer << /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


GOOD = make_pdf("The first page tells of Baku.", "The second page tells of Beijing.", info="/Title (Two cities)")


def rewritten(data: bytes, password: str | None = None, algorithm: str = "RC4-128") -> bytes:
    writer = PdfWriter(clone_from=BytesIO(data))
    if password is not None:
        writer.encrypt(password, owner_password="owner", algorithm=algorithm)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_each_page_begins_where_the_map_says() -> None:
    document = load_bytes(GOOD, "cities.pdf")
    first, second = document.pages
    assert document.text[first:second].strip() == "The first page tells of Baku."
    assert document.text[second:] == "The second page tells of Beijing."
    assert (document.id, document.title, document.language) == ("cities", "Two cities", "en")
    assert document.media_type == "application/pdf"


words = st.text(st.sampled_from("abcxyz,. -"), max_size=60)


@given(st.lists(st.lists(words, max_size=6).map("\n".join), min_size=1, max_size=5))
def test_pages_cover_the_text_in_order_and_begin_with_their_own_first_word(pages: list[str]) -> None:
    text, starts = join_lines(pages)
    assert len(starts) == len(pages)
    assert list(starts) == sorted(starts)
    for page, start, end in zip(pages, starts, [*starts[1:], len(text)], strict=True):
        own = text[start:end].split()
        assert bool(own) == bool(page.split())
        assert not own or own[0][:1] == page.split()[0][:1]
    assert set("".join("".join(pages).split())) - {"-"} == set("".join(text.split())) - {"-"}


PARAGRAPH = """Quoth answers questions over a folder of documents in the
documents' own words. A question in any language finds the pas-
sages that answer it, and what comes back is a verbatim quota-
tion. Passages that do not answer are shown apart, and the well-
known well-known quotation stays whole.
A new paragraph follows the short line above, and it goes on
like so."""


def test_lines_of_a_paragraph_become_running_text_and_divided_words_whole() -> None:
    text, _ = join_lines([PARAGRAPH])
    assert text.startswith("Quoth answers questions over a folder of documents in the documents' own words. A question")
    assert "the passages that answer it" in text
    assert "a verbatim quotation. Passages" in text
    assert "the well-known well-known quotation stays whole.\n\nA new paragraph" in text


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("Name\nAge\nAnar\n40", "Name\nAge\nAnar\n40"),
        ("1. The first item of a list that is long\n2. The second item of the list is long", None),
        (
            "中国和阿塞拜疆的友好合作关系持续\n发展两国元首的会晤具有意义深远。",
            "中国和阿塞拜疆的友好合作关系持续发展两国元首的会晤具有意义深远。",
        ),
        ("The of\ufb01cial visit was re\ufb02ected in all.", "The official visit was reflected in all."),
        ("A sentence that runs on to the end of one page\n\nfollows a blank line that is long enough to see", None),
    ],
)
def test_tables_lists_and_blank_lines_keep_their_breaks(page: str, expected: str | None) -> None:
    assert join_lines([page])[0] == (expected or page)


def test_a_sentence_is_read_across_two_pages() -> None:
    text, (_, second) = join_lines(["The delegation arrived in the capital for the official", "visit on Monday."])
    assert text == "The delegation arrived in the capital for the official visit on Monday."
    assert text[second:] == "visit on Monday."


def test_a_page_without_text_begins_where_the_next_one_does() -> None:
    assert join_lines(["", "One.", "", "", "Two.", ""]) == ("One.\n\nTwo.", (0, 0, 6, 6, 6, 10))


def test_properties_give_the_date_and_the_author_but_no_programs_title() -> None:
    info = "/Title (Microsoft Word - draft.docx) /Author (A. Writer) /CreationDate (D:20240402195945+02'00')"
    document = load_bytes(make_pdf("An opening sentence.", info=info), "a.pdf")
    assert document.title == "An opening sentence."
    assert (document.date, document.date_origin) == ("2024-04-02", "metadata")
    assert document.metadata == {"author": "A. Writer"}


def test_an_impossible_date_of_creation_is_none() -> None:
    assert load_bytes(make_pdf("Text.", info="/CreationDate (D:20240231)"), "a.pdf").date is None


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_password_is_asked_for_by_name_but_an_empty_one_opens(algorithm: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.pdf: encrypted with a password; save a copy without one"):
        load_bytes(rewritten(GOOD, "secret", algorithm), "a.pdf")
    assert "Baku" in load_bytes(rewritten(GOOD, "", algorithm), "a.pdf").text


def test_a_scan_is_told_to_have_no_text_layer() -> None:
    with pytest.raises(UnreadableDocument, match=r"^scan\.pdf has no text: its 2 page\(s\) .* without a text layer"):
        load_bytes(make_pdf("", ""), "scan.pdf")


# Each example is a process.
@settings(max_examples=25)
@given(st.integers(0, len(GOOD)))
def test_a_truncated_pdf_is_read_or_refused_never_a_crash(length: int) -> None:
    refuses_or_reads(GOOD[:length])


@settings(max_examples=25)
@given(damaged(GOOD))
def test_a_damaged_pdf_is_read_or_refused_never_a_crash(data: bytes) -> None:
    refuses_or_reads(data)


def refuses_or_reads(data: bytes) -> None:
    document = read_or_refused(data, "a.pdf")
    if document is not None:
        assert len(document.pages) >= 1


def test_text_named_pdf_is_refused() -> None:
    with pytest.raises(UnsupportedFormat, match="promises a PDF, but the content is text"):
        load_bytes(b"Just some text.", "a.pdf")


def test_pages_are_counted_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page drawn ten thousand times is small on disk."""
    monkeypatch.setattr(content, "MAX_CHARACTERS", 1000)
    pages = b"/Kids [" + b"4 0 R " * 100 + b"] /Count 100"
    data = make_pdf("word " * 15).replace(b"/Kids [4 0 R] /Count 1", pages)
    with pytest.raises(DocumentTooLarge, match="more than 1,000 characters"):
        load_bytes(data, "a.pdf")


def test_time_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "MAX_SECONDS", -1)
    with pytest.raises(DocumentTooLarge, match="not read within -1 s"):
        load_bytes(GOOD, "a.pdf")


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process, "MAX_MEMORY", 200 << 20)
    assert "Baku" in load_bytes(GOOD, "a.pdf").text
    writer = PdfWriter(clone_from=BytesIO(GOOD))
    stream = writer.pages[0].get_contents()
    assert stream is not None
    stream.set_data(b" " * (300 << 20))
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    out = BytesIO()
    writer.write(out)
    assert len(out.getvalue()) < 1 << 20
    with pytest.raises(UnreadableDocument, match=r"^bomb\.pdf: reading .* more than 200 MB of memory"):
        load_bytes(out.getvalue(), "bomb.pdf")


def test_a_reading_process_that_dies_is_told_and_nothing_else_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_process.sys, "executable", "/bin/false")
    with pytest.raises(UnreadableDocument, match=r"^a\.pdf: reading this file failed"):
        load_bytes(GOOD, "a.pdf")


# -- pages that are pictures ----------------------------------------------------------


def scanned(share: float = 1.0, words: str = "") -> bytes:
    """A page of 612 x 792 points, of which a picture covers this share, with words on it."""
    picture = BytesIO()
    Image.new("L", (612, round(792 * share)), 200).save(picture, "PDF", resolution=72)
    writer = PdfWriter(clone_from=BytesIO(make_pdf(words)))
    writer.pages[0].merge_page(PdfReader(picture).pages[0])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def bound(*files: bytes) -> bytes:
    writer = PdfWriter()
    for file in files:
        writer.append(BytesIO(file))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pages_that_are_pictures_are_named_for_what_they_say_is_not_read() -> None:
    text = make_pdf("A page of text.")
    document = load_bytes(bound(text, scanned(), text, scanned(), scanned(words="Bates 00017"), scanned()), "a.pdf")
    assert document.metadata["unread_pages"] == "2, 4-6"
    assert len(document.pages) == 6


@pytest.mark.parametrize(
    "page",
    [
        make_pdf(""),
        scanned(share=0.3, words="A letter below its picture."),
        scanned(words="What a program for recognising text has found. " * 3),
    ],
)
def test_a_page_without_a_picture_or_with_its_text_is_not_named(page: bytes) -> None:
    assert "unread_pages" not in load_bytes(bound(make_pdf("A page of text."), page), "a.pdf").metadata


def test_what_is_printed_on_a_page_for_its_number_is_told() -> None:
    writer = PdfWriter(clone_from=BytesIO(bound(*[make_pdf(f"Page of {word}.") for word in ("front", "one", "two")])))
    assert load_bytes(bound(make_pdf("One."), make_pdf("Two.")), "a.pdf").page_labels == ()
    writer.set_page_label(0, 0, style="/r", start=4)
    writer.set_page_label(1, 2, style="/D", prefix="A-")
    out = BytesIO()
    writer.write(out)
    assert load_bytes(out.getvalue(), "a.pdf").page_labels == ("iv", "A-1", "A-2")


def test_what_lies_outside_of_what_is_shown_of_a_page_is_not_read() -> None:
    words = [(72, 700, "This is shown and runs over the edge of the page, as some lines do."), (72, 200, "Cut off.")]
    writer = PdfWriter(clone_from=BytesIO(placed_pdf(words)))
    for pages_box in (writer.pages[0], writer.pages[0]["/Parent"].get_object()):  # of one page, or of all together
        pages_box[NameObject("/CropBox")] = RectangleObject((0, 396, 300, 792))
        out = BytesIO()
        writer.write(out)
        assert load_bytes(out.getvalue(), "a.pdf").text == words[0][2]
        del pages_box["/CropBox"]
