"""Exact nearest neighbours of codes, by faiss (Douze et al. 2024)."""

from dataclasses import dataclass

import faiss
import numpy as np
from scipy import sparse

SHARPNESS = 4.0  # of the Gaussian weights: exp(-4) at the farthest neighbour (Calder et al. 2020)


@dataclass(frozen=True)
class Neighbours:
    """The nearest codes to each of n codes, nearest first.

    Attributes:
        rows: (n, k) int64, which codes.
        distances: (n, k) float32, Euclidean.
    """

    rows: np.ndarray
    distances: np.ndarray


def among(codes: np.ndarray, k: int) -> Neighbours:
    """The k nearest others of each of (n, code_size) codes; k is n - 1 where there are fewer."""
    k = min(k, len(codes) - 1)
    found = of(codes, codes, k + 1)
    is_self = found.rows == np.arange(len(codes))[:, None]  # (n, k + 1); not always the first: codes can be the same
    is_self[~is_self.any(axis=1), -1] = True  # or not at all: then the last one goes
    keep = ~is_self
    return Neighbours(found.rows[keep].reshape(-1, k), found.distances[keep].reshape(-1, k))


def of(queries: np.ndarray, codes: np.ndarray, k: int) -> Neighbours:
    """The k nearest of (n, code_size) codes to each of (m, code_size) queries."""
    index = faiss.IndexFlatL2(codes.shape[1])
    index.add(np.ascontiguousarray(codes, dtype=np.float32))
    squares, rows = index.search(np.ascontiguousarray(queries, dtype=np.float32), min(k, len(codes)))
    return Neighbours(rows, np.sqrt(np.maximum(squares, 0)))


def weights(found: Neighbours) -> np.ndarray:
    """(n, k) weights in (0, 1]: Gaussian in the distance, relative to each row's farthest neighbour."""
    farthest = np.maximum(found.distances[:, -1:], np.finfo(np.float32).tiny)
    return np.exp(-SHARPNESS * np.square(found.distances / farthest))


def adjacency(found: Neighbours) -> sparse.csr_matrix:
    """(n, n) symmetric weights of the graph: the mean of the weights that two rows give each other, 0 if neither is
    among the other's neighbours. At most 2 n k entries."""
    n, k = found.rows.shape
    starts = np.arange(0, n * k + 1, k)
    one_way = sparse.csr_matrix((weights(found).ravel().astype(np.float64), found.rows.ravel(), starts), shape=(n, n))
    return ((one_way + one_way.T) / 2).tocsr()
