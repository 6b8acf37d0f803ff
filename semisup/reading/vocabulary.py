"""Numbers read aloud: their texts, the symbols these are made of, and which numbers are kept for the test.

A text is a row of symbols: letters, spaces and hyphens in English, syllables in Korean. END, which also fills a row up
behind the text, and START are symbols of their own.
"""

from collections.abc import Iterable

import numpy as np
from num2words import num2words

from semisup.errors import InputError

END, START = 0, 1
RESERVED = 2  # END and START
LARGEST = 9999
TEST_SHARE = 0.2  # of the numbers of more than one digit
CODES = {"english": "en", "korean": "ko"}
# fmt: off
ROMAN = {  # Revised Romanization of the syllables, for where there is no font
    "영": "yeong", "일": "il", "이": "i", "삼": "sam", "사": "sa", "오": "o", "육": "yuk", "칠": "chil", "팔": "pal",
    "구": "gu", "십": "sip", "백": "baek", "천": "cheon",
}
# fmt: on


def reading(number: int, language: str) -> str:
    """The text of a number 0..9999: "three hundred forty-two" (without "and"), 삼백사십이 (without spaces)."""
    return num2words(number, lang=CODES[language]).replace(" and ", " ").replace(",", "")


def alphabet(language: str) -> str:
    """The symbols of all readings in their order: number RESERVED + i stands for the i-th."""
    names = [*range(21), *range(30, 100, 10), 100, 1000]
    return "".join(sorted(set("".join(reading(number, language) for number in names)) | set(_joints(language))))


def _joints(language: str) -> str:
    return " -" if language == "english" else ""


def to_symbols(texts: Iterable[str], language: str, length: int | None = None) -> np.ndarray:
    """Texts as rows of symbol numbers.

    Args:
        texts: at least one.
        language: `english` or `korean`.
        length: of a row; default: that of the longest text and one END.

    Returns:
        (texts, length) int32, END from behind each text on.

    Raises:
        InputError: a text is empty, too long, or has a symbol that no reading has.
    """
    texts, known = list(texts), {symbol: RESERVED + i for i, symbol in enumerate(alphabet(language))}
    length = length or max(map(len, texts)) + 1
    rows = np.full((len(texts), length), END, np.int32)
    for row, text in zip(rows, texts, strict=True):
        if not 0 < len(text) < length:
            raise InputError(f"text: expected 1 to {length - 1} symbols, found {len(text)} in {text!r}")
        for place, symbol in enumerate(text):
            if symbol not in known:
                raise InputError(f"text: expected the symbols {''.join(known)!r}, found {symbol!r} in {text!r}")
            row[place] = known[symbol]
    return rows


def to_texts(rows: np.ndarray, language: str) -> list[str]:
    """What (n, length) symbol numbers say, each up to its first END."""
    symbols = ["", "", *alphabet(language)]
    texts = []
    for row in rows:
        ends = np.flatnonzero(row == END)
        texts.append("".join(symbols[symbol] for symbol in row[: ends[0] if len(ends) else None]))
    return texts


def before(rows: np.ndarray) -> np.ndarray:
    """(n, length) symbols that stand before each of (n, length): START, then the symbols but the last."""
    return np.concatenate([np.full_like(rows[:, :1], START), rows[:, :-1]], axis=1)


def printable(text: str) -> str:
    """A text in Latin letters: Korean romanised, syllables joined by hyphens."""
    return "-".join(ROMAN[symbol] for symbol in text) if text and text[0] in ROMAN else text


def numbers(images: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of so many digits, the first of several not 0, to train with and to test with.

    The split is fixed (seed 0): a fifth of the numbers is for the test alone. All ten numbers of one digit are in both:
    their images are what the test has not seen.
    """
    if images == 1:
        return np.arange(10), np.arange(10)
    every = np.random.default_rng(0).permutation(np.arange(10 ** (images - 1), 10**images))
    held_out = round(TEST_SHARE * len(every))
    return np.sort(every[held_out:]), np.sort(every[:held_out])


def digits(values: np.ndarray, images: int) -> np.ndarray:
    """(n, images) decimal digits of (n,) numbers, the highest first."""
    return values[:, None] // 10 ** np.arange(images - 1, -1, -1) % 10
