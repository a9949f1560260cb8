"""Which documents a question names, and what it asks within them."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.folding import fold
from rag.naming import Names, are_alike, called, words_of
from rag.stretches import without
from rag.types import Document

LEASES = tuple(
    f"Lease. This lease is made between Harbour Homes and {name}, the tenant."
    for name in ("Jonas Berg", "Jonas Keller", "Maria Berg", "Peter Novak", "Clara Moreau", "Omar Haddad")
)


def rare(words: Sequence[str]) -> list[float]:
    return [1.0] * len(words)


def names(question: str, openings: Sequence[str] = LEASES) -> Names:
    return Names.of(question, openings, rare)


@pytest.mark.parametrize(
    ("question", "place", "rest"),
    [
        ("What is the rent under the lease with Jonas Berg?", 0, "What is the rent under the lease with?"),
        ("What does MARIA BERG pay?", 2, "What does pay?"),
        ("When does Keller's lease end?", 1, "When does lease end?"),
        ("Peter Novak'ın kirası ne kadar?", 3, "kirası ne kadar?"),
        ("Сколько платит Peter Novak?", 3, "Сколько платит?"),
        ("the rent of Peter Novak", 3, "the rent of"),
        ('What did "Clara Moreau" sign?', 4, "What did sign?"),
    ],
)
def test_the_document_that_a_question_names_is_meant_and_asked_without_its_name(
    question: str, place: int, rest: str
) -> None:
    told = names(question)
    assert told.meant() == [place]
    assert told.asked_within([place]) == rest


@pytest.mark.parametrize(
    "question",
    [
        "What is the rent under the lease?",  # all have its words
        "What is the rent under the lease with Zoltan Quint?",  # none has
        "What is the rent under the lease with Peter Keller?",  # one has the one, another the other
        "",
        "?!",
    ],
)
def test_a_question_that_names_no_document_means_none(question: str) -> None:
    assert names(question).meant() == []


@pytest.mark.parametrize(
    "question",
    [
        "Who pays more, Jonas Berg or Clara Moreau?",
        "Jonas Berg, Clara Moreau: rent?",
        "The rent of Clara Moreau/Jonas Berg?",
    ],
)
def test_of_several_names_each_means_its_document(question: str) -> None:
    told = names(question)
    assert told.meant() == [0, 4]
    assert "Berg" not in told.asked_within([0, 4])
    assert "Moreau" not in told.asked_within([0, 4])


def test_two_of_one_family_are_both_meant() -> None:
    told = names("Who has the higher rent, Jonas Berg or Maria Berg?")
    assert told.meant() == [0, 2]
    assert told.asked_within([0, 2]) == "Who has the higher rent?"


@pytest.mark.parametrize(
    "question", ["Who pays more, Jonas Berg or Zoltan Haddad-Keller?", "Who pays more, Peter Keller or Clara Moreau?"]
)
def test_of_several_names_none_is_meant_where_one_is_of_no_document(question: str) -> None:
    assert names(question).meant() == []


def test_a_word_of_many_documents_is_a_subject_and_no_name() -> None:
    openings = [f"Report of the harbour, year {year}." for year in range(1990, 1994)] + ["Of bread."] * 20
    assert names("What does the harbour earn?", openings).meant() == []
    assert names("What did the harbour earn in 1991?", openings).meant() == [1]


def test_a_name_with_another_ending_is_the_same_name() -> None:
    openings = ["Договор с Еленой Петровой", "Договор с Иваном Сидоровым", "Договор с Олегом Кузнецовым"]
    assert names("Сколько платит Елена Петрова?", openings).meant() == [0]
    assert names("Что обязался сделать Сидоров?", openings).meant() == [1]


def test_a_name_that_is_spelt_otherwise_is_another_name() -> None:
    openings = ["Lease of Tomas Janssen", "Lease of Hanna Kowalski", "Lease of Viktor Lindqvist"]
    assert names("What does Jansson pay?", openings).meant() == []
    assert names("What does Janssen pay?", openings).meant() == [0]


def test_a_number_that_a_hyphen_joins_to_a_name_is_not_found_in_a_date() -> None:
    openings = [
        "Block South, minutes of 7 May",
        "Block-1, minutes of 5 May",
        "Mill-7, minutes of 9 May",
        "Mill-2, minutes",
    ]
    asked = names("What did Block-7 decide?", openings)
    assert asked.meant() == []
    assert all(asked.is_of_another(opening) for opening in openings)
    assert names("What did Mill-7 decide?", openings).meant() == [2]
    assert not names("What did Mill-7 decide?", openings).is_of_another(openings[2])
    assert names("What did Mill-9 decide?", openings).meant() == []
    assert names("What was decided on 9 May?", openings).meant() == [2]  # a number alone may be anywhere


def test_the_name_as_it_stands_goes_before_one_with_another_ending() -> None:
    openings = ["Lease of Petrova", "Lease of Petrov", "Lease of Sidorov", "Lease of Quint"]
    assert names("What does Petrov pay?", openings).meant() == [1]


def test_names_are_found_where_no_spaces_stand_between_words() -> None:
    openings = ["租约。出租人与张伟签订本租约。", "租约。出租人与王芳签订本租约。", "租约。出租人与李强签订本租约。"]
    assert names("王芳的月租金是多少？", openings).meant() == [1]


def test_a_word_is_whole_with_the_marks_that_belong_to_it() -> None:
    assert [word[1:3] for word in words_of("㐀:")] == [(0, 1)]
    assert [word.text for word in words_of("शर्मा का किराया")] == ["शर्मा", "का", "किराया"]


def test_documents_are_alike_of_which_eight_have_half_of_their_words_in_common() -> None:
    others = ["The harbour was opened in spring.", "Bread is baked of flour, water and salt.", *[""] * 9]
    eight = [f"{LEASES[0].removesuffix('Berg, the tenant.')}Keller-{name}" for name in "abcdefgh"]
    unspaced = [f"租约。出租人与张{name}签订本租约。" for name in "伟芳强敏静丽军洋"]
    for openings in (eight, unspaced):
        assert are_alike([*others, *openings])
        assert not are_alike([*others, *openings[:7]])
    assert not are_alike(others)


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("And Peter Novak?", False),
        ("Peter Novak?", False),
        ("А Peter Novak?", False),
        ("And Peter Novak's?", False),
        ("Peki Peter Novak’ın?", False),
        ("What did Peter Novak sign?", True),
    ],
)
def test_a_message_that_only_names_asks_nothing_of_its_own(message: str, asks: bool) -> None:
    assert names(message).asks() == asks


def test_where_no_spaces_stand_a_message_asks_if_more_than_a_particle_is_left() -> None:
    openings = ["租约。出租人与张伟签订本租约。", "租约。出租人与王芳签订本租约。", "租约。出租人与李强签订本租约。"]
    assert not names("那王芳呢？", openings).asks()
    assert names("王芳的押金是多少？", openings).asks()


def test_where_a_name_is_not_there_as_a_whole_it_is_told() -> None:
    told = names("What is the rent of Peter Keller?")
    assert told.is_of_another(LEASES[1])  # Jonas Keller
    assert told.is_of_another(LEASES[3])  # Peter Novak
    assert told.is_of_another(LEASES[4])  # Clara Moreau
    assert not told.is_of_another("Peter Keller pays nothing.")
    assert not names("What is the rent of Keller?").is_of_another(LEASES[4])  # one word may be anything's


@pytest.mark.parametrize(
    ("file", "name"),
    [("notes/Lease_Jonas-Berg 2023.docx", "Lease Jonas Berg"), ("002_547d810f9bdc8041.txt", ""), ("租约.txt", "租约")],
)
def test_a_document_is_called_by_the_words_of_its_file_and_its_title(file: str, name: str) -> None:
    assert called(Document("id", "Text.", "Title", file, "en")) == f"{name}\nTitle"


def test_a_common_word_names_nothing_however_few_openings_have_it() -> None:
    told = Names.of("What is the rent of Moreau?", LEASES, lambda words: [0.0 for _ in words])
    assert told.meant() == []


@given(st.text(), st.lists(st.text(), max_size=6))
def test_any_question_is_told_in_its_own_characters(question: str, openings: list[str]) -> None:
    told = names(question, openings)
    for word in told.words:
        assert fold(question[word.start : word.end]) == word.text
    meant = told.meant()
    assert all(0 <= place < len(openings) for place in meant)
    rest = told.asked_within(meant)
    assert rest == question or not set(rest) - {*question, " "}
    assert isinstance(told.is_of_another(question), bool)


@given(st.text(), st.lists(st.integers(0, 20), max_size=8))
def test_a_text_without_stretches_of_it_has_every_other_character_once(text: str, edges: list[int]) -> None:
    stretches = sorted(zip(edges, map(max, edges, edges[1:]), strict=False))
    gone = {place for start, end in stretches for place in range(start, end)}
    assert without(text, stretches) == "".join(each for place, each in enumerate(text) if place not in gone)
