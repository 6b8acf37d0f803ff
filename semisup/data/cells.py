"""Read numbers from the texts of a column: with decimal commas, thousands, and signs of currency or per cent."""

import numpy as np
import pandas as pd

STRAYS = 0.1  # fraction of the cells up to which texts among numbers are strays, and the column has numbers
SIGNS = "%$€£¥ \u00a0"  # removed from both ends of a number
GROUPED = {".": r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", ",": r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?"}  # by decimal sign
CODE = r"0\d+"  # a text such as 00123, which a number would not keep
TRUTH = {"true": "1", "false": "0"}


def numbers(texts: pd.Series, decimal: str) -> np.ndarray:
    """Return the numbers that texts stand for.

    Args:
        texts: (rows,) texts; missing values are allowed.
        decimal: the decimal sign, "." or ",". The other one may divide thousands.

    Returns:
        (rows,) float64; NaN for a missing value, and for what is no finite number.
    """
    bare = texts.str.strip(SIGNS)
    grouped = bare.str.fullmatch(GROUPED[decimal]).fillna(False).to_numpy(bool)
    bare = bare.mask(grouped, bare.str.replace("." if decimal == "," else ",", "", regex=False))
    if decimal == ",":
        points = bare.str.contains(".", regex=False).fillna(False).to_numpy(bool)
        bare = bare.mask(points, "").str.replace(",", ".", regex=False)
    lower = bare.str.lower()
    if lower.isin(TRUTH).sum() == bare.notna().sum():
        bare = lower.map(TRUTH)
    found = pd.to_numeric(bare, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return np.where(np.isfinite(found), found, np.nan)


def decimal_of(texts: pd.Series) -> str | None:
    """Return the decimal sign of a column of numbers; None if its texts are no numbers.

    A point wins if both fit: `1,234` is a thousand.

    Args:
        texts: (rows,) texts without missing values.
    """
    if len(texts) == 0 or texts.str.fullmatch(CODE).any():
        return None
    strays = {decimal: int(np.isnan(numbers(texts, decimal)).sum()) for decimal in GROUPED}
    best = min(strays, key=strays.__getitem__)  # of equal ones, the point
    return best if strays[best] <= STRAYS * len(texts) else None


def fits(texts: pd.Series, decimal: str) -> bool:
    """Return whether every text is a number with this decimal sign."""
    return not np.isnan(numbers(texts, decimal)).any()
