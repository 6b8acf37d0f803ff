"""Read numbers from the texts of a column: with decimal commas, thousands, and signs of currency or per cent."""

import numpy as np
import pandas as pd

STRAYS = 0.1  # fraction of the cells up to which texts among numbers are strays, and the column has numbers
MOST_CODES = 2  # different texts, such as "?" and "n/d", that may fill half of a column of numbers
FEWEST_NUMBERS = 10  # different ones that such a column has
SIGNS = "%$€£¥ \u00a0"  # removed from both ends of a number
GROUPED = {".": r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", ",": r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?"}  # by decimal sign
CODE = r"0\d+"  # a text such as 00123, which a number would not keep
TRUTH = {"true": 1.0, "false": 0.0}


def numbers(texts: pd.Series, decimal: str) -> np.ndarray:
    """Return the numbers that texts stand for.

    Args:
        texts: (rows,) texts; missing values are allowed.
        decimal: the decimal sign, "." or ",". The other one may divide thousands.

    Returns:
        (rows,) float64; NaN for a missing value, and for what is no finite number.
    """
    codes, distinct = pd.factorize(texts.astype(object))  # -1 is a missing value
    return np.append(_of_distinct(pd.Series(distinct, dtype=object), decimal), np.nan)[codes]


def decimal_of(texts: pd.Series) -> str | None:
    """Return the decimal sign of a column of numbers; None if its texts are no numbers.

    A point wins if both fit: `1,234` is a thousand.

    Args:
        texts: (rows,) texts without missing values.
    """
    counts = texts.astype(object).value_counts()
    distinct = pd.Series(counts.index, dtype=object)
    if len(distinct) == 0 or distinct.str.fullmatch(CODE).any():
        return None
    strays = {}
    for decimal in GROUPED:
        strays[decimal] = int(counts.to_numpy()[np.isnan(_of_distinct(distinct, decimal))].sum())
        if strays[decimal] == 0:
            return decimal
    best = min(strays, key=strays.__getitem__)
    others = np.isnan(_of_distinct(distinct, best))
    is_code = others.sum() <= MOST_CODES and (~others).sum() >= FEWEST_NUMBERS and 2 * strays[best] <= len(texts)
    return best if strays[best] <= STRAYS * len(texts) or is_code else None


def fits(texts: pd.Series, decimal: str) -> bool:
    """Return whether every text is a number with this decimal sign."""
    return not np.isnan(numbers(texts, decimal)).any()


def _of_distinct(texts: pd.Series, decimal: str) -> np.ndarray:
    """As `numbers`, for texts that are each there once."""
    if len(texts) and texts.str.lower().isin(TRUTH).all():
        return texts.str.lower().map(TRUTH).to_numpy(np.float64)
    found = _plain(texts, decimal)
    others = np.isnan(found)
    if others.any():  # seldom: looking at them one by one takes long
        bare = texts[others].str.strip(SIGNS)
        grouped = bare.str.fullmatch(GROUPED[decimal]).to_numpy(bool)
        divided = bare.str.replace("." if decimal == "," else ",", "", regex=False)
        found[others] = _plain(bare.mask(grouped, divided), decimal)
    return found


def _plain(texts: pd.Series, decimal: str) -> np.ndarray:
    if decimal == ",":
        with_point = texts.str.contains(".", regex=False).to_numpy(bool)
        texts = texts.mask(with_point, "").str.replace(",", ".", regex=False)
    found = pd.to_numeric(texts, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isfinite(found), found, np.nan)
