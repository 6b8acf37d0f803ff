"""Figures of what was read: shares of texts that are right as a whole, and errors by symbol."""

from collections.abc import Sequence

import numpy as np


def whole_texts(said: Sequence[str], true: Sequence[str]) -> float:
    """Share of the texts that are right from the first symbol to the last."""
    return float(np.mean([one == other for one, other in zip(said, true, strict=True)]))


def symbol_error_rate(said: Sequence[str], true: Sequence[str]) -> float:
    """Symbols to insert, delete or replace (Levenshtein 1966) until every text is right, as a share of the true ones;
    above 1 where more is said than there is."""
    errors = sum(edits(one, other) for one, other in zip(said, true, strict=True) if one != other)
    return errors / sum(map(len, true))


def edits(one: str, other: str) -> int:
    """Levenshtein distance of two texts."""
    row = np.arange(len(other) + 1)  # distances of the beginning of `one` to all beginnings of `other`
    for number, symbol in enumerate(one, 1):
        replaced = row[:-1] + np.array([symbol != wanted for wanted in other], int)
        best = np.concatenate([[number], np.minimum(row[1:] + 1, replaced)])
        row = np.minimum.accumulate(best - np.arange(len(best))) + np.arange(len(best))  # insertions, left to right
    return int(row[-1])
