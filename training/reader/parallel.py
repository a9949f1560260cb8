"""Reading across languages, learned from parallel text: a piece of a sentence asks for it in another language.

No set of questions pairs Azerbaijani questions with Chinese passages, but NTREX-128 (Federmann et al. 2022, CC BY-SA
4.0) holds the same news in 128 languages. A piece of a sentence in one language stands for the question, a few
sentences of the same news in another for the passage. Where inside the right sentence an answer would lie is not known,
so anywhere inside it counts; where both languages spell a number or a name alike, it is taken out of the question
and is the answer.
"""

import random
import re
from pathlib import Path

from rag.language import LANGUAGES
from training.language_means import languages_of
from training.reader.data import PARALLEL
from training.reader.encoding import Example

_NUMBER = re.compile(r"(?<![\w.,:])\d[\d.,:]*\d(?![\w%])|(?<![\w.,:])\d(?![\w.,:%])")
_NAME = re.compile(r"(?<![\w-])[A-ZÀ-ÖØ-ÞİŞČŽŠ][^\W\d_]{2,}(?:[ -][A-ZÀ-ÖØ-ÞİŞČŽŠ][^\W\d_]{2,})*(?![\w-])")
_UNSPACED = {"zh", "ja", "th", "lo", "my", "km", "bo", "dz"}
ENGLISH = 0.25  # of either side: the language of many documents and of many who ask
SHARED = 0.8  # of the sentences that have a number or name in common
WITHOUT = 0.25  # of the passages lack the sentence: the rest of the news does not answer


class ParallelNews:
    """The sentences of NTREX, by language and news item."""

    def __init__(self, folder: Path) -> None:
        self._lines = {
            code: [path.read_text(encoding="utf-8").splitlines() for path in paths]
            for code, paths in languages_of(folder).items()
            if code in LANGUAGES  # those that the encoder knows
        }
        items = (folder / "DOCUMENT_IDS.tsv").read_text(encoding="utf-8").splitlines()
        self._items = [item.split("\t")[0] for item in items]
        self.languages = sorted(self._lines)

    def __len__(self) -> int:
        """Sentences of one language."""
        return len(self._items)

    def draw(self, rng: random.Random) -> Example:
        asked, told = self._language(rng), self._language(rng)
        place = rng.randrange(len(self._items))
        question = rng.choice(self._lines[asked])[place].strip()
        lines = rng.choice(self._lines[told])
        shared = shared_words(question, lines[place]) if rng.random() < SHARED else []
        word = rng.choice(shared) if shared else ""
        around = self._around(place, rng)
        if rng.random() < WITHOUT and len(around) > 1:
            around.remove(place)
        between = "" if told in _UNSPACED else " "
        context, answer = "", None
        for line in around:
            text = lines[line].strip()
            if line == place:
                start = len(context) + (text.index(word) if word else 0)
                answer = (start, start + len(word or text))
            context += text + between
        kind = "absent" if answer is None else "word" if word else "sentence"
        question = question.replace(word, "…", 1) if word else piece(question, asked in _UNSPACED, rng)
        return Example(question, context.strip(), answer, PARALLEL, kind)

    def _language(self, rng: random.Random) -> str:
        return "en" if rng.random() < ENGLISH else rng.choice(self.languages)

    def _around(self, place: int, rng: random.Random) -> list[int]:
        """Two to six lines of the same news, that of `place` among them."""
        before, after = rng.randint(0, 3), rng.randint(0, 2)
        return [
            line
            for line in range(place - before, place + after + 1)
            if 0 <= line < len(self._items) and self._items[line] == self._items[place]
        ]


def shared_words(question: str, sentence: str) -> list[str]:
    """The numbers and names that both sides have, each once; a name that begins the question is left."""
    found = [match.group() for match in _NUMBER.finditer(question)]
    found += [match.group() for match in _NAME.finditer(question) if match.start() > 1]
    told = _NUMBER.findall(sentence) + _NAME.findall(sentence)
    return [each for each in found if each in told and question.count(each) == sentence.count(each) == 1]


def piece(sentence: str, unspaced: bool, rng: random.Random) -> str:
    """A run of a third to nine tenths of the sentence's words (of its characters, where words are not spaced)."""
    words = list(sentence) if unspaced else sentence.split()
    size = max(1, round(len(words) * rng.uniform(0.35, 0.9)))
    start = rng.randint(0, len(words) - size)
    taken = ("" if unspaced else " ").join(words[start : start + size])
    return taken.rstrip(".。,;:!") + rng.choice(["", "?", " ?"])
