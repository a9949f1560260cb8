"""The part of a document that a question asks for by its number: "3.2", "§ 12", "Article 5", "第5条"."""

import re
from functools import lru_cache

from rag.folding import fold
from rag.phrases import is_unspaced

_MOST_WORDS = 6  # beside the number: who says more asks what is told there, and that is searched for

# How the words for a part of a text of rules begin, folded, in the languages whose laws and contracts are asked most.
_PARTS = "|".join(
    fold(
        """
        abschnitt absatz anhang anlage annex appendi articl articol articul artigo artikel artykuł capitol capítul
        chapit chapter clánek claus hoofdstuk kapitel kapitol klausel klauzul paragr punkt rozdział seção secció section
        sezione глава главе главу главы главой додат параграф подпункт приложени пункт раздел розділ стать стате статт
        части часть частью البند الفصل القسم المادة بند ماده مادة अनुच्छेद खंड धारा
        """
    ).split()
)
# Turkish and Azerbaijani, "5. madde" or "madde 5"; a Madden is none.
_TURKIC = "|".join(fold("bend bent bölme bölüm bölmə bənd fesil fıkra fəsil madde(?!n) maddə").split())
_WORD = rf"(?:\b(?:{_PARTS}|{_TURKIC})\w*\.?|§+)"
_UNIT = "条條章节節款项項"  # behind a number, as this is in Korean:
_KOREAN_UNIT = "조장절항"
_NUMBER = r"\d{1,4}(?:\.\d{1,3}){0,4}"
_ALONE = r"(?![\w%]|[.,]\d)"  # no part of a longer number, and no share
_WITH_WORD = re.compile(
    rf"{_WORD}\s*({_NUMBER}){_ALONE}"
    rf"|(?<![\w.,])({_NUMBER})[-.]?\w{{0,4}}\s+(?:{_TURKIC})"
    rf"|[第제]\s*({_NUMBER})\s*[{_UNIT}{_KOREAN_UNIT}]"
    rf"|(?<![\w.,])(\d{{1,3}}(?:\.\d{{1,3}})+)\s*[{_UNIT}]"
)
_NOTHING_ELSE = re.compile(r"\W*(\d{1,3}(?:\.\d{1,3}){1,4})\W*")


def clauses_of(question: str) -> list[str]:
    """Each number once, in order. Without a word for the part it must be all of the question: 3.5 may be millions."""
    folded = fold(question)
    if alone := _NOTHING_ELSE.fullmatch(folded):
        return [alone[1]]
    found = list(_WITH_WORD.finditer(folded))
    if _words(_WITH_WORD.sub(" ", folded)) > _MOST_WORDS:
        return []
    return list(dict.fromkeys(next(filter(None, match.groups())) for match in found))


def _words(text: str) -> float:
    """Two characters of a script that sets no spaces count for one."""
    return sum(len(word) / 2 if is_unspaced(word) else 1 for word in re.findall(r"\w+", text))


def opens_with(number: str, text: str) -> bool:
    """Whether a line of the folded text begins with this number, as clauses, headings and articles do."""
    return _opening(number).search(text) is not None


@lru_cache(maxsize=64)
def _opening(number: str) -> re.Pattern[str]:
    own = re.escape(number)
    marks = r"(?:\.?[ \t]|[.)](?!\d)|[.:]?$)" if "." in number else r"[.)](?!\d)"
    forms = (
        rf"{_WORD}\s*{own}(?!\w|\.\d)",
        rf"{own}{marks}",
        rf"{own}[.-]?\w{{0,4}}\s+(?:{_TURKIC})",
        rf"[第제]\s*{own}\s*[{_UNIT}{_KOREAN_UNIT}]",
    )
    return re.compile(rf"^\W{{0,4}}(?:{'|'.join(forms)})", re.MULTILINE)
