"""Nearest neighbours of codes, by faiss (Douze et al. 2024): exact ones, and among very many codes those that a walk
over a navigable graph finds (Malkov and Yashunin 2020), which takes n log n instead of n²."""

from dataclasses import dataclass

import faiss
import numpy as np
from scipy import sparse

from semisup.system import progress

EXACT_ROWS = 100_000  # from about here on a scan of all codes takes longer
LINKS, WIDTH_OF_BUILDING, WIDTH_OF_SEARCH = 16, 40, 32  # of the navigable graph
AT_ONCE = 10_000  # codes between two steps of the progress bar
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


def self_search(codes: np.ndarray, k: int) -> Neighbours:
    """The k nearest others of each of (n, code_size) codes; k is n - 1 where there are fewer. Approximate for more than
    `EXACT_ROWS` codes."""
    k = min(k, len(codes) - 1)
    found = search(codes, codes, k + 1) if len(codes) <= EXACT_ROWS else approximate(codes, k + 1)
    is_self = found.rows == np.arange(len(codes))[:, None]  # (n, k + 1); not always the first: codes can be the same
    is_self[~is_self.any(axis=1), -1] = True  # or not at all: then the last one goes
    keep = ~is_self
    return Neighbours(found.rows[keep].reshape(-1, k), found.distances[keep].reshape(-1, k))


def search(queries: np.ndarray, codes: np.ndarray, k: int) -> Neighbours:
    """The k nearest of (n, code_size) codes to each of (m, code_size) queries."""
    index = faiss.IndexFlatL2(codes.shape[1])
    index.add(np.ascontiguousarray(codes, dtype=np.float32))
    squares, rows = index.search(np.ascontiguousarray(queries, dtype=np.float32), min(k, len(codes)))
    return Neighbours(rows, np.sqrt(np.maximum(squares, 0)))


def approximate(codes: np.ndarray, k: int) -> Neighbours:
    """The k nearest of (n, code_size) codes to each of them, nearly all of them found; the same ones each time."""
    codes = np.ascontiguousarray(codes, dtype=np.float32)
    index = faiss.IndexHNSWFlat(codes.shape[1], LINKS)
    index.hnsw.efConstruction, index.hnsw.efSearch = WIDTH_OF_BUILDING, max(WIDTH_OF_SEARCH, 2 * k)
    starts = range(0, len(codes), AT_ONCE)
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # links depend on the order in which codes come
    try:
        for start in progress.steps("link codes", starts):
            index.add(codes[start : start + AT_ONCE])
    finally:
        faiss.omp_set_num_threads(threads)
    found = [index.search(codes[start : start + AT_ONCE], k) for start in progress.steps("neighbours", starts)]
    squares, rows = (np.concatenate(parts) for parts in zip(*found, strict=True))  # (n, k) each
    short = np.flatnonzero((rows < 0).any(axis=1))  # the walk met fewer
    nearest = search(codes[short], codes, k)
    rows[short], squares[short] = nearest.rows, np.square(nearest.distances)
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
