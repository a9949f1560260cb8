"""Reading across languages, learned from parallel text: a piece of a sentence asks for it in another language.

No set of questions pairs Azerbaijani questions with Chinese passages, but NTREX-128 (Federmann et al. 2022, CC BY-SA
4.0) holds the same news in 128 languages. A piece of a sentence in one language stands for the question, a few
sentences of the same news in another for the passage. A phrase whose translation is known is taken out of the
question, and the translation is the answer; where none is found, a number or a name that both languages spell alike;
else anywhere inside the right sentence counts.
"""

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from rag.language import LANGUAGES
from training.language_means import languages_of
from training.reader.alignment import UNSPACED
from training.reader.data import PARALLEL
from training.reader.encoding import Example
from training.reader.negatives import asked_of_another
from training.reader.polar import polar
from training.reader.topics import FRAMES, asked_about, noun_phrases

_NUMBER = re.compile(r"(?<![\w.,:])\d[\d.,:]*\d(?![\w%])|(?<![\w.,:])\d(?![\w.,:%])")
_NAME = re.compile(r"(?<![\w-])[A-ZÀ-ÖØ-ÞİŞČŽŠ][^\W\d_]{2,}(?:[ -][A-ZÀ-ÖØ-ÞİŞČŽŠ][^\W\d_]{2,})*(?![\w-])")
_UNSPACED = {"zh", "ja", "th", "lo", "my", "km", "bo", "dz"}
ENGLISH = 0.25  # of either side: the language of many documents and of many who ask
LARGE = 0.5  # of either side: one of the next
_LARGE = "ar az de el es fa fr hi id it ja ko pl pt ro ru th tr uk vi zh".split()
ALIGNED = 0.7  # of the pairs in two languages
SHARED = 0.8  # of the others that have a number or name in common
POLAR = 0.6  # of the rest, in languages that have a frame for it, ask whether it is so
GAP = 0.5  # of the phrases taken out leave a mark
_TELLING = re.compile(rf"\d|[^\W\d_]{{5}}|[{UNSPACED}]{{2}}")
TOPICS = 0.25  # of the examples ask for a topic of the sentence, where it has one
RARE = 6  # sentences of the news: what more of them speak of is no topic
CHANGED = 0.2  # of the others ask about a name or number of other news, which nothing answers
WITHOUT = 0.25  # of the passages lack the sentence: the rest of the news does not answer


# (one sentence, its translation) -> phrases: where in the one, where in the other
Phrases: TypeAlias = Callable[[str, str], list[tuple[tuple[int, int], tuple[int, int]]]]


class ParallelNews:
    """The sentences of NTREX, by language and news item."""

    def __init__(self, folder: Path, phrases: Phrases | None = None) -> None:
        """`phrases` finds what two sentences say alike."""
        self._phrases = phrases
        self._lines = {
            code: [_lines_of(path) for path in sorted(paths, key=_is_cantonese)]
            for code, paths in languages_of(folder).items()
            if code in LANGUAGES  # those that the encoder knows
        }
        items = (folder / "DOCUMENT_IDS.tsv").read_text(encoding="utf-8").splitlines()
        self.items = [item.split("\t")[0] for item in items]
        self.languages = sorted(self._lines)
        self._large = [each for each in _LARGE if each in self._lines] or self.languages

    def __len__(self) -> int:
        """Sentences of one language."""
        return len(self.items)

    def sentences(self, language: str) -> list[str]:
        """In the first of its varieties."""
        return self._lines[language][0]

    def texts(self) -> set[str]:
        """The sentences of all languages."""
        return {line for varieties in self._lines.values() for lines in varieties for line in lines}

    def draw(self, rng: random.Random) -> Example:
        asked, told = self._language(rng), self._language(rng)
        place = rng.randrange(len(self.items))
        around = self._around(place, rng)
        here, there = rng.choice(self._lines[asked]), rng.choice(self._lines[told])
        topic = self._topic(here, place, around, asked, rng) if rng.random() < TOPICS else None
        if topic is not None:
            question, (first, last), kind = asked_about(topic, asked, rng), (0, len(there[place])), "topic"
        else:
            question, (first, last), kind = self._ask(here[place], there[place], asked, asked != told, rng)
        if rng.random() < WITHOUT and len(around) > 1:
            around.remove(place)
            kind = "absent"
        elif rng.random() < CHANGED:
            changed = self._of_another(question, asked, around, rng, topic=topic is not None)
            question, kind = (changed, "changed") if changed else (question, kind)
        between = "" if told in _UNSPACED else " "
        context, answer = "", None
        for line in around:
            if line == place and kind != "changed":
                answer = (len(context) + first, len(context) + last)
            context += there[line] + between
        return Example(question, context.strip(), answer, PARALLEL, kind)

    def _topic(
        self, lines: Sequence[str], place: int, around: Sequence[int], language: str, rng: random.Random
    ) -> str | None:
        """What the sentence speaks of, few others of the news and none of those around it."""
        english, sentence = self.sentences("en")[place], lines[place]
        found = noun_phrases(english) if language in FRAMES else []
        if sentence != english and found:
            paired = {there: here for here, there in self._phrases(sentence, english)} if self._phrases else {}
            found = [paired[each] for each in found if each in paired]
        elsewhere = [lines[line] for line in around if line != place]
        topics = [sentence[start:end] for start, end in found]
        topics = [each for each in topics if not any(each in line for line in elsewhere)]
        topics = [each for each in topics if sum(each in line for line in lines) <= RARE]
        return rng.choice(topics) if topics else None

    def _ask(
        self, sentence: str, told: str, language: str, translated: bool, rng: random.Random
    ) -> tuple[str, tuple[int, int], str]:
        """(question made of the sentence, where what is told answers it, kind)."""
        unspaced = language in _UNSPACED
        if self._phrases is not None and translated and rng.random() < ALIGNED:
            found = [each for each in self._phrases(sentence, told) if telling(sentence, told, *each)]
            if found:
                (start, end), answer = rng.choice(found)
                return gapped(sentence, start, end, unspaced, rng), answer, "phrase"
        shared = shared_words(sentence, told) if rng.random() < SHARED else []
        if shared:
            word = rng.choice(shared)
            start = told.index(word)
            return sentence.replace(word, "…", 1), (start, start + len(word)), "word"
        asked = polar(opening(sentence, unspaced, rng), language) if rng.random() < POLAR else None
        return asked or piece(sentence, unspaced, rng), (0, len(told)), "sentence"

    def _of_another(
        self, question: str, language: str, around: Sequence[int], rng: random.Random, *, topic: bool
    ) -> str | None:
        """The question about a name or number of other news; about another topic."""
        varieties = self._lines[language]
        # All of them: where a question is British, its passage may be American.
        told = "\n".join(lines[line] for lines in varieties for line in around)
        if topic:
            other = self._topic(rng.choice(varieties), rng.randrange(len(self.items)), (), language, rng)
            return asked_about(other, language, rng) if other and other not in told else None
        others = (rng.choice(varieties)[rng.randrange(len(self.items))] for _ in range(40))
        return asked_of_another(question, told, others, rng, language)

    def _language(self, rng: random.Random) -> str:
        drawn = rng.random()
        if drawn < ENGLISH:
            return "en"
        return rng.choice(self._large if drawn < ENGLISH + LARGE else self.languages)

    def _around(self, place: int, rng: random.Random) -> list[int]:
        """Two to six lines of the same news, that of `place` among them."""
        before, after = rng.randint(0, 3), rng.randint(0, 2)
        return [
            line
            for line in range(place - before, place + after + 1)
            if 0 <= line < len(self.items) and self.items[line] == self.items[place]
        ]


