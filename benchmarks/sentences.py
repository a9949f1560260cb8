"""How many of the answers that people marked are cut by the end of a sentence.

    python -m benchmarks.sentences SQUAD_FILE...

A quotation is made of whole sentences, so an answer that a sentence's end cuts is never quoted whole by one. The
files are named SET.LANGUAGE.json; of each question counts the first answer.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from rag.sentences import sentences
from training.reader.data import QuestionSet, read_set


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("files", type=Path, nargs="+")
    for file in wanted.parse_args().files:
        found = list(cut(read_set(file)))
        print(f"{file.name:30} answers {len(found):6}  cut {sum(found):4}  {sum(found) / len(found):6.1%}", flush=True)


def cut(questions: QuestionSet) -> Iterator[bool]:
    """Of the first answer of each question, whether a sentence ends inside it."""
    told = [sentences(context, questions.language) for context in questions.contexts]
    for question in questions.questions:
        for answer in question.answers[:1]:
            yield not any(start <= answer.start and answer.end <= end for start, end in told[question.context])


if __name__ == "__main__":
    main()
