"""Score rankings by Hamming distance.

Short codes have many ties. Each metric is its expectation over a random order of them (McSherry and Najork 2008).
"""

from typing import NamedTuple

import faiss
import numpy as np
from scipy.special import digamma

QUERIES_AT_ONCE = 100


class Ranking(NamedTuple):
    """Means over the queries, in [0, 1].

    Attributes:
        average_precision: average precision over all items.
        precision: precision of the first items.
    """

    average_precision: float
    precision: float


def score(bits: np.ndarray, y: np.ndarray, queries: np.ndarray, y_queries: np.ndarray, first: int) -> Ranking:
    """Rank all items for each query. An item is relevant if it has the class of the query.

    Args:
        bits: (n, bits) bool, bits of the items.
        y: (n,) classes of the items.
        queries: (m, bits) bool, bits of the queries.
        y_queries: (m,) classes of the queries. Queries of a class that no item has are left out.
        first: number of items for the precision; at most n are taken.
    """
    known = np.isin(y_queries, y)
    packed, packed_queries, y_known = pack(bits), pack(queries[known]), y_queries[known]
    length, first = bits.shape[1], min(first, len(bits))
    average, at_first = [], []
    for start in range(0, len(packed_queries), QUERIES_AT_ONCE):
        part = slice(start, start + QUERIES_AT_ONCE)
        distances = hamming(packed_queries[part], packed)  # (queries, n)
        for row, c in zip(distances, y_known[part], strict=True):
            items = np.bincount(row, minlength=length + 1).astype(float)  # number of items at each distance
            relevant = np.bincount(row[y == c], minlength=length + 1).astype(float)
            average.append(average_precision(items, relevant))
            at_first.append(precision(items, relevant, first))
    return Ranking(float(np.mean(average)), float(np.mean(at_first)))


def average_precision(items: np.ndarray, relevant: np.ndarray) -> float:
    """Return the expected average precision of groups of ties, in order of rising distance.

    Args:
        items: (groups,) number of items in each group.
        relevant: (groups,) number of relevant items in each group, at least one in all.
    """
    used = items > 0
    items, relevant = items[used], relevant[used]
    before, relevant_before = items.cumsum() - items, relevant.cumsum() - relevant
    # A group has n items, r of them relevant; the groups before it have n' items, r' of them relevant. The i-th item of
    # the group is relevant with probability r / n. If so, r' + 1 + (i - 1)(r - 1)/(n - 1) of the first n' + i items are
    # expected to be relevant. This is linear in i, so the sum of the fractions over i has a closed form with digamma.
    slope = np.where(items > 1, (relevant - 1) / np.maximum(items - 1, 1), 0)
    constant = relevant_before + 1 - slope
    harmonic = digamma(before + items + 1) - digamma(before + 1)
    sums = slope * items + (constant - slope * before) * harmonic
    return float((relevant / items * sums).sum() / relevant.sum())


def precision(items: np.ndarray, relevant: np.ndarray, first: int) -> float:
    """Return the expected fraction of relevant items among the first ones. Arguments as in `average_precision`."""
    taken = np.clip(first - (items.cumsum() - items), 0, items)
    return float((taken * relevant / np.maximum(items, 1)).sum() / first)


def pack(bits: np.ndarray) -> np.ndarray:
    """Pack (n, bits) bool into (n, bits / 8) uint8."""
    return np.packbits(bits, axis=1)


def hamming(queries: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Return the (m, n) int32 Hamming distances of (m, bytes) and (n, bytes) packed codes."""
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
