"""A hash index of binary codes that always answers. It ranks its answers by the real-valued codes.

The bits are cut into parts of about sixteen, and each part has its own hash table (multi-index hashing, Norouzi,
Punjani and Fleet 2012; faiss). The buckets of the query are visited first, then the buckets with one bit flipped, and
so on until there are enough candidates. If this takes more than `MOST_BUCKETS` buckets, all codes are scanned instead.
"""

import math
from typing import NamedTuple

import faiss
import numpy as np

from semisup.retrieval.ranking import pack

PART = 16  # bits of a part
MOST_BUCKETS = 200  # buckets visited for one query, at most
CANDIDATES = 100  # default: with this many, no more buckets are visited
MOST = 1000  # candidates ranked by the real-valued code, at most: those nearest in Hamming distance
QUERIES_AT_ONCE = 100


class Found(NamedTuple):
    """The nearest items to each query, nearest first.

    Attributes:
        items: (m, k) int64, numbers of the items: 0 is the first that was added.
        distances: (m, k) float32, Euclidean distances of the real-valued codes.
        bits: (m, k) int32, Hamming distances.
    """

    items: np.ndarray
    distances: np.ndarray
    bits: np.ndarray


class HashIndex:
    """An index of items by their bits and real-valued codes. `len` is the number of items.

    Attributes:
        parts: number of parts into which the bits are cut.
        packed: (n, bits / 8) uint8, the bits of the items.
        codes: (n, code_size) float32, the codes of the items; None before the first is added.
    """

    def __init__(self, bits: int) -> None:
        """Make an empty index for codes of this many bits, a multiple of 8."""
        self.parts = max(1, bits // PART)
        self._tables = faiss.IndexBinaryMultiHash(bits, self.parts, bits // self.parts)
        self._all = faiss.IndexBinaryFlat(bits)
        self.packed = np.empty((0, bits // 8), np.uint8)
        self.codes: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.packed)

    @property
    def bits(self) -> int:
        """The number of bits of an item."""
        return 8 * self.packed.shape[1]

    def add(self, bits: np.ndarray, codes: np.ndarray) -> None:
        """Add items with (n, bits) bool bits and (n, code_size) float32 codes."""
        self.add_packed(pack(bits), codes)

    def add_packed(self, packed: np.ndarray, codes: np.ndarray) -> None:
        """Add items with (n, bits / 8) uint8 packed bits and (n, code_size) float32 codes."""
        self._tables.add(packed)
        self._all.add(packed)
        self.packed = np.concatenate([self.packed, packed])
        self.codes = codes if self.codes is None else np.concatenate([self.codes, codes])

    def search(self, bits: np.ndarray, codes: np.ndarray, k: int, candidates: int = CANDIDATES) -> Found:
        """Return the k candidates whose real-valued codes are nearest to each query's.

        Args:
            bits: (m, bits) bool, bits of the queries.
            codes: (m, code_size) float32, codes of the queries.
            k: number of answers; all items if there are fewer.
            candidates: number of candidates that is enough, at least k. With more of them the search takes longer and
                finds more of the true nearest items.
        """
        k = min(k, len(self))
        enough = min(len(self), max(candidates, k))
        starts = range(0, len(bits), QUERIES_AT_ONCE)
        chunks = [
            self._search(bits[start : start + QUERIES_AT_ONCE], codes[start : start + QUERIES_AT_ONCE], k, enough)
            for start in starts
        ]
        return Found(*map(np.concatenate, zip(*chunks, strict=True)))

    def _search(self, bits: np.ndarray, codes: np.ndarray, k: int, enough: int) -> Found:
        distances, items = self.candidates(pack(bits), enough)
        real = np.square(self.codes[items] - codes[:, None]).sum(
            axis=2
        )  # (m, candidates); meaningless where the item is -1
        real[items < 0] = np.inf
        nearest = np.argpartition(real, k - 1, axis=1)[:, :k]
        real, items, distances = (np.take_along_axis(array, nearest, axis=1) for array in (real, items, distances))
        order = np.lexsort((items, real))  # ties are in the order of the items
        real, items, distances = (
            np.take_along_axis(array, order, axis=1) for array in (np.sqrt(real), items, distances)
        )
        return Found(items, real, distances)

    def candidates(self, queries: np.ndarray, enough: int) -> tuple[np.ndarray, np.ndarray]:
        """Return candidates for (m, bits / 8) packed queries, from their buckets and from buckets near by.

        Returns:
            Hamming distances and items, (m, c) each, nearest first. A query has at least `enough` candidates; after
            its last one, the items are -1.
        """
        most = min(len(self), max(MOST, enough))
        distances = np.empty((len(queries), most), np.int32)
        items = np.full((len(queries), most), -1)
        left = np.arange(len(queries))  # the queries that have too few candidates
        for flips in range(self._most_flips() + 1):
            self._tables.nflip = flips
            near, near_items = self._tables.search(queries[left], most)
            done = near_items[:, enough - 1] >= 0
            distances[left[done]], items[left[done]] = near[done], near_items[done]
            left = left[~done]
            if len(left) == 0:
                return distances, items
        distances[left, :enough], items[left, :enough] = self._all.search(queries[left], enough)
        return distances, items

    def _most_flips(self) -> int:
        """Return how many bits can be flipped before more than `MOST_BUCKETS` buckets are visited."""
        length = self.bits // self.parts
        buckets = np.cumsum([self.parts * math.comb(length, flips) for flips in range(length + 1)])
        return int((buckets <= MOST_BUCKETS).sum()) - 1
