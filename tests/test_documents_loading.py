"""Loading: ids, sources, titles, languages and dates; one clear error for whatever cannot be loaded."""

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.documents
from rag.documents import LOADERS, content, document_id_of, load_bytes, load_file
from rag.errors import DocumentError, DocumentTooLarge, UnsupportedFormat

SEEDS = Path(__file__).parent.parent / "seeds"


def test_importing_the_package_loads_no_heavy_library() -> None:
    heavy = {
        "trafilatura",
        "pypdfium2",
        "docx",
        "pptx",
        "openpyxl",
        "lxml",
        "charset_normalizer",
        "puremagic",
        "py3langid",
    }
    code = f"import sys, rag.documents; print(sorted({heavy!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"[]\n"


def test_public_names_are_the_sorted_list() -> None:
    assert sorted(rag.documents.__all__) == rag.documents.__all__


@pytest.mark.parametrize(
    ("name", "title", "language", "date"),
    [
        ("000_472490f172de18a0", "The cooperation between the two institutions", "en", "2024-04-29"),
        ("001_7f1a23c7e0fec255", "The delegation headed by Anar Alakbarov", "en", "2023-04-17"),
        ("002_547d810f9bdc8041", "Speaker of the Azerbaijani Parliament", "en", None),
        ("003_9015abd635de7cc3", "The traditional friendly and cooperative relations", "en", "2024-07-04"),
        ("004_712bc9a3be833d92", "Помощник Президента Азербайджанской Республики", "ru", None),
    ],
)
def test_the_seeds_get_sensible_titles_languages_and_dates(name: str, title: str, language: str, date: str) -> None:
    path = SEEDS / f"{name}.txt"
    document = load_file(path)
    assert document.id == name
    assert document.text == path.read_bytes().decode()
    assert document.title.startswith(title)
    assert len(document.title) <= 91
    assert document.language == language
    assert document.date_origin == ("text" if date else "file")
    assert date in (None, document.date)


def test_the_files_own_date_is_the_last_resort(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("No date is stated here.")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert (load_file(path).date, load_file(path).date_origin) == ("2023-11-14", "file")
    document = load_bytes(path.read_bytes(), "a.txt")
    assert (document.date, document.date_origin) == (None, None)


def test_the_source_is_relative_inside_the_current_folder_and_absolute_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    (here / "sub").mkdir(parents=True)
    for path in (here / "sub" / "a.txt", tmp_path / "b.txt"):
        path.write_text("Some text.")
    monkeypatch.chdir(here)
    assert load_file(Path("sub/../sub/a.txt")).source == "sub/a.txt"
    assert load_file(here / "sub" / "a.txt").source == "sub/a.txt"
    assert load_file(Path("../b.txt")).source == (tmp_path / "b.txt").as_posix()
    assert load_file(Path("sub/a.txt"), source="https://example.org/a").source == "https://example.org/a"


def test_an_id_and_a_source_given_are_kept() -> None:
    document = load_bytes(b"Some text.", "a.txt", document_id="mine", source="elsewhere")
    assert (document.id, document.source) == ("mine", "elsewhere")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("000_472490f172de18a0.txt", "000_472490f172de18a0"),
        ("Отчёт 2024 (итог).pdf", "Отчёт 2024 (итог)"),
        ("报告.docx", "报告"),
        ("archive.tar.gz", "archive.tar"),
        ("no ending", "no ending"),
        ("../../etc/passwd.txt", "passwd"),
        ("C:\\Users\\anar\\notes.md", "notes"),
        ("100% sure? #1.txt", "100_ sure_ _1"),
        ("e\u0301te\u0301.txt", "été"),
        ("می\u200cخواهم.txt", "می\u200cخواهم"),
        ("evil\u202etxt.exe.txt", "evil txt.exe"),
        ("..", "document"),
        ("", "document"),
        ("\x00\n", "document"),
        ("a\udcffb.txt", "a\ufffdb"),
    ],
)
def test_an_id_is_the_file_name_without_its_ending(name: str, expected: str) -> None:
    assert document_id_of(name) == expected


