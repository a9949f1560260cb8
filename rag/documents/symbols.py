"""What the fonts of pictures show in place of letters, as far as Unicode has it.

Word writes "15 µg" and "80 °C" with such fonts: left out, they would be quoted as "15 g" and "80 C".
"""

import re

_SYMBOL = (  # Adobe's, of the codes from 0x20 and from 0xA0 on
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_\u203eαβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…|—↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\x00⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
)
_WINGDINGS = {0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA1: "○", 0xA7: "▪"} | {
    0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xFB: "✗",
    0xFC: "✔", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_FONTS = {
    "symbol": dict(enumerate(_SYMBOL[0], 0x20)) | dict(enumerate(_SYMBOL[1], 0xA0)),
    "wingdings": _WINGDINGS,
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0xA3: "□"},
}
_PRIVATE = re.compile("[\uf020-\uf0ff]")


def told(font: str, text: str, unknown: str = "") -> str:
    """A text in a font of pictures, which are kept in the private use area of Unicode; in another it stays as it is.

    `unknown` stands for those that Unicode does not have.
    """
    is_known = font.strip().lower() in _FONTS
    return _PRIVATE.sub(lambda each: shown(font, ord(each[0])) or unknown, text) if is_known else text


def shown(font: str, code: int) -> str:
    """Of a character's code, which may stand in the private use area; "" where that is not known."""
    known = _FONTS.get(font.strip().lower(), {})
    return known.get(code - 0xF000 if 0xF000 <= code <= 0xF0FF else code, "").replace("\x00", "")
