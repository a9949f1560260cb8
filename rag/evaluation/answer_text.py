"""How well an answer's words match gold answers: the official SQuAD 2.0 arithmetic.

Normalisation, F1 and exact match are those of evaluate-v2.0.py for every text in a script that puts spaces between
words. Where a script does not (Chinese, Japanese, Thai, Lao, Khmer, Burmese), each of its characters is a word and
Unicode punctuation is dropped, as the scripts of MLQA and CMRC 2018 do it.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

ARTICLES = re.compile(r"\b(a|an|the)\b")
ASCII_PUNCTUATION = str.maketrans("", "", string.punctuation)
UNSPACED = re.compile(
    "["
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # kana, iteration mark, zero
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "]"
)


def normalise(text: str) -> str:
    """`normalize_answer` of the official script: lower case, without ASCII punctuation, articles or extra space."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(ASCII_PUNCTUATION)).split())


def words(text: str) -> list[str]:
    """The tokens that F1 counts and exact match compares."""
    normal = normalise(text)
    if not UNSPACED.search(normal):
        return normal.split()
    plain = "".join(" " if unicodedata.category(character).startswith("P") else character for character in normal)
    return UNSPACED.sub(r" \g<0> ", plain).split()


def exact_match(gold: Sequence[str], guess: str) -> float:
    """1 when the guess equals one of the gold answers. No gold answer: 1 when nothing was said ("")."""
    return _best(gold, guess, lambda expected, found: float(expected == found))


def f1(gold: Sequence[str], guess: str) -> float:
    """Word overlap with the nearest gold answer. No gold answer: 1 when nothing was said ("")."""
    return _best(gold, guess, _overlap)


def _best(gold: Sequence[str], guess: str, compare: Callable[[list[str], list[str]], float]) -> float:
    found = words(guess)
    # The official script drops gold answers of which nothing is left ("The"), and takes "" where none remains.
    expected = [tokens for tokens in map(words, gold) if tokens] or [[]]
    return max(compare(tokens, found) for tokens in expected)


def _overlap(expected: list[str], found: list[str]) -> float:
    if not expected or not found:
        return float(expected == found)
    common = (Counter(expected) & Counter(found)).total()
    if not common:
        return 0.0
    precision, recall = common / len(found), common / len(expected)
    return 2 * precision * recall / (precision + recall)
