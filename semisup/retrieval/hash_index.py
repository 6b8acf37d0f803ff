"""A hash table of binary codes that always answers, and ranks its answers by the real-valued codes.

The bits are cut into parts of about sixteen, each a hash table of its own (multi-index hashing, Norouzi, Punjani and
Fleet 2012; faiss). The buckets of the query come first, those of all its parts, then those with one bit flipped, and so
on until there are enough candidates; where more buckets would have to be visited than is quick, all codes are scanned.
"""

import math
from typing import NamedTuple

import faiss
import numpy as np

from semisup.retrieval.ranking import pack

PART = 16  # bits
MOST_BUCKETS = 200  # visited for one query
CANDIDATES = 100  # once there are so many, no more buckets are visited
MOST = 1000  # candidates, those nearest in Hamming distance, that the real-valued code ranks
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

    def search(self, bits: np.ndarray, codes: np.ndarray, k: int, candidates: int = CANDIDATES) -> Found:
        """The k nearest of the candidates by their real-valued codes.

        Args:
            bits: (m, bits) bool, of the queries.
            codes: (m, code_size) float32.
            k: how many; all, where there are fewer.
            candidates: how many are enough, at least k; more find more of the nearest, and take longer.
        """
        k = min(k, len(self))
        enough = min(len(self), max(candidates, k))
        parts = range(0, len(bits), QUERIES_AT_ONCE)
        found = [self._search(bits[i : i + QUERIES_AT_ONCE], codes[i : i + QUERIES_AT_ONCE], k, enough) for i in parts]
        return Found(*map(np.concatenate, zip(*found, strict=True)))

    def _search(self, bits: np.ndarray, codes: np.ndarray, k: int, enough: int) -> Found:
        distances, items = self.candidates(pack(bits), enough)
        real = np.square(self.codes[items] - codes[:, None]).sum(axis=2)  # (m, candidates); items of -1 are any
        real[items < 0] = np.inf
        nearest = np.argpartition(real, k - 1, axis=1)[:, :k]
        real, items, distances = (np.take_along_axis(of, nearest, axis=1) for of in (real, items, distances))
        order = np.lexsort((items, real))  # ties in the order of the items
        real, items, distances = (np.take_along_axis(of, order, axis=1) for of in (np.sqrt(real), items, distances))
        return Found(items, real, distances)

    def candidates(self, queries: np.ndarray, enough: int) -> tuple[np.ndarray, np.ndarray]:
        """Hamming distances and items, (m, c) each, in the buckets of (m, bits / 8) queries or in those near by:
        at least `enough`, nearest in Hamming distance first, then -1."""
        most = min(len(self), max(MOST, enough))
        distances = np.empty((len(queries), most), np.int32)
        items = np.full((len(queries), most), -1)
        left = np.arange(len(queries))
        for flips in range(self._most_flips() + 1):
            self._tables.nflip = flips
            near, found = self._tables.search(queries[left], most)
            done = found[:, enough - 1] >= 0
            distances[left[done]], items[left[done]] = near[done], found[done]
            left = left[~done]
            if len(left) == 0:
                return distances, items
        distances[left, :enough], items[left, :enough] = self._all.search(queries[left], enough)
        return distances, items

    def _most_flips(self) -> int:
        length = self.bits // self.parts
        buckets = np.cumsum([self.parts * math.comb(length, flips) for flips in range(length + 1)])
        return int((buckets <= MOST_BUCKETS).sum()) - 1
