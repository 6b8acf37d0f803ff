"""Texts that mean a missing value, in columns of numbers and of categories."""
# ruff: noqa: E501 one case a line

from .checks import Check, both, category, either, left_out, number, told
from .write import column, some

NUMBERS = number(0.5, 39.5, missing=True)
TOKENS = ["?", ".", "-", "*", "#N/A", "#DIV/0!", "#VALUE!", "NULL", "\\N", "none", "None", "NaN", "N/A", "NA", "n/a", "<NA>", "(null)", "n/d", "--", "..", "...", "missing", "unknown", "not available"]  # fmt: skip
OFTEN = ["?", ".", "-", "*", "NULL", "n/d", ":", "ND"]
COLOURS = ("red", "green", "blue")
WORDS = ["?", "NA", "NULL", "#N/A", "nan", "N/A", "\\N"]
FREE_WORDS = ["-", "None", "unknown", "."]  # may be categories of their own


def colour(k: int) -> str:
    return COLOURS[k % 3]


def or_word(word: str) -> Check:
    return either(category(*COLOURS), category(*COLOURS, word))


# fmt: off
CASES = [
    *(column(f"{token} among numbers", some(lambda k: f"{k}.5", token), NUMBERS) for token in TOKENS),
    *(column(f"{token} in few numbers", some(lambda k: f"{k}.5", token, 20), NUMBERS) for token in OFTEN),
    *(
        column(f"{token} in a third of the numbers", some(lambda k: f"{k}.5", token, 3), either(NUMBERS, told), refused=("gauge",))
        for token in OFTEN
    ),
    column("an empty field among numbers", some(lambda k: f"{k}.5", ""), NUMBERS),
    column("a blank among numbers", some(lambda k: f"{k}.5", "  "), NUMBERS),
    column("an empty text in quotes among numbers", some(lambda k: f"{k}.5", '""'), NUMBERS),
    *(column(f"{word} among categories", some(colour, word, 5), category(*COLOURS)) for word in WORDS),
    *(column(f"{word} among categories, perhaps one", some(colour, word, 5), or_word(word)) for word in FREE_WORDS),
    column("an empty field among categories", some(colour, "", 5), category(*COLOURS)),
    column("-999 among numbers", some(lambda k: f"{k}.5", "-999"), either(both(NUMBERS, told), both(number(-999, 39.5), told))),
    column("-999 among numbers, typed", some(lambda k: f"{k}.5", "-999"), NUMBERS, options={"missing": ["-999"]}),
    column("-999.0 among numbers, typed -999", some(lambda k: f"{k}.5", "-999.0"), either(NUMBERS, told), options={"missing": ["-999"]}),
    column("9999 among numbers", some(lambda k: f"{k}.5", "9999"), either(NUMBERS, told, number(0.5, 9999))),
    column("a word typed as missing", some(lambda k: f"{k}.5", "gone", 3), NUMBERS, options={"missing": ["gone"]}),
    column("all missing", lambda k: "", either(left_out, told), refused=("gauge",)),
    column("all NA", lambda k: "NA", either(left_out, told), refused=("gauge",)),
    column("two kinds of missing", lambda k: "?" if k % 10 == 5 else "NA" if k % 10 == 3 else f"{k}.5", NUMBERS),
    column("mostly missing", lambda k: k if k in (0, 20, 39) else "", number(0, 39, missing=True)),
    column("one number, else missing", lambda k: 5 if k == 20 else "", either(left_out, number(5, 5), told)),
]
