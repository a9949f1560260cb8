"""One form for all the ways to write a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.folding import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ЁЛКА", "елка"),
        ("İLHAM", "ilham"),
        ("ISPARTA", "ısparta"),
        ("Ａｚｅｒｂａｉｊａｎ", "azerbaijan"),
        ("Çin", "cin"),
        ("résumé", "RESUME"),
        ("ΆΛΦΑ", "αλφα"),
        ("People’s", "people's"),
        ("cafe\u0301", "café"),
    ],
)
def test_ways_to_write_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("мой", "мои"), ("か", "が"), ("əl", "el"), ("كتاب", "كتب")])
def test_different_letters_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
