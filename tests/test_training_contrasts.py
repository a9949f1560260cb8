"""Questions turned so that their passage no longer answers (training.reader.contrasts)."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.reader.contrasts import Put, contrast, denied, sentence_of
from training.reader.matters import Foci, focus_of, of_a_name
from training.reader.opposites import opposites

PASSAGE = "Peter Novak lived in Graz until 1950. The bridge was built by Anna Berg in 1912. It opened in May."
ANSWER = PASSAGE.index("Anna Berg"), PASSAGE.index("Anna Berg") + len("Anna Berg")
KINDS = ("opposed", "denied", "misplaced", "conditioned", "otherwise", "refocused", "of a name")
OTHERS = ["Who met Jonas Keller in Riga?", "Who left in 1931?", "Where was the sculptor Ada Holm born?"]


def made(kind: str, question: str, *, language: str = "en", seeds: int = 60) -> list[Put]:
    """What comes of it, over many seeds."""
    put = Put(question, PASSAGE, ANSWER)
    foci = Foci(["Which hotel was built last?", "Which person was born in Graz?"], language)
    found = (contrast(kind, put, language, OTHERS, foci, random.Random(seed)) for seed in range(seeds))
    return [each for each in found if each is not None]


@given(
    st.sampled_from(KINDS),
    st.sampled_from(
        [
            "Who built the bridge in 1912?",
            "Who was the first to live in Graz before 1950?",
            "Which bridge was new?",
            "?",
        ]
    ),
)
def test_a_turned_question_that_is_answered_keeps_its_answer(kind: str, question: str) -> None:
    for each in made(kind, question, seeds=20):
        if each.answered:
            assert each.context[slice(*each.answer)] == "Anna Berg"
        assert (each.question, each.context) != (question, PASSAGE)


def test_the_opposite_is_answered_only_where_the_passage_says_the_opposite_too() -> None:
    for each in made("opposed", "By whom was the bridge built?"):
        asked, told = "demolished" in each.question, "demolished" in each.context
        assert asked or told
        assert each.answered == (asked and told)


def test_a_word_whose_opposite_the_passage_has_is_left() -> None:
    put = Put("When did the fair begin?", "The fair began in 1990. Its end came in 1995.", (19, 23))
    assert all(contrast("opposed", put, "en", [], Foci([], "en"), random.Random(seed)) is None for seed in range(20))


def test_a_denial_is_answered_only_where_the_passage_denies_too() -> None:
    found = made("denied", "By whom was the bridge built?")
    assert {each.answered for each in found} == {True, False}
    for each in found:
        assert each.answered == (each.context != PASSAGE)


def test_what_denies_already_is_not_denied_again() -> None:
    assert made("denied", "Who did not build the bridge?") == []


def test_another_name_or_number_comes_from_another_sentence() -> None:
    assert {each.question for each in made("misplaced", "Who built the bridge in 1912?")} == {
        "Who built the bridge in 1950?"
    }


def test_a_condition_that_the_passage_lacks_leaves_no_answer_and_one_that_holds_does() -> None:
    for each in made("conditioned", "Who built the bridge?"):
        assert each.answered == each.question.endswith("1912?")
        assert each.question.startswith("Who built the bridge ")


def test_when_is_asked_only_of_a_sentence_without_a_number() -> None:
    assert made("otherwise", "Who built the bridge?") == []
    put = Put("Who built the bridge?", "Anna built the bridge.", (0, 4))
    assert contrast("otherwise", put, "en", [], Foci([], "en"), random.Random(1)) == Put(
        "When built the bridge?", put.context, put.answer, answered=False
    )


def test_what_is_asked_for_gives_way_to_what_others_ask_for_in_the_same_words() -> None:
    found = made("refocused", "Which bridge was built by Anna Berg?")
    # "person" too stands behind "which" and before "was"; where the passage is told of a hotel as well, it answers.
    assert {each.question for each in found} >= {
        "Which hotel was built by Anna Berg?",
        "Which person was built by Anna Berg?",
    }
    for each in found:
        asked, told = each.question != "Which bridge was built by Anna Berg?", each.context != PASSAGE
        assert asked or told
        assert each.answered == (asked and told)


def test_what_the_passage_speaks_of_is_not_asked_for_instead() -> None:
    foci = Foci(["Which bridges were new?", "Which house was old?"], "en")
    assert {foci.another("Which towers were old?", PASSAGE, random.Random(seed)) for seed in range(20)} == {None}


@pytest.mark.parametrize(
    ("language", "question", "asked_for"),
    [
        ("en", "In what year did it open?", "year"),
        ("en", "How many people live there?", None),
        ("en", "How many people are there?", "people"),
        ("en", "What is the largest lake of Peru?", "largest lake"),
        ("tr", "Hangi şehirde yaşadı?", "şehir"),
        ("no", "Hvor mange øyer er det?", "øyer"),
        ("fr", "Quel est son nom ?", None),
        ("id", "Di kota mana dia lahir?", "kota"),
        ("sw", "Alizaliwa mwaka gani?", "mwaka"),
        ("ko", "몇 명이 있나요?", "명"),
        ("ja", "それは何年か?", "年"),
        ("zh", "他生于哪一年？", "一年"),
        ("zz", "Which?", None),
    ],
)
def test_what_a_question_asks_for_is_told_by_the_words_around_it(
    language: str, question: str, asked_for: str | None
) -> None:
    focus = focus_of(question, language)
    assert (focus and question[focus.start : focus.end]) == asked_for


def test_another_matter_is_asked_of_a_name_that_the_passage_has() -> None:
    found = made("of a name", "Who is Peter Novak?")  # who met Jonas Keller in Riga names a town as well
    assert {(each.question, each.answered) for each in found} == {("Where was the sculptor Peter Novak born?", False)}


def test_a_matter_whose_every_word_the_passage_has_is_not_asked() -> None:
    others = ["Which bridge opened before Ada Holm?"]
    assert of_a_name(others, ["Graz"], "The bridge of Graz opened, which was before.", "en", random.Random(1)) is None


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        (
            "id",
            "Siapa yang membangun jembatan?",
            {"Siapa yang tidak membangun jembatan?", "Siapa yang bukan membangun jembatan?"},
        ),
        ("tr", "Köprüyü yapan kişi kim oldu?", {"Köprüyü yapan kişi kim olmadı?"}),
        ("zh", "谁是桥的建造者？", {"谁不是桥的建造者？"}),
        ("fa", "پل کجا ساخته شد؟", {"پل کجا ساخته نشد؟"}),
        ("ja", "橋を建設したのは誰？", {"橋を建設しなかったのは誰？"}),
        ("no", "Hvem bygde broen?", {"Hvem bygde ikke broen?"}),
        ("th", "ใครเป็นผู้สร้าง", {"ใครไม่เป็นผู้สร้าง", "ใครเป็นผู้ไม่สร้าง"}),
        ("xx", "Who built it?", {None}),
    ],
)
def test_languages_deny_in_their_own_way(language: str, text: str, told: set[str | None]) -> None:
    assert {denied(text, language, random.Random(seed)) for seed in range(40)} <= told


def test_the_opposite_of_an_opposite_is_the_word() -> None:
    for language in ("en", "id", "tr", "zh", "ja", "fa", "no", "ko", "pt", "th", "ar", "sw"):
        known = opposites(language)
        assert known
        assert all(word in known[other] for word, others in known.items() for other in others)


def test_the_sentence_of_an_answer_holds_it() -> None:
    start, end = sentence_of(PASSAGE, ANSWER)
    assert PASSAGE[start:end].strip() == "The bridge was built by Anna Berg in 1912."
