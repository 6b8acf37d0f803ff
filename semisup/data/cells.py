"""Read numbers from the texts of a column: with decimal commas, thousands, signs of currency or per cent, and units."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

STRAYS = 0.1  # fraction of the cells up to which texts among numbers or dates are strays
MOST_CODES = 2  # different texts, such as "?" and "n/d", that may fill half of a column of numbers or dates
FEWEST = 10  # different numbers or dates that such a column has
CODE = r"0\d+|\d{16,}"  # a text such as 00123 or the number of a card, which a float would not keep
TRUTH = {"true": 1.0, "false": 0.0}
SIGNS = "%$€£¥"  # beside a number
# A number with all that may stand around it. A minus or brackets make it negative.
AROUND = rf"^([-+(]?)[{SIGNS}\s]*([-+]?)\s*([\d.,].*?)[{SIGNS}\s]*([-)]?)$"
THOUSANDS = {  # by decimal sign
    ".": r"\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?",
    ",": r"\d{1,3}(?:[. ']\d{3})+(?:,\d+)?",
}
LONGEST = 40  # letters of a number, with all that stands around it
OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
ADDRESS = rf"{OCTET}(?:\.{OCTET}){{3}}"  # of a computer, which looks like thousands
MAGNITUDES = ("k", "K", "m", "M", "b", "B", "G", "T", "bn", "mn", "Mio", "Mrd")  # no units beside bare numbers
UNIT = r"^(?:([A-Z]{3})\s)?[-+]?[\d.,' ]*\d\s*([^\d\s]{1,10})?$"  # a currency's code before, or a unit behind


class Form(NamedTuple):
    """How a column writes numbers: its decimal sign, "." or ",", and the unit that stands beside them, if any."""

    decimal: str = "."
    unit: str = ""


def numbers(texts: pd.Series, form: Form) -> np.ndarray:
    """Return the numbers that texts stand for.

    Args:
        texts: (rows,) texts; missing values are allowed.
        form: how the numbers are written. A sign that is not the decimal one may divide thousands.

    Returns:
        (rows,) float64; NaN for a missing value, and for what is no finite number.
    """
    if form == Form() and len(plain := _floats(texts)) and (np.isfinite(plain) | texts.isna().to_numpy()).all():
        return plain  # by far the most common case
    codes, distinct = pd.factorize(texts.astype(object))  # -1 is a missing value
    return np.append(_of_distinct(pd.Series(distinct, dtype=object), form), np.nan)[codes]


def form_of(texts: pd.Series) -> Form | None:
    """Return how a column writes its numbers; None if its texts are no numbers.

    A point wins if both decimal signs fit: `1,234` is a thousand.

    Args:
        texts: (rows,) texts without missing values.
    """
    if any((text[:1] == "0" or len(text) > 15) and re.fullmatch(CODE, text) for text in texts):
        return None
    if len(texts) and np.isfinite(_floats(texts)).all():
        return Form()
    counts = texts.astype(object).value_counts()
    distinct = pd.Series([text if len(text) <= LONGEST else "" for text in counts.index], dtype=object)
    if not distinct.str.contains(r"\d|^[tf]", case=False).any():
        return None
    forms = [Form(decimal) for decimal in THOUSANDS]
    if _strays(counts, distinct, forms[0]) and (unit := _unit(distinct)):
        forms += [Form(decimal, unit) for decimal in THOUSANDS]
    strays = {form: _strays(counts, distinct, form) for form in forms}
    best = min(strays, key=strays.__getitem__)  # of equal ones, the first
    return best if nearly_all(counts, ~np.isnan(_of_distinct(distinct, best))) else None


def nearly_all(counts: pd.Series, fit: np.ndarray) -> bool:
    """Return whether nearly all cells of a column fit a kind, or at least half, if the others are one or two words.

    Args:
        counts: (texts,) how many cells have each different text.
        fit: (texts,) whether the text fits.
    """
    others = counts.to_numpy()[~fit].sum()
    are_codes = (~fit).sum() <= MOST_CODES and fit.sum() >= FEWEST and 2 * others <= counts.sum()
    return bool(others <= STRAYS * counts.sum() or are_codes)


def fits(texts: pd.Series, form: Form) -> bool:
    """Return whether every text is a number of this form."""
    return not np.isnan(numbers(texts, form)).any()


def is_plain(texts: pd.Series) -> np.ndarray:
    """Return which texts are numbers as programs write them: digits, and a point."""
    return np.isfinite(_floats(texts))


def _strays(counts: pd.Series, distinct: pd.Series, form: Form) -> int:
    """Count the cells that are no number of a form."""
    return int(counts.to_numpy()[np.isnan(_of_distinct(distinct, form))].sum())


def _unit(distinct: pd.Series) -> str:
    """Return the most common unit beside the numbers, or nothing."""
    found = distinct.str.extract(UNIT).stack().value_counts()
    unit = str(found.index[0]) if len(found) else ""
    return "" if unit in MAGNITUDES and is_plain(distinct).any() else unit


def _of_distinct(texts: pd.Series, form: Form) -> np.ndarray:
    """As `numbers`, for texts that are each there once."""
    truth = texts.str.lower().map(TRUTH).to_numpy(np.float64)
    found = np.where(np.isnan(truth), _plain(texts, form.decimal), truth)
    others = np.isnan(found) & (texts.str.len() <= LONGEST).to_numpy(bool)
    if others.any():  # seldom: looking at them one by one takes long
        found[others] = _dressed(texts[others], form)
    return found


def _plain(texts: pd.Series, decimal: str) -> np.ndarray:
    if decimal == ",":
        with_point = texts.str.contains(".", regex=False).to_numpy(bool)
        texts = texts.mask(with_point, "").str.replace(",", ".", regex=False)
    found = _floats(texts)
    return np.where(np.isfinite(found), found, np.nan)


def _floats(texts: pd.Series) -> np.ndarray:
    """Return texts as (rows,) float64; NaN for what is no plain number."""
    return pd.to_numeric(texts, errors="coerce").to_numpy(np.float64, na_value=np.nan)


def _dressed(texts: pd.Series, form: Form) -> np.ndarray:
    """Return the numbers of texts that have signs, units, thousands or brackets."""
    bare = texts.str.normalize("NFKC").str.translate(str.maketrans("−’", "-'")).str.strip().str.removeprefix("'")
    if form.unit:
        bare = bare.str.removeprefix(f"{form.unit} ").str.removesuffix(form.unit).str.strip()
    parts = bare.where(~bare.str.fullmatch(ADDRESS)).str.extract(AROUND)
    body = parts[2].str.replace(r"(?<=\d)[dD](?=[-+]?\d+$)", "e", regex=True)  # as Fortran writes exponents
    grouped = body.str.fullmatch(THOUSANDS[form.decimal]).fillna(False).to_numpy(bool)
    body = body.mask(grouped, body.str.replace(r"[ ',]" if form.decimal == "." else r"[ '.]", "", regex=True))
    before, inner, after = (parts[n].fillna("") for n in (0, 1, 3))
    sound = (before == "(") == (after == ")")
    minus = (before + inner + after).str.count(r"[-(]")
    return _plain(body.where(sound & (minus <= 1)).fillna(""), form.decimal) * np.where(minus == 1, -1.0, 1.0)
