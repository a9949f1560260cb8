"""Document to passages: whole, exact, and never too long to be read."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import find_files, load_file
from rag.passages import Splitter, in_context
from rag.types import Document, Heading

SEEDS = Path(__file__).parent.parent / "seeds"
SPLITTER = Splitter()


def count(texts: Sequence[str]) -> list[int]:
    """A token is four characters: the splitter is told, it does not guess."""
    return [-(-len(text) // 4) for text in texts]


def document(text: str, *headings: Heading) -> Document:
    return Document("d", text, "title", "d.txt", "en", headings=headings)


@given(st.text(min_size=1, max_size=3000))
def test_passages_are_slices_that_cover_the_whole_text(text: str) -> None:
    passages = SPLITTER.split(document(text), count)
    assert passages[0].start == 0
    assert passages[-1].end == len(text)
    for before, after in pairwise(passages):
        assert before.start < after.start <= before.end < after.end
    assert all(text[each.start : each.end] == each.text for each in passages)


@given(st.text(alphabet=st.sampled_from("aб中 .\n-"), min_size=1, max_size=6000))
def test_no_passage_is_longer_than_the_encoder_reads(text: str) -> None:
    longest = SPLITTER.longest + SPLITTER.overlap
    assert all(count([each.text])[0] <= longest + 1 for each in SPLITTER.split(document(text), count))


def test_passages_begin_and_end_with_a_sentence() -> None:
    text = " ".join(f"Sentence number {number} says something of its own." for number in range(60))
    for passage in SPLITTER.split(document(text), count):
        assert passage.text.startswith("Sentence")
        assert passage.text.rstrip().endswith(".")


def test_a_passage_is_widened_by_the_sentence_before_it() -> None:
    text = " ".join(f"Sentence number {number} says something of its own." for number in range(60))
    first, second, *_ = SPLITTER.split(document(text), count)
    assert first.end - second.start == len("Sentence number 9 says something of its own. ")


def test_headings_with_nothing_between_them_begin_one_passage() -> None:
    text = "The whole\n\nPart one\n\nIt says something.\n\nPart two\n\nIt says more."
    places = [text.index(each) for each in ("The whole", "Part one", "Part two")]
    headings = [Heading(place, place + 8, 1) for place in places]
    assert [each.start for each in SPLITTER.split(document(text, *headings), count)] == [0, places[2]]


def test_a_passage_never_runs_into_the_next_heading() -> None:
    text = "# One\n\nA short paragraph that stands under the first heading of all.\n\n# Two\n\nAnother one."
    second = text.index("# Two")
    passages = SPLITTER.split(document(text, Heading(0, 5, 1), Heading(second, second + 5, 1)), count)
    assert [(each.start, each.end) for each in passages] == [(0, second), (second, len(text))]


ENGLISH = "The Seller undertakes to deliver twelve pumps to the Buyer, who accepts and pays for them within ten days."
RUSSIAN = (
    "Продавец обязуется поставить Покупателю двенадцать насосов, а Покупатель принимает и оплачивает их за десять дней."
)


def test_a_passage_ends_where_the_text_turns_to_another_language() -> None:
    text = "\n\n".join([ENGLISH, RUSSIAN] * 3)
    passages = SPLITTER.split(document(text), count)
    assert [each.text.strip() for each in passages] == [ENGLISH, RUSSIAN] * 3
    assert [each.language for each in passages] == [None, "ru"] * 3


def test_a_heading_stays_with_what_stands_below_it_in_another_language() -> None:
    heading = (
        "I did what the manual says and now the pumps stand still, what does it want from me? Whom do I ask about it?"
    )
    passages = SPLITTER.split(document(f"{heading}\n\n{RUSSIAN}", Heading(0, len(heading), 1)), count)
    assert [(each.text[:5], each.language) for each in passages] == [("I did", "ru")]


def test_what_is_too_short_for_a_passage_stays_with_what_stands_beside_it_in_the_language_of_most() -> None:
    passages = SPLITTER.split(document(f"2. The price\n\n2. Цена\n\n{ENGLISH} {ENGLISH}\n\n{RUSSIAN}"), count)
    assert [(each.text[:12], each.language) for each in passages] == [("2. The price", None), ("Продавец обя", "ru")]


def test_a_row_with_a_text_in_a_cell_is_not_cut_where_it_fits_into_the_next_passage() -> None:
    answer = "We pay for what was broken on the way to you. You pay for what you send back to us within thirty days."
    text = "\n".join(f"{number}\tWho pays for parcel {number}?\t{answer} {answer}" for number in range(9))
    for passage in SPLITTER.split(document(text), count):
        assert passage.text.rstrip().endswith("thirty days.")
        assert passage.text[1] == "\t"


def test_a_row_that_is_too_long_for_a_passage_is_cut_all_the_same() -> None:
    passages = SPLITTER.split(document(f"1\tOne\t{ENGLISH}\n2\tAll\t" + f"{ENGLISH} " * 9), count)
    assert len(passages) > 2
    assert passages[-1].end == len(f"1\tOne\t{ENGLISH}\n2\tAll\t" + f"{ENGLISH} " * 9)


def test_a_word_of_a_million_letters_is_cut_and_not_lost() -> None:
    text = "x" * 1_000_000
    passages = SPLITTER.split(document(text), count)
    assert "".join(each.text for each in passages) == text
    assert max(len(each.text) for each in passages) < 10_000


@pytest.mark.parametrize("path", find_files([SEEDS]), ids=lambda path: path.stem)
def test_the_seeds_split_into_passages_of_about_a_hundred_tokens(path) -> None:
    passages = SPLITTER.split(load_file(path), count)
    sizes = sorted(count([each.text])[0] for each in passages)
    assert 60 <= sizes[len(sizes) // 2] <= 160


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=6))
def test_words_count_three_times_in_their_passage_and_once_in_its_neighbours(tokens: list[list[int]]) -> None:
    names = [[100 + place] for place in range(len(tokens))]
    known = in_context(tokens, names)
    assert len(known) == len(tokens)
    for place, found in enumerate(known):
        expected = Counter({token: 3 * count for token, count in Counter(tokens[place]).items()})
        expected.update([100 + place])
        for beside in (place - 1, place + 1):
            if 0 <= beside < len(tokens):
                expected.update(tokens[beside])
        assert Counter(found) == expected