@given(st.text())
def test_an_id_always_fits_one_url_segment(name: str) -> None:
    found = document_id_of(name)
    assert 1 <= len(found) <= 120
    assert found == unicodedata.normalize("NFC", found)
    assert not set(found) & set("/\\?#%")
    assert found not in (".", "..")
    assert not [c for c in found if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=30))
def test_every_letter_of_every_script_stays_in_an_id(letters: str) -> None:
    assert document_id_of(letters + ".txt") == unicodedata.normalize("NFC", letters)[:120]


@pytest.mark.parametrize("name", ["a.bin", "a.xlsb", "README", ".txt", "a.txt.exe", ""])
def test_an_ending_nobody_reads_is_refused_with_those_that_are_read(name: str) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        load_bytes(b"Readable text.", name)
    assert all(ending in str(caught.value) for ending in LOADERS)


def test_a_name_full_of_controls_cannot_break_the_message() -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        load_bytes(b"x", "a\nERROR forged\x1b[31m\u202e.bin")
    assert str(caught.value).isprintable()


def test_what_is_not_there_or_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        load_file(tmp_path / "missing.txt")
    with pytest.raises(DocumentError, match="a folder"):
        load_file(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(DocumentError, match="not a regular file"):
        load_file(tmp_path / "pipe.txt")
    with pytest.raises(DocumentError, match="cannot be read"):
        load_file(Path("nul\x00.txt"))


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(content.MAX_BYTES + 1)
    with pytest.raises(DocumentTooLarge, match=r"huge\.txt: the file has 67,108,865 bytes"):
        load_file(path)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("2024-04-02\n\nTuesday, April 2\n***\n42\nThe real title\nmore", "The real title"),
        (
            "First sentence is quite long enough. " * 5,
            "First sentence is quite long enough. First sentence is quite long enough.",
        ),
        ("word " * 50, "word " * 17 + "word…"),
        ("两国友好合作" * 40, "两国友好合作" * 15 + "…"),
        ("123 456\n***", "a"),
        ("BAKU, Azerbaijan, April 2. The meeting took place.", "The meeting took place."),
    ],
)
def test_a_title_is_the_first_line_that_says_something(text: str, title: str) -> None:
    assert load_bytes(text.encode(), "a.txt").title == title


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_a_title_is_always_one_short_visible_line(text: str) -> None:
    title = load_bytes(("seen" + text).encode(), "a.txt").title
    assert title.strip()
    assert len(title) <= 91
    assert not [c for c in title if unicodedata.category(c) in ("Cc", "Zl", "Zp")]


def test_the_same_bytes_give_the_same_document() -> None:
    data = (SEEDS / "001_7f1a23c7e0fec255.txt").read_bytes()
    assert load_bytes(data, "a.txt") == load_bytes(data, "a.txt")


@pytest.mark.parametrize(
    ("declared", "text", "language"),
    [
        ("az", "Bu gün Bakıda görüş keçirildi və tərəflər əməkdaşlığı müzakirə etdilər.", "az"),
        ("en-US", "Сегодня в Баку состоялась встреча, стороны обсудили сотрудничество.", "ru"),
        ("nb_NO", "Møtet fant sted i Oslo i dag, og partene drøftet samarbeidet.", "no"),
        ("xx", "The two sides met in Baku today and discussed their cooperation.", "en"),
    ],
)
def test_a_declared_language_holds_where_the_script_agrees(declared: str, text: str, language: str) -> None:
    page = f"<html lang='{declared}'><body><p>{text}</p></body></html>"
    assert load_bytes(page.encode(), "a.html").language == language


def test_a_text_without_letters_has_no_language() -> None:
    assert load_bytes(b"1 2 3", "a.txt").language == "und"
