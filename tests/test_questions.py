"""Questions that stand in a text: what stands below one answers it."""

import pytest
from fake_encoder import FakeEncoder
from test_reader import hit, query

from rag.centring import Centring
from rag.logistic import Logistic
from rag.readers import Calibration, EvidenceReader
from rag.readers.candidates import candidates_of
from rag.readers.questions import asks, questions_of
from rag.sentences import sentences

REFERENCE = "For details read the section on how to report a bug in a program."
QUESTION = "How do I report a bug in a program?"
FAQ = f"{REFERENCE}\n\n12.5. {QUESTION}\n\nWrite to the list. It is read.\n\nWho reads it?\n\nWe."
PROSE = "We pay for what was broken on the way. You pay for what you sent back."
ASKED = "how do I report a bug in a program"


@pytest.fixture
def reader(encoder: FakeEncoder) -> EvidenceReader:
    """Sure of words in common, and of what stands under a question that is more like the one asked than others."""
    order = (0.0, 4.0, *[0.0] * 7)
    common = Logistic((*order, 0.0), bias=-3.0)
    under = Logistic((*[0.0] * 10, 3.0), bias=-3.0)
    calibration = Calibration(order, common, common, common, 20.0, under, under)
    return EvidenceReader(encoder, Centring.none(), lambda tokens: dict.fromkeys(tokens, 1.0), calibration)


@pytest.mark.parametrize(
    ("text", "above"),
    [
        ("12.5. How do I report a bug?\n\nWrite to us. It is read.", ["", *["How do I report a bug?"] * 2]),
        ("Who are you?\nA clerk.\nAnd he?\nA judge.", ["", "Who are you?", "", "And he?"]),
        ("I forgot my key. What now?\n\nAsk us.", ["", "", "I forgot my key. What now?"]),
        ("What are they? They sum up. Do they? They do.", ["", *["What are they?"] * 3]),
        ("It grew. Why did it? It had to. So it did.", [""] * 4),
        ("什么是透视表？\n用于汇总。", ["", "什么是透视表？"]),
        ("ما هو النظام؟\n\nهو قانون.", ["", "ما هو النظام؟"]),
        ("What is Linux?!\n\nA kernel.", ["", "What is Linux?!"]),
        ("They met. They left.", ["", ""]),
        ("1. Who pays?\tWe do.\n2. Who asks?\tYou do.", ["Who pays?", "Who asks?"]),
        ("| Who pays? | We do. |\n| --- | --- |\n| Who asks? | You do. |", ["Who pays?", "Who asks?"]),
        ("We do.\tWho pays?\nYou do.\tWho asks?", ["", ""]),
        (f"Who pays?\t{PROSE}\nCosts\t{PROSE}", ["", "Who pays?", "Who pays?", "", "", ""]),
        (f"7\tCosts\tWho pays?\t{PROSE}\n8\t\t\tNobody.", [*[""] * 3, "Who pays?", "Who pays?", ""]),
        (f"| Who pays? | {PROSE} |\n| Costs | {PROSE} |", ["", "Who pays?", "Who pays?", "", "", ""]),
    ],
)
def test_a_sentence_stands_under_the_question_whose_line_is_above_it(text: str, above: list[str]) -> None:
    assert [each.above for each in questions_of(text, sentences(text, "en"), "en")] == above


def test_a_question_is_told_without_the_heading_above_it() -> None:
    (below,) = [
        each
        for each in candidates_of([hit("Sign in\n\nI forgot my key. What now?\n\nAsk us.")])
        if each.questions.above
    ]
    assert (below.text, below.questions.above) == ("Ask us.", "I forgot my key. What now?")


def test_greek_asks_with_a_semicolon_and_other_languages_do_not() -> None:
    assert asks("Τι είναι αυτό;", "el")
    assert not asks("They met;", "en")


def test_of_a_long_paragraph_only_the_question_at_its_end_is_one() -> None:
    text = f"{'They met again and again. ' * 15}Why did they?\n\nTo trade."
    assert [each.above for each in questions_of(text, sentences(text, "en"), "en")][-1] == "Why did they?"


def test_what_stands_under_the_question_asked_comes_before_a_sentence_that_repeats_it(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    reading = reader.read(query(encoder, ASKED), [hit(FAQ)])
    assert FAQ[reading.spans[0].start : reading.spans[0].end] == "Write to the list. It is read."
    assert reading.confidence > 0.9


def test_a_short_answer_is_quoted_whole_and_a_long_one_in_parts(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    (short, *_) = reader.read(query(encoder, ASKED), [hit(FAQ)]).spans
    assert FAQ[short.start : short.end] == "Write to the list. It is read."
    long = FAQ.replace("It is read.", "It is read by all of us. " * 20)
    (first, *_) = reader.read(query(encoder, ASKED), [hit(long)]).spans
    assert long[first.start : first.end].startswith("Write to the list. It is read by all of us.")
    assert 300 < first.end - first.start <= 400


def test_a_question_that_is_not_like_the_one_asked_changes_nothing(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    other = FAQ.replace(QUESTION, "When is lunch?")
    reading = reader.read(query(encoder, ASKED), [hit(other)])
    assert other[reading.spans[0].start : reading.spans[0].end] == REFERENCE


def test_a_passage_far_from_the_best_is_read_where_it_has_the_question(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    far = hit(f"{QUESTION}\n\nWrite to the list.", "far", score=0.1)
    reading = reader.read(query(encoder, ASKED), [hit(REFERENCE, score=0.9), far])
    assert reading.spans[0].document_id == "far"
    assert reading.support[1] > reading.support[0]  # its passage is shown first


def test_of_two_questions_alike_neither_is_surely_the_one_asked(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    alike = f"{QUESTION}\n\nWrite.\n\nHow do I report a bug in a big program?\n\nCall."
    sure = reader.read(query(encoder, ASKED), [hit(FAQ)]).confidence
    assert reader.read(query(encoder, ASKED), [hit(alike)]).confidence < sure / 2


def test_what_is_said_in_the_line_of_the_question_asked_is_no_answer(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    text = "1. I forgot my password. What should I do?\n\nOpen the page and choose a new one."
    (only,) = reader.read(query(encoder, "I forgot my password"), [hit(text)]).spans
    assert text[only.start : only.end] == "Open the page and choose a new one."


def test_the_same_question_in_two_documents_is_one(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    reading = reader.read(query(encoder, ASKED), [hit(FAQ), hit(FAQ.replace("Write to", "Call"), "other")])
    assert reading.confidence > 0.9
    assert {each.document_id for each in reading.spans[:3]} == {"d", "other"}


def test_a_sentence_knows_its_question_though_a_better_passage_begins_below_it() -> None:
    whole, rest = "Who are you?\n\nI am a clerk of the court. I write letters.", "I write letters. I read them."
    start = whole.index("I write")
    found = candidates_of([hit(rest, start=start), hit(whole)])
    assert {each.questions.above for each in found if each.text == "I write letters."} == {"Who are you?"}


def test_a_word_or_two_below_a_question_are_quoted_with_what_follows() -> None:
    text = "Is it free?\n\nOf course. It costs nothing. Take it."
    assert [each.text for each in candidates_of([hit(text)])] == ["Of course. It costs nothing.", "Take it."]
