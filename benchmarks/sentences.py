"""How many of the answers that people marked are cut by the end of a sentence.

    python -m benchmarks.sentences SQUAD_FILE... [--column 36]

A quotation is made of whole sentences, so an answer that a sentence's end cuts is never quoted whole by one. The
files are named SET.LANGUAGE.json; of each question counts the first answer. With --column, the texts of at most 1,500
characters are broken into lines of that width, and the ends that this adds are counted by the hundred sentences.
"""

import argparse
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.sentences import sentences
from training.reader.data import QuestionSet, read_set

WRAPPED = 150  # texts that are broken into lines
LONGEST_WRAPPED = 1500  # characters


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("files", type=Path, nargs="+")
    wanted.add_argument("--column", type=int, help="characters")
    options = wanted.parse_args()
    for file in options.files:
        found = more_ends(read_set(file), options.column) if options.column else cut_answers(read_set(file))
        print(f"{file.name:30} {found}", flush=True)


def cut_answers(questions: QuestionSet) -> str:
    found = list(cut(questions))
    return f"answers {len(found):6}  cut {sum(found):4}  {sum(found) / len(found):6.1%}"


def more_ends(questions: QuestionSet, width: int) -> str:
    short = [each for each in questions.contexts if len(each) <= LONGEST_WRAPPED][:WRAPPED]
    return f"in lines of {width}: {added(short, questions.language, width):6.1%} more ends"


def cut(questions: QuestionSet) -> Iterator[bool]:
    """Of the first answer of each question, whether a sentence ends inside it."""
    told = [sentences(context, questions.language) for context in questions.contexts]
    for question in questions.questions:
        for answer in question.answers[:1]:
            yield not any(start <= answer.start and answer.end <= end for start, end in told[question.context])


def added(texts: Iterable[str], language: str, width: int) -> float:
    """Ends of sentences that are there only when the texts are broken into lines, of all that are there before."""
    counts = [[len(sentences(each, language)) for each in (text, broken(text, width))] for text in texts]
    return sum(max(0, after - before) for before, after in counts) / sum(before for before, _ in counts)


def broken(text: str, width: int) -> str:
    """Into lines between words; anywhere, where words are not spaced."""
    if text.count(" ") * 20 < len(text):
        return "\n".join(text[at : at + width] for at in range(0, len(text), width))
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    main()
