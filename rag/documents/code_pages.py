"""Windows' numbers of code pages."""

import codecs

WESTERN = "cp1252"
_CODECS = {10000: "mac_roman", 20866: "koi8_r", 21866: "koi8_u", 54936: "gb18030", 65001: "utf_8"}


def codec_of_page(number: int) -> str | None:
    """The name by which Python decodes this code page, None where it does not."""
    name = _CODECS.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
