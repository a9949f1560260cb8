"""XLM-R's subwords without the `tokenizers` library, whose trie of 250,000 pieces takes 280 MB and a second to load.

The same ids and offsets as that library gives for the bundled model's tokenizer.json: Nmt and NFKC normalisation, white
space splits words, "▁" begins each, and of all ways to cut a word into pieces the likeliest is taken (Kudo 2018,
"Subword Regularization", section 3.1). Checked against the library whenever a model is compiled.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

BEGIN = "▁"
_UNKNOWN_PENALTY = 10.0  # below the least likely piece
_WORDS = 50_000  # cut words that are remembered
_AT_ONCE = 8_192  # pieces put into the table before other threads have their turn: models are loaded beside it

_REMOVED = "\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f"
_SPACES = "\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd"
_NMT = re.compile(f"[{_REMOVED}{_SPACES}]")
_REMOVE = re.compile(f"[{_REMOVED}]")
_WORD = re.compile(r"\S+")
_BETWEEN_SPACES = re.compile(r"[\S\x0b\x1c-\x1f]+")  # white space to Python, but removed here
# What NFKC composes with what stands before it, beside marks: vowels and finals of Hangul, half-width voicing of kana.
_JAMO = range(0x1160, 0x1200)
_VOICING = "\uff9e\uff9f"


@dataclass(frozen=True, slots=True)
class Encoding:
    """As `tokenizers.Encoding`: subword ids, and where in the text each stands."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class Unigram:
    """Pieces with their log probabilities; a piece's position is its id."""

    def __init__(self, pieces: Sequence[str], scores: "array[float]", unknown: int, special: Sequence[str]) -> None:
        self._ids: dict[str, int] = {}
        for at in range(0, len(pieces), _AT_ONCE):
            self._ids.update(zip(pieces[at : at + _AT_ONCE], range(at, len(pieces)), strict=False))
        self._scores = scores
        self._unknown = unknown
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY
        self._longest = max(map(len, pieces))
        self._special = re.compile("|".join(map(re.escape, sorted(special, key=len, reverse=True))))
        self.cut = lru_cache(_WORDS)(self._cut)

    def encode(self, text: str, *, add_special_tokens: bool = False) -> Encoding:
        """Ids and offsets (code points of the text), whole. Special tokens are never added."""
        ids: list[int] = []
        offsets: list[tuple[int, int]] = []
        for start, stretch, special in self._stretches(text):
            if special:
                ids.append(self._ids[stretch])
                offsets.append((start, start + len(stretch)))
                continue
            for word, places in _words(stretch, start):
                at = -1  # the "▁" that begins a word has no place of its own
                for piece, size in self.cut(BEGIN + word):
                    ids.append(piece)
                    offsets.append((places[max(at, 0)][0], places[max(at + size, 1) - 1][1]))
                    at += size
        return Encoding(ids, offsets)

    def _stretches(self, text: str) -> Iterator[tuple[int, str, bool]]:
        """The text cut at what is spelled like a special token, and whether it is one."""
        at = 0
        for match in self._special.finditer(text):
            if match.start() > at:
                yield at, text[at : match.start()], False
            yield match.start(), match.group(), True
            at = match.end()
        if at < len(text):
            yield at, text[at:], False

    def _cut(self, word: str) -> tuple[tuple[int, int], ...]:
        """(id, characters) of the likeliest pieces; unknown characters side by side are one piece."""
        ids, scores, size = self._ids, self._scores, len(word)
        best = [0.0, *[-float("inf")] * size]  # the likeliest way to each place: its score,
        begins, pieces = [0] * (size + 1), [-1] * (size + 1)  # where its last piece begins, and which that is
        for start in range(size):
            for end in range(start + 1, min(size, start + self._longest) + 1):
                piece = ids.get(word[start:end])
                if piece is not None:
                    score = best[start] + scores[piece]
                elif end == start + 1:
                    piece, score = self._unknown, best[start] + self._unknown_score
                else:
                    continue
                if score > best[end]:
                    best[end], begins[end], pieces[end] = score, start, piece
        return tuple(self._backwards(begins, pieces))

    def _backwards(self, begins: Sequence[int], pieces: Sequence[int]) -> list[tuple[int, int]]:
        cut: list[tuple[int, int]] = []
        end = len(begins) - 1
        while end > 0:
            piece, size = pieces[end], end - begins[end]
            end = begins[end]
            if piece == self._unknown and cut and cut[-1][0] == self._unknown:
                size += cut.pop()[1]
            cut.append((piece, size))
        return cut[::-1]


def _normalised(text: str) -> str:
    if _NMT.search(text):
        text = _NMT.sub(" ", _REMOVE.sub("", text))
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _words(text: str, at: int) -> Iterator[tuple[str, Sequence[tuple[int, int]]]]:
    """The words of the normalised text, with the place of each character in the text that begins at `at`."""
    for match in _BETWEEN_SPACES.finditer(text):
        start, stretch = at + match.start(), match.group()
        if _normalised(stretch) == stretch:
            yield stretch, [(place, place + 1) for place in range(start, start + len(stretch))]
            continue
        characters, places = _aligned(stretch, start)
        for word in _WORD.finditer(characters):
            yield word.group(), places[slice(*word.span())]


def _aligned(text: str, at: int) -> tuple[str, list[tuple[int, int]]]:
    """The normalised text, and for each of its characters the place of the cluster that it came from."""
    made: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        normal = _normalised(text[start:end])
        alone = [_normalised(character) for character in text[start:end]]
        made.append(normal)
        if "".join(alone) == normal:
            places.extend(
                (at + start + place, at + start + place + 1) for place, each in enumerate(alone) for _ in each
            )
        else:
            places.extend([(at + start, at + end)] * len(normal))
    return "".join(made), places


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for place in range(1, len(text)):
        if not _joins(text[place]):
            yield start, place
            start = place
    if text:
        yield start, len(text)


def _joins(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or character in _VOICING or ord(character) in _JAMO
