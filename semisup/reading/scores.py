"""Metrics of a reader's texts: the fraction of texts that are wholly right, and the symbol error rate."""

from collections.abc import Sequence

import numpy as np


def whole_texts(said: Sequence[str], true: Sequence[str]) -> float:
    """Return the fraction, in [0, 1], of the texts that are equal to the true ones."""
    return float(np.mean([one == other for one, other in zip(said, true, strict=True)]))


def symbol_error_rate(said: Sequence[str], true: Sequence[str]) -> float:
    """Return the number of symbols to insert, delete or replace (Levenshtein 1966), as a fraction of the true symbols.

    It can be above 1 if texts are longer than the true ones.
    """
    errors = sum(edits(one, other) for one, other in zip(said, true, strict=True) if one != other)
    return errors / sum(map(len, true))


def edits(one: str, other: str) -> int:
    """Return the Levenshtein distance of two texts."""
    row = np.arange(len(other) + 1)  # distances between the first symbols of `one` so far and each prefix of `other`
    for number, symbol in enumerate(one, 1):
        replaced = row[:-1] + np.array([symbol != other_symbol for other_symbol in other], int)
        best = np.concatenate([[number], np.minimum(row[1:] + 1, replaced)])
        row = np.minimum.accumulate(best - np.arange(len(best))) + np.arange(len(best))  # insertions, left to right
    return int(row[-1])
