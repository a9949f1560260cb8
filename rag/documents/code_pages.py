"""Windows' numbers of code pages."""

import codecs

WESTERN = "cp1252"
_CODECS = {10000: "mac_roman", 20866: "koi8_r", 21866: "koi8_u", 54936: "gb18030", 65001: "utf_8"}
_CODECS |= {50220: "iso2022_jp", 50221: "iso2022_jp", 50222: "iso2022_jp", 51932: "euc_jp", 51949: "euc_kr"}
_CODECS |= {28590 + part: f"iso8859_{part}" for part in range(1, 17)}


def codec_of_page(number: int) -> str | None:
    """The name by which Python decodes this code page, None where it does not."""
    name = _CODECS.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
