"""Search nearest neighbours of codes with faiss (Douze et al. 2024).

The search is exact for up to `EXACT_ROWS` codes. With more it is approximate: it walks over a navigable graph (HNSW;
Malkov and Yashunin 2020), which takes time n log n instead of n².
"""

from dataclasses import dataclass

import faiss
import numpy as np
from scipy import sparse

from semisup.system import progress

EXACT_ROWS = 100_000  # with more codes, an exact search takes longer
LINKS, WIDTH_OF_BUILDING, WIDTH_OF_SEARCH = 16, 40, 32  # of the navigable graph
AT_ONCE = 10_000  # codes between two steps of the progress bar
SHARPNESS = 4.0  # of the Gaussian weights: exp(-4) at the farthest neighbour (Calder et al. 2020)


@dataclass(frozen=True)
class Neighbours:
    """The k nearest codes of each of n codes, nearest first.

    Attributes:
        rows: (n, k) int64, row numbers of the nearest codes.
        distances: (n, k) float32, Euclidean.
    """

    rows: np.ndarray
    distances: np.ndarray


def self_search(codes: np.ndarray, k: int) -> Neighbours:
    """Search the k nearest other codes of each of (n, code_size) codes, or n - 1 if there are fewer than k others.

    The search is approximate for more than `EXACT_ROWS` codes.
    """
    k = min(k, len(codes) - 1)
    nearest = search(codes, codes, k + 1) if len(codes) <= EXACT_ROWS else approximate(codes, k + 1)
    is_self = nearest.rows == np.arange(len(codes))[:, None]  # (n, k + 1); not always in column 0: codes can be equal
    is_self[~is_self.any(axis=1), -1] = True  # the row itself may be missing: then drop the farthest
    keep = ~is_self
    return Neighbours(nearest.rows[keep].reshape(-1, k), nearest.distances[keep].reshape(-1, k))


def search(queries: np.ndarray, codes: np.ndarray, k: int) -> Neighbours:
    """Search the k nearest of (n, code_size) codes to each of (m, code_size) queries, exactly."""
    index = faiss.IndexFlatL2(codes.shape[1])
    index.add(np.ascontiguousarray(codes, dtype=np.float32))
    squares, rows = index.search(np.ascontiguousarray(queries, dtype=np.float32), min(k, len(codes)))
    return Neighbours(rows, np.sqrt(np.maximum(squares, 0)))


def approximate(codes: np.ndarray, k: int) -> Neighbours:
    """Search the k nearest of (n, code_size) codes to each code, itself included. A few may be missed.

    The result is the same each time.
    """
    codes = np.ascontiguousarray(codes, dtype=np.float32)
    index = faiss.IndexHNSWFlat(codes.shape[1], LINKS)
    index.hnsw.efConstruction, index.hnsw.efSearch = WIDTH_OF_BUILDING, max(WIDTH_OF_SEARCH, 2 * k)
    starts = range(0, len(codes), AT_ONCE)
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # with several threads, the order of the codes and so the graph would vary
    try:
        for start in progress.steps("link codes", starts):
            index.add(codes[start : start + AT_ONCE])
    finally:
        faiss.omp_set_num_threads(threads)
    results = [index.search(codes[start : start + AT_ONCE], k) for start in progress.steps("neighbours", starts)]
    squares, rows = (np.concatenate(parts) for parts in zip(*results, strict=True))  # (n, k) each
    short = np.flatnonzero((rows < 0).any(axis=1))  # the walk found fewer than k
    nearest = search(codes[short], codes, k)
    rows[short], squares[short] = nearest.rows, np.square(nearest.distances)
    return Neighbours(rows, np.sqrt(np.maximum(squares, 0)))


def weights(nearest: Neighbours) -> np.ndarray:
    """Return (n, k) weights in (0, 1]: a Gaussian of the distance divided by that of the farthest neighbour."""
    farthest = np.maximum(nearest.distances[:, -1:], np.finfo(np.float32).tiny)
    return np.exp(-SHARPNESS * np.square(nearest.distances / farthest))


def adjacency(nearest: Neighbours) -> sparse.csr_matrix:
    """Return the (n, n) symmetric weights of the graph, with at most 2 n k entries.

    The weight between two rows is the mean of the weights that they give each other. A row gives 0 to a row that is not
    among its neighbours.
    """
    n, k = nearest.rows.shape
    starts = np.arange(0, n * k + 1, k)
    values = weights(nearest).ravel().astype(np.float64)
    one_way = sparse.csr_matrix((values, nearest.rows.ravel(), starts), shape=(n, n))
    return ((one_way + one_way.T) / 2).tocsr()
