"""Numbers written as letters, as Roman numerals and in Chinese characters, as lists and articles are numbered."""

from collections.abc import Callable

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def letters(alphabet: str) -> Callable[[int], str]:
    """After the last letter each is doubled: z, aa, bb."""

    def write(number: int) -> str:
        rounds, place = divmod(number - 1, len(alphabet))
        return alphabet[place] * (rounds + 1) if number > 0 else "0"

    return write


def counted_letters(alphabet: str) -> Callable[[int], str]:
    """After the last letter they are digits: z, aa, ab."""

    def write(number: int) -> str:
        text = "" if number > 0 else "0"
        while number > 0:
            number, place = divmod(number - 1, len(alphabet))
            text = alphabet[place] + text
        return text

    return write


def roman(number: int) -> str:
    text = ""
    for value, digits in _ROMAN:
        times, number = divmod(number, value)
        text += digits * times
    return text


def of_roman(text: str) -> int | None:
    """The number, of small letters; None where they are none as `roman` writes it."""
    values = {digits: value for value, digits in _ROMAN}
    number, at = 0, 0
    while at < len(text):
        size = 2 if text[at : at + 2] in values else 1
        number += values.get(text[at : at + size], 0)
        at += size
    return number if number and roman(number) == text else None


_HAN = "零一二三四五六七八九"
_HAN_VALUES = {each: value for value, each in enumerate(_HAN)} | {"〇": 0, "两": 2}
_HAN_UNITS = {"千": 1000, "百": 100, "十": 10}
HAN = "".join([*_HAN_VALUES, *_HAN_UNITS])


def han(number: int) -> str:
    """Of 0 to 9999, as Chinese laws count their articles."""
    text, left = "", number
    for unit, value in _HAN_UNITS.items():
        digit, left = divmod(left, value)
        if digit:
            text += _HAN[digit] + unit
        elif text and left and not text.endswith("零"):
            text += "零"
    text += _HAN[left] if left or not text else ""
    return text.removeprefix("一") if 10 <= number < 20 else text


def of_han(text: str) -> int:
    """The number that Chinese or Japanese characters of HAN say, by units (一百零三) or digit by digit (一〇三)."""
    if not any(each in _HAN_UNITS for each in text):
        return int("".join(str(_HAN_VALUES[each]) for each in text))
    number = last = 0
    for each in text:
        if each in _HAN_UNITS:
            number += (last or 1) * _HAN_UNITS[each]
            last = 0
        else:
            last = _HAN_VALUES[each]
    return number + last
