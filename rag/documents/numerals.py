"""Numbers written as letters and as Roman numerals, as lists are numbered."""

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