def _lines_of(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]


def _is_cantonese(path: Path) -> bool:
    """It is told among the varieties of Chinese, and by file name would come first: no lexicon is to be made of it."""
    return ".yue." in path.name


def shared_words(question: str, sentence: str) -> list[str]:
    """The numbers and names that both sides have, each once; a name that begins the question is left."""
    found = [match.group() for match in _NUMBER.finditer(question)]
    found += [match.group() for match in _NAME.finditer(question) if match.start() > 1]
    told = _NUMBER.findall(sentence) + _NAME.findall(sentence)
    return [each for each in found if each in told and question.count(each) == sentence.count(each) == 1]


def telling(sentence: str, told: str, here: tuple[int, int], there: tuple[int, int]) -> bool:
    """Whether a phrase says something, is words at both ends, leaves a question and stands once where it is read."""
    phrase, translation = sentence[slice(*here)], told[slice(*there)]
    ends = phrase[0] + phrase[-1] + translation[0] + translation[-1]
    clear = told.count(translation) == 1 and len(phrase) < len(sentence) / 2
    return clear and ends.isalnum() and bool(_TELLING.search(phrase))


def gapped(sentence: str, start: int, end: int, unspaced: bool, rng: random.Random) -> str:
    """The sentence or half of it without the phrase: with a mark in its place, or a question mark at the end."""
    before, after = (words_of(text, unspaced) for text in (sentence[:start], sentence[end:]))
    kept = rng.uniform(0.5, 1.0) if rng.random() < 0.6 else 1.0
    before = before[len(before) - round(len(before) * kept) :]
    after = after[: round(len(after) * kept)]
    if rng.random() < GAP:
        return joined([*before, "…", *after], unspaced)
    return joined([*before, *after], unspaced).rstrip(".。,;:!") + "?"


def words_of(text: str, unspaced: bool) -> list[str]:
    """Its characters, where words are not spaced."""
    return list(text) if unspaced else text.split()


def joined(words: Sequence[str], unspaced: bool) -> str:
    return ("" if unspaced else " ").join(words)


def opening(sentence: str, unspaced: bool, rng: random.Random) -> str:
    """The first half of the sentence's words at least, up to all of them."""
    words = words_of(sentence, unspaced)
    return joined(words[: round(len(words) * rng.uniform(0.5, 1.0))], unspaced)


def piece(sentence: str, unspaced: bool, rng: random.Random) -> str:
    """A run of a third to nine tenths of the sentence's words (of its characters, where words are not spaced)."""
    words = words_of(sentence, unspaced)
    size = max(1, round(len(words) * rng.uniform(0.35, 0.9)))
    start = rng.randint(0, len(words) - size)
    taken = joined(words[start : start + size], unspaced)
    return taken.rstrip(".。,;:!") + rng.choice(["", "?", " ?"])
