"""Strip the texts of a column, and recognise the words that mean a missing value."""

import re
import unicodedata
from collections.abc import Collection

import numpy as np
import pandas as pd

# Words that mean a missing value: as pandas has them, and of databases and spreadsheets.
MISSING = frozenset({"#N/A", "#NA", "-NaN", "-nan", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"})
MISSING |= {"\\N", "(null)", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!"}
UNKNOWN = MISSING | {"?"}  # in a column that is not the target


def cleaned(values: pd.Series, strip: str, words: Collection[str]) -> tuple[pd.Series, str | None]:
    """Return a column without blanks around its texts, and with missing values for words.

    Args:
        values: a column of any kind.
        strip: characters to remove from both ends of every text, besides blanks.
        words: texts, or numbers written as texts, that mean a missing value.

    Returns:
        The column, and one of the words if it has some.
    """
    if pd.api.types.is_numeric_dtype(values):
        codes = [float(word) for word in words if re.fullmatch(r"[-+]?\d+(\.\d+)?", word)]
        return (values.mask(values.isin(codes)) if codes else values), None
    if values.dtype != object and not pd.api.types.is_string_dtype(values):
        return values, None
    found = [_stripped(value, strip) for value in values.to_numpy(object)]
    texts = pd.Series(found, values.index, dtype=object)
    missing = texts.isin(words).to_numpy(bool) if words else np.zeros(len(texts), bool)
    return (texts.mask(missing, None), texts[missing].iloc[0]) if missing.any() else (texts, None)


def _stripped(value: object, characters: str) -> object:
    """Strip blanks and then `characters` from both ends of a text, and compose its letters. Nothing becomes None."""
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if not isinstance(value, str):
        return value
    text = value.strip().strip(characters).strip()
    return (text if text.isascii() else unicodedata.normalize("NFC", text)) or None
