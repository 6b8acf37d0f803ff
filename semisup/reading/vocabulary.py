"""The texts of numbers, the symbols of the texts, and the split of the numbers into training and test.

A text is a sequence of symbols: letters, spaces and hyphens in English, syllables in Korean. There are two more
symbols. START comes before a text, END after it. A row of symbols is filled up with END.
"""

from collections.abc import Iterable

import numpy as np
from num2words import num2words

from semisup.errors import InputError

END, START = 0, 1
RESERVED = 2  # END and START
LARGEST = 9999
TEST_FRACTION = 0.2  # of the numbers with more than one digit
LANGUAGE_CODES = {"english": "en", "korean": "ko"}
# fmt: off
ROMAN = {  # Revised Romanization of the syllables, for figures: few machines have a Korean font
    "영": "yeong", "일": "il", "이": "i", "삼": "sam", "사": "sa", "오": "o", "육": "yuk", "칠": "chil", "팔": "pal",
    "구": "gu", "십": "sip", "백": "baek", "천": "cheon",
}
# fmt: on


def reading(number: int, language: str) -> str:
    """Return the text of a number 0..9999: "three hundred forty-two" (without "and"), 삼백사십이 (without spaces)."""
    return num2words(number, lang=LANGUAGE_CODES[language]).replace(" and ", " ").replace(",", "")


def alphabet(language: str) -> str:
    """Return the symbols of all texts, sorted. The number of symbol i is RESERVED + i."""
    numbers_of_all_words = [*range(21), *range(30, 100, 10), 100, 1000]
    words = "".join(reading(number, language) for number in numbers_of_all_words)
    return "".join(sorted(set(words) | set(_separators(language))))


def _separators(language: str) -> str:
    return " -" if language == "english" else ""


def to_symbols(texts: Iterable[str], language: str, length: int | None = None) -> np.ndarray:
    """Convert texts to rows of symbol numbers.

    Args:
        texts: at least one.
        language: `english` or `korean`.
        length: symbols in a row. Default: those of the longest text and one END.

    Returns:
        (texts, length) int32. Each row is filled up with END after its text.

    Raises:
        InputError: a text is empty, too long, or has a symbol that is not in the alphabet.
    """
    texts, numbers_of = list(texts), {symbol: RESERVED + i for i, symbol in enumerate(alphabet(language))}
    length = length or max(map(len, texts)) + 1
    rows = np.full((len(texts), length), END, np.int32)
    for row, text in zip(rows, texts, strict=True):
        if not 0 < len(text) < length:
            raise InputError(f"text: expected 1 to {length - 1} symbols, found {len(text)} in {text!r}")
        for position, symbol in enumerate(text):
            if symbol not in numbers_of:
                raise InputError(f"text: expected the symbols {''.join(numbers_of)!r}, found {symbol!r} in {text!r}")
            row[position] = numbers_of[symbol]
    return rows


def to_texts(rows: np.ndarray, language: str) -> list[str]:
    """Convert (n, length) symbol numbers to n texts. A text ends before its first END."""
    symbols = ["", "", *alphabet(language)]
    texts = []
    for row in rows:
        ends = np.flatnonzero(row == END)
        texts.append("".join(symbols[symbol] for symbol in row[: ends[0] if len(ends) else None]))
    return texts


def before(rows: np.ndarray) -> np.ndarray:
    """Return the (n, length) previous symbols of (n, length) symbols: START, then all symbols except the last."""
    return np.concatenate([np.full_like(rows[:, :1], START), rows[:, :-1]], axis=1)


def printable(text: str) -> str:
    """Return a text in Latin letters. Korean is romanised, with hyphens between the syllables."""
    return "-".join(ROMAN[symbol] for symbol in text) if text and text[0] in ROMAN else text


def numbers(images: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the training numbers and the test numbers with `images` digits. Those of several digits have no leading 0.

    The split is fixed (seed 0): a fifth of the numbers is for the test alone. With one digit, all ten numbers are in
    both parts; only the test images are new.
    """
    if images == 1:
        return np.arange(10), np.arange(10)
    shuffled = np.random.default_rng(0).permutation(np.arange(10 ** (images - 1), 10**images))
    held_out = round(TEST_FRACTION * len(shuffled))
    return np.sort(shuffled[held_out:]), np.sort(shuffled[:held_out])


def digits(values: np.ndarray, images: int) -> np.ndarray:
    """Return the (n, images) decimal digits of (n,) numbers, the most significant first."""
    return values[:, None] // 10 ** np.arange(images - 1, -1, -1) % 10
