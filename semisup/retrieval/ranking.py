"""How good rankings by Hamming distance are. Ties, of which short codes have many, count with their expectation over a
random order (McSherry and Najork 2008)."""

from typing import NamedTuple

import faiss
import numpy as np
from scipy.special import digamma

QUERIES_AT_ONCE = 100


class Ranking(NamedTuple):
    """Means over the queries, in [0, 1]: average precision over all items, and precision of the first so many."""

    average_precision: float
    precision: float


def score(bits: np.ndarray, y: np.ndarray, queries: np.ndarray, y_queries: np.ndarray, first: int) -> Ranking:
    """Rank all items for each query; an item is relevant if it is of the query's class.

    Args:
        bits: (n, bits) bool, of the items.
        y: (n,) their classes.
        queries: (m, bits) bool.
        y_queries: (m,) classes; queries of a class that no item has are left out.
        first: of how many items the precision is taken, at most n.
    """
    known = np.isin(y_queries, y)
    packed, wanted, y_wanted = pack(bits), pack(queries[known]), y_queries[known]
    length, first = bits.shape[1], min(first, len(bits))
    average, at_first = [], []
    for start in range(0, len(wanted), QUERIES_AT_ONCE):
        part = slice(start, start + QUERIES_AT_ONCE)
        distances = hamming(wanted[part], packed)  # (queries, n)
        for row, c in zip(distances, y_wanted[part], strict=True):
            items = np.bincount(row, minlength=length + 1).astype(float)  # at each distance
            relevant = np.bincount(row[y == c], minlength=length + 1).astype(float)
            average.append(average_precision(items, relevant))
            at_first.append(precision(items, relevant, first))
    return Ranking(float(np.mean(average)), float(np.mean(at_first)))


def average_precision(items: np.ndarray, relevant: np.ndarray) -> float:
    """Expected, of groups of ties in rising distance.

    Args:
        items: (groups,) how many items each has.
        relevant: (groups,) how many of them are relevant, at least one in all.
    """
    used = items > 0
    items, relevant = items[used], relevant[used]
    before, relevant_before = items.cumsum() - items, relevant.cumsum() - relevant
    # The i-th item of a group is relevant with probability r / n, and then has r' + 1 + (i - 1)(r - 1)/(n - 1) relevant
    # ones up to it, among n' + i: a sum of fractions linear in i, which digamma closes.
    slope = np.where(items > 1, (relevant - 1) / np.maximum(items - 1, 1), 0)
    constant = relevant_before + 1 - slope
    harmonic = digamma(before + items + 1) - digamma(before + 1)
    sums = slope * items + (constant - slope * before) * harmonic
    return float((relevant / items * sums).sum() / relevant.sum())


def precision(items: np.ndarray, relevant: np.ndarray, first: int) -> float:
    """Expected share of relevant ones among the first so many items; arguments as in `average_precision`."""
    taken = np.clip(first - (items.cumsum() - items), 0, items)
    return float((taken * relevant / np.maximum(items, 1)).sum() / first)


def pack(bits: np.ndarray) -> np.ndarray:
    """(n, bits) bool as (n, bits / 8) bytes."""
    return np.packbits(bits, axis=1)


def hamming(queries: np.ndarray, items: np.ndarray) -> np.ndarray:
    """(m, n) Hamming distances of (m, bytes) and (n, bytes) packed codes."""
    distances = np.empty((len(queries), len(items)), np.int32)
    faiss.hammings(
        faiss.swig_ptr(np.ascontiguousarray(queries)),
        faiss.swig_ptr(np.ascontiguousarray(items)),
        len(queries),
        len(items),
        items.shape[1],
        faiss.swig_ptr(distances),
    )
    return distances
