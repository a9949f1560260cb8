"""Which of the languages that Tesseract has data for a picture is read as.

It reads in several at once, word by word in the first that fits well enough, so what a page is in must come first: as
Russian, Azerbaijani and English an English page says "vvithout". What a first reading says tells the languages, line by
line, and a second has them in their order.
"""

from collections import Counter
from collections.abc import Sequence
from types import MappingProxyType

MOST = 8  # read at once
_LEAST = 0.08  # of a page's letters, that a language has
_TELLING = 12  # letters of a line: fewer may be in any language
_ENGLISH = "eng"  # names and words of it stand in texts of every language
_FIRST = (_ENGLISH, "rus", "ara", "chi_sim", "jpn", "kor", "hin")  # of their scripts
_TOGETHER = frozenset(("Latin", "Cyrillic", "Greek"))  # which a page may have beside each other
# Read as English too, words in these become English ones.
_ALONE = frozenset(("Arabic", "Ethiopic", "Hangul", "Hebrew", "Korean", "Myanmar"))

_OF_SCRIPT = MappingProxyType(
    {
        "Arabic": "ara fas kur_ara pus snd uig urd",
        "Armenian": "hye",
        "Bengali": "asm ben",
        "Cyrillic": "aze_cyrl bel bul kaz kir mkd mon rus srp tat tgk ukr uzb_cyrl",
        "Devanagari": "hin mar nep san",
        "Ethiopic": "amh tir",
        "Georgian": "kat kat_old",
        "Greek": "ell grc",
        "Gujarati": "guj",
        "Gurmukhi": "pan",
        "Han": "chi_sim chi_tra jpn",
        "Hangul": "kor",
        "Hebrew": "heb yid",
        "Japanese": "jpn",
        "Kannada": "kan",
        "Khmer": "khm",
        "Korean": "kor",
        "Lao": "lao",
        "Malayalam": "mal",
        "Myanmar": "mya",
        "Oriya": "ori",
        "Sinhala": "sin",
        "Syriac": "syr",
        "Tamil": "tam",
        "Telugu": "tel",
        "Thai": "tha",
        "Tibetan": "bod dzo",
    }
)
_SCRIPTS = MappingProxyType({code: script for script, codes in _OF_SCRIPT.items() for code in codes.split()})

# Tesseract's codes by those of ISO 639-1, as `rag.language` tells them.
_CODES = MappingProxyType(
    dict(
        pair.split(":")
        for pair in (
            "af:afr am:amh ar:ara as:asm az:aze be:bel bg:bul bn:ben br:bre bs:bos ca:cat cs:ces cy:cym da:dan de:deu "
            "el:ell en:eng eo:epo es:spa et:est eu:eus fa:fas fi:fin fr:fra fy:fry ga:gle gd:gla gl:glg gu:guj he:heb "
            "hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita ja:jpn jv:jav ka:kat kk:kaz km:khm kn:kan ko:kor ky:kir "
            "la:lat lo:lao lt:lit lv:lav mk:mkd ml:mal mn:mon mr:mar ms:msa my:mya ne:nep nl:nld no:nor or:ori pa:pan "
            "pl:pol ps:pus pt:por ro:ron ru:rus sa:san sd:snd si:sin sk:slk sl:slv sq:sqi sr:srp su:sun sv:swe sw:swa "
            "ta:tam te:tel th:tha tl:tgl tr:tur ug:uig uk:ukr ur:urd uz:uzb vi:vie yi:yid zh:chi_sim"
        ).split()
    )
)


def is_script_asked(languages: Sequence[str]) -> bool:
    """Whether the script of a page has to be told before it is read, for not all can be tried at once."""
    return len(languages) > MOST or not {_script_of(code) for code in languages} <= _TOGETHER


def to_begin_with(languages: Sequence[str], script: str | None) -> list[str]:
    """Those of a first reading, at most MOST. `script`: as Tesseract tells it, if it can."""
    own = [code for code in languages if script is None or _is_in(code, script)]
    if len(own) > MOST:
        own = [code for code in own if script in (None, _script_of(code)) or code == _ENGLISH]
    return sorted(own or languages, key=lambda code: (_rank(code, script), code))[:MOST]


def of_other_scripts(languages: Sequence[str], tried: Sequence[str]) -> list[list[str]]:
    """Those that were not tried, script by script."""
    scripts: dict[str, list[str]] = {}
    for code in languages:
        scripts.setdefault(_script_of(code), []).append(code)
    return [own for script, own in scripts.items() if script not in map(_script_of, tried)]


def _script_of(code: str) -> str:
    return _SCRIPTS.get(code, "Latin")


def _is_in(code: str, script: str) -> bool:
    """Whether a page in this script may have words of the language."""
    if code == _ENGLISH:
        return script not in _ALONE
    return code in _OF_SCRIPT.get(script, "").split() or {_script_of(code), script} <= _TOGETHER


def _rank(code: str, script: str | None) -> int:
    """English comes first where nothing is known, and last where the script is another."""
    if code == _ENGLISH and script not in (None, *_TOGETHER):
        return len(_FIRST) + 1
    return _FIRST.index(code) if code in _FIRST else len(_FIRST)


def told_by(lines: Sequence[str], languages: Sequence[str]) -> list[str]:
    """Those in which lines are written, the most frequent first, and English behind them; [] where none can be told."""
    from rag.language import beliefs  # which takes a second to load

    letters: Counter[str] = Counter()
    for line in lines:
        count = sum(map(str.isalpha, line))
        believed = {_CODES[code]: belief for code, belief in beliefs(line).items() if _CODES.get(code) in languages}
        if believed and count >= _TELLING:
            letters[max(believed, key=believed.__getitem__)] += count
    told = [code for code, count in letters.most_common(MOST) if count >= _LEAST * letters.total()]
    is_english_added = bool(told) and _ENGLISH in languages and _ENGLISH not in told
    return told + [_ENGLISH] * (is_english_added and _script_of(told[0]) not in _ALONE)
