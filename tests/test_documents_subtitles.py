"""Subtitles and transcripts: what was said, under the time at which it was."""

import pytest
from damage import damaged, read_or_refused
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import load_bytes
from rag.errors import UnreadableDocument


def srt(*cues: tuple[float, float, str]) -> bytes:
    def clock(seconds: float) -> str:
        whole = int(seconds)
        return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{int(seconds % 1 * 1000):03}"

    told = (f"{number}\n{clock(a)} --> {clock(b)}\n{text}\n" for number, (a, b, text) in enumerate(cues, 1))
    return "\n".join(told).encode()


def text_of(data: bytes, name: str = "talk.srt") -> str:
    return load_bytes(data, name).text


def test_a_sentence_goes_on_from_cue_to_cue_and_speakers_have_paragraphs() -> None:
    document = load_bytes(
        srt(
            (1, 3, "{\\an8}<i>We opened the quay</i>\nin May 1931,"),
            (3, 5, "and it closed &amp; fell after the war."),
            (5, 6, "- Who paid for it?"),
            (6, 8, "- The city did."),
            (9, 10, "Later it was bought by"),
            (10, 11, "the owner of the mill: Berg."),
            (11, 12, "ANNA: In June."),
            (20, 22, "Then it was sold."),
        ),
        "talk.srt",
    )
    assert document.text.split("\n\n") == [
        "0:00:01",
        "We opened the quay in May 1931, and it closed & fell after the war.",
        "- Who paid for it?",
        "- The city did. Later it was bought by the owner of the mill: Berg.",
        "ANNA: In June.",
        "Then it was sold.",
    ]
    assert (document.title, document.language) == ("talk", "en")


def test_the_time_is_told_anew_after_some_sentences_and_never_between_a_question_and_its_answer() -> None:
    cues = [(10 * each, 10 * each + 9, f"{'word ' * 19}number {each}{'?' if each == 2 else '.'}") for each in range(8)]
    document = load_bytes(srt(*cues), "talk.srt")
    times = [document.text[each.start : each.end] for each in document.headings]
    assert times == ["0:00:00", "0:00:40", "0:01:10"]  # the third has enough words, but it asks


def test_webvtt_names_its_speakers_and_its_notes_are_left_out() -> None:
    data = (
        "WEBVTT - Interview\nKind: captions\n\nNOTE\nchecked twice\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:03.000 align:start\n<v.loud Anna Berg>Порт открыли <b>в мае</b>.</v>\n\n"
        "01:02:03.500 --> 01:02:05.000\n<v Боб>Когда?\n"
    )
    text = "0:00:01\n\nAnna Berg: Порт открыли в мае.\n\nБоб: Когда?"
    assert text_of(data.encode(), "talk.vtt") == text
    assert text_of(data.replace("\n", "\r\n").encode("utf-8-sig"), "talk.vtt") == text


def test_lines_that_live_captions_repeat_are_told_once() -> None:
    cues = [
        (0, 1, "the first line"),
        (1, 2, "the first line\nthe second"),
        (2, 3, "the second\nthe third"),
        (3, 4, "the third"),
    ]
    assert text_of(srt(*cues)) == "0:00:00\n\nthe first line the second the third"


def test_scripts_without_spaces_are_joined_without() -> None:
    assert text_of(srt((0, 1, "港口在"), (1, 2, "五月开放。"))) == "0:00:00\n\n港口在五月开放。"


def test_cues_without_blank_lines_between_them_are_told_apart() -> None:
    data = srt((1, 2, "one"), (2, 3, "in\n1931"), (3, 4, "two"))
    assert text_of(data) == text_of(data.replace(b"\n\n", b"\n")) == "0:00:01\n\none in 1931 two"


@given(
    st.lists(st.text("ab?. ", min_size=1, max_size=60).filter(str.strip), min_size=1, max_size=30, unique_by=str.strip)
)
def test_no_word_is_lost(texts: list[str]) -> None:
    read = load_bytes(srt((0, 1, "Words."), *((each, each + 1, text) for each, text in enumerate(texts, 1))), "a.srt")
    marks = {(each.start, each.end) for each in read.headings}
    told = "".join(each for place, each in enumerate(read.text) if not any(a <= place < b for a, b in marks))
    assert told.split() == ["Words.", *" ".join(texts).split()]


@pytest.mark.parametrize("data", [b"Just text.", b"WEBVTT\n\nNOTE nothing is said\n"])
def test_what_has_no_times_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="expected subtitles, found no time such as"):
        load_bytes(data, "talk.vtt")


@given(damaged(srt((1, 3, "We opened the quay."), (3, 5, "Who paid?"))))
def test_damaged_subtitles_are_read_or_refused(data: bytes) -> None:
    read_or_refused(data, "talk.srt")
