"""A hash table of binary codes that always answers, and ranks its answers by the real-valued codes.

The bits are cut into parts of about sixteen, each a hash table of its own (multi-index hashing, Norouzi, Punjani and
Fleet 2012; faiss). The buckets of the query come first, then those with one bit of a part flipped, and so on: with p
parts and up to f flips every item within p (f + 1) - 1 bits is found. Where this is not enough, and more buckets would
have to be visited than is quick, all codes are scanned.
"""

import math
from typing import NamedTuple

import faiss
import numpy as np

from semisup.retrieval.ranking import pack

PART = 16  # bits
MOST_BUCKETS = 200  # visited for one query
SHORTLIST = 10  # candidates for each answer, nearest in Hamming distance, that the real-valued code ranks; and at least
LEAST_SHORTLIST = 1000  # so many, for buckets of hundreds
QUERIES_AT_ONCE = 100


class Found(NamedTuple):
    """The nearest items to each query, nearest first.

    Attributes:
        items: (m, k) int64, in the order in which they were added.
        distances: (m, k) float32, Euclidean, of the real-valued codes.
        bits: (m, k) int32, Hamming distances.
    """

    items: np.ndarray
    distances: np.ndarray
    bits: np.ndarray


class HashIndex:
    """Items by their bits and codes; `len` is their number."""

    def __init__(self, bits: int) -> None:
        """For codes of so many bits, a multiple of 8."""
        self.parts = max(1, bits // PART)
        self._tables = faiss.IndexBinaryMultiHash(bits, self.parts, bits // self.parts)
        self._all = faiss.IndexBinaryFlat(bits)
        self.packed = np.empty((0, bits // 8), np.uint8)
        self.codes: np.ndarray | None = None  # (n, code_size)

    def __len__(self) -> int:
        return len(self.packed)

    @property
    def bits(self) -> int:
        return 8 * self.packed.shape[1]

    def add(self, bits: np.ndarray, codes: np.ndarray) -> None:
        """Add (n, bits) bool with their (n, code_size) float32 codes."""
        self.add_packed(pack(bits), codes)

    def add_packed(self, packed: np.ndarray, codes: np.ndarray) -> None:
        """The same, with (n, bits / 8) bytes."""
        self._tables.add(packed)
        self._all.add(packed)
        self.packed = np.concatenate([self.packed, packed])
        self.codes = codes if self.codes is None else np.concatenate([self.codes, codes])

    def search(self, bits: np.ndarray, codes: np.ndarray, k: int) -> Found:
        """The k nearest items, of a shortlist of those nearest in Hamming distance, by their real-valued codes.

        Args:
            bits: (m, bits) bool, of the queries.
            codes: (m, code_size) float32.
            k: how many; all, where there are fewer.
        """
        k = min(k, len(self))
        parts = range(0, len(bits), QUERIES_AT_ONCE)
        found = [self._search(bits[i : i + QUERIES_AT_ONCE], codes[i : i + QUERIES_AT_ONCE], k) for i in parts]
        return Found(*map(np.concatenate, zip(*found, strict=True)))

    def _search(self, bits: np.ndarray, codes: np.ndarray, k: int) -> Found:
        distances, candidates = self.nearest_bits(bits, min(len(self), max(SHORTLIST * k, LEAST_SHORTLIST)))
        apart = self.codes[candidates] - codes[:, None]  # (m, shortlist, code_size)
        real = np.sqrt(np.square(apart).sum(axis=2))
        order = np.lexsort((candidates, real))[:, :k]  # ties in the order of the items
        return Found(*(np.take_along_axis(found, order, axis=1) for found in (candidates, real, distances)))

    def nearest_bits(self, bits: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Hamming distances (m, count) int32 and items (m, count) int64 of the nearest by bits, exactly."""
        queries = pack(bits)
        distances = np.empty((len(queries), count), np.int32)
        items = np.empty((len(queries), count), np.int64)
        left = np.arange(len(queries))
        for flips in range(self._most_flips() + 1):
            self._tables.nflip = flips
            near, found = self._tables.search(queries[left], count)
            enough = (found[:, -1] >= 0) & (near[:, -1] < self.parts * (flips + 1))
            distances[left[enough]], items[left[enough]] = near[enough], found[enough]
            left = left[~enough]
            if len(left) == 0:
                return distances, items
        distances[left], items[left] = self._all.search(queries[left], count)
        return distances, items

    def _most_flips(self) -> int:
        length = self.bits // self.parts
        buckets = np.cumsum([self.parts * math.comb(length, flips) for flips in range(length + 1)])
        return int((buckets <= MOST_BUCKETS).sum()) - 1
