"""Which language a text is written in."""

from pathlib import Path

import pytest

from rag import language
from rag.language import LANGUAGES, UNKNOWN, guess, identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who led the Chinese delegation that came to Baku?", "en"),
        ("Кто встретился с Чэнь Джоу в Пекине?", "ru"),
        ("Hikmət Hacıyev Pekində kiminlə görüşdü?", "az"),
        ("Çin heyetine kim başkanlık etti?", "tr"),
        ("谁率领中国代表团访问巴库？", "zh"),
        ("من ترأس الوفد الصيني إلى باكو؟", "ar"),
    ],
)
def test_a_question_tells_its_language(text: str, language: str) -> None:
    assert identify(text) == language


@pytest.mark.parametrize("text", ["", "12 + 7 = 19", "…"])
def test_a_text_without_letters_has_none(text: str) -> None:
    assert identify(text) == UNKNOWN


def test_only_languages_the_encoder_knows_are_told() -> None:
    assert identify("Guwẹ na gbẹ́", least=0.0) in LANGUAGES


def test_below_the_least_belief_a_language_is_unknown() -> None:
    assert identify("COP29", least=0.9) == UNKNOWN


def test_of_two_languages_the_expected_one_is_believed_rather_and_a_clear_one_in_spite_of_it() -> None:
    short = "When did Sahiba Gafarova visit China?"
    assert guess(short, expected=["en", "ru"])[1] > 1.5 * guess(short)[1]
    assert guess(short, expected=["en"])[0] == guess(short)[0] == "en"
    assert guess("Кто встретился с Чэнь Джоу в Пекине?", expected=["uk", "bg", "en"])[0] == "ru"
    assert 0.0 <= guess("ok", expected=["tr"])[1] <= 1.0


def test_of_languages_that_are_told_apart_by_little_it_is_that_of_the_folder() -> None:
    question = "Kapan perjanjian itu ditandatangani?"
    assert guess(question)[0] == "ms"
    told, belief = guess(question, expected=["en", "id"])
    assert told == "id"
    assert belief > 0.8


def test_unpacked_into_the_cache_it_tells_the_same(tmp_path: Path) -> None:
    packed = language._packed()
    for _ in range(2):  # unpacked, and found unpacked
        unpacked = language._unpacked(tmp_path)
        for text in ("Who led the delegation?", "Кто возглавил делегацию?", "谁率领代表团？", "ok", "Ünvan?"):
            assert unpacked.classify(text) == packed.classify(text)
    assert [folder.name.partition("-")[0] for folder in (tmp_path / "compiled").iterdir()] == ["language"]


def test_where_nothing_can_be_unpacked_it_tells_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    assert language._unpacked(tmp_path / "a file").classify("Кто возглавил делегацию?")[0] == "ru"


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"nonsense"])
def test_damaged_tables_are_unpacked_anew(tmp_path: Path, damage: bytes) -> None:
    language._unpacked(tmp_path)
    (table,) = tmp_path.glob("compiled/language-*/nb_ptc.npy")
    whole = table.read_bytes()
    table.write_bytes(damage)
    assert language._unpacked(tmp_path).classify("Кто возглавил делегацию?")[0] == "ru"
    assert table.read_bytes() == whole
