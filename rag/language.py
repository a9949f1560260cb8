"""Which language a text is written in: for sentence breaks and vector centring, never to filter."""

from threading import Lock, Thread
from typing import Any

UNKNOWN = "und"

# The languages the bundled encoder was trained on (XLM-R, Conneau et al. 2020, table 6), as the identifier names them:
# a guess among its other classes would only ever be a short text's accident.
LANGUAGES = (
    "af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr hu hy id is it "
    "ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my ne nl no or pa pl ps pt ro ru sa sd si sk sl so sq sr "
    "su sv sw ta te th tl tr ug uk ur uz vi xh yi zh"
).split()


_loading = Lock()
_loaded: list[Any] = []


def prepare() -> None:
    """Begin to load what `identify` needs, half a second of unpacking, beside what else is to be done first."""
    Thread(target=_identifier, daemon=True).start()


def _identifier() -> Any:
    with _loading:
        if not _loaded:
            _loaded.append(_load())
        return _loaded[0]


def _load() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in LANGUAGES if code in set(identifier.labels)])
    return identifier


def identify(text: str, *, least: float = 0.5) -> str:
    """ISO 639-1 code of a text, or "und" where there is no letter or the best guess is below `least`."""
    sample = text[:4000]
    if not any(character.isalpha() for character in sample):
        return UNKNOWN
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= least else UNKNOWN
