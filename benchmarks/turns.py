"""How well the sentences of a text in two languages are told apart, and those of a text in one are left together.

    python -m benchmarks.turns NTREX_FOLDER

NTREX_FOLDER holds the same news in 128 languages, sentence by sentence. Printed is how many sentences of an item that
is told in one language are taken for another one, and, for each pair of languages, how many are taken for their own
where four sentences are told in both: in turns of one, two and four sentences.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from rag import turns
from rag.language import beliefs
from training.reader.parallel import ParallelNews

PAIRS = (
    "en-ru en-az az-ru kk-ru uk-ru be-ru zh-en zh-ru tr-en az-tr es-ca de-nl de-fr ar-en fa-en uz-ru ky-ru fr-nl hi-en "
    "fi-sv pt-es ja-en ka-ru hy-en"
).split()
TOLD = 4  # sentences


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("folder", type=Path)
    news = ParallelNews(wanted.parse_args().folder)
    items = [[place for place, _ in group] for _, group in groupby(enumerate(news.items), key=lambda each: each[1])]
    turns.beliefs = cache(beliefs)  # each sentence is told many times
    taken = Counter(
        (language, told)
        for language in news.languages
        for item in items
        for told in turns.languages_of([news.sentences(language)[place] for place in item], language)
    )
    wrong = {f"{language} for {told}": count for (language, told), count in taken.items() if language != told}
    print(f"told in one language: {sum(wrong.values())} of {taken.total()} sentences taken for another: {wrong}")
    for length in (1, 2, 4):
        shares = {pair: told_right(news, pair.split("-"), items, length) for pair in PAIRS}
        least = min(shares, key=lambda pair: shares[pair])
        mean = sum(shares.values()) / len(shares)
        print(f"in turns of {length}: {mean:.1f} % right, of {least} {shares[least]:.1f} %, {shares}", flush=True)


def told_right(news: ParallelNews, pair: Sequence[str], items: Iterable[Sequence[int]], length: int) -> float:
    """Of a hundred sentences."""
    right = Counter[bool]()
    for item in items:
        for start in range(0, len(item) - TOLD + 1, TOLD):
            places = item[start : start + TOLD]
            told = [
                (each, place) for at in range(0, TOLD, length) for each in pair for place in places[at : at + length]
            ]
            found = turns.languages_of([news.sentences(each)[place] for each, place in told], pair[0])
            right.update(code == each for code, (each, _) in zip(found, told, strict=True))
    return round(100 * right[True] / right.total(), 1)


if __name__ == "__main__":
    main()
