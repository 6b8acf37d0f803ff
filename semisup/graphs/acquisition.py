"""What to label next: rows in regions of the code space that no label speaks for, and rows that stand for many others
whose class is in doubt.

Half are chosen by each, in turns. Doubt finds the clusters whose class is not settled and the borders between classes,
which is what spreading labels over a graph lacks, and never looks at the rest; coverage brings every cluster of the
code a label, which is what a classifier lacks that learns from labels alone.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

STEPS = 30  # of the random walk over which doubt is gathered
ITERATIONS = 50  # of k-means, at most
LEAST_DOUBT = 0.05  # of a row in the weight of its cluster: where nothing is in doubt, its size counts


@dataclass(frozen=True)
class Choice:
    """Rows to label, the most helpful first.

    Attributes:
        rows: (count,) int64.
        by_doubt: (count,) bool, whether it was chosen by doubt; else by coverage.
        speaks_for: (count,) float64, how many rows are near: those of its cluster, or those of which random walks end
            in it, each as far as it does so beside the row itself.
        doubt: (n,) in [0, 1] of all rows: 1 less the margin between the two largest shares.
    """

    rows: np.ndarray
    by_doubt: np.ndarray
    speaks_for: np.ndarray
    doubt: np.ndarray


def choose(
    codes: np.ndarray,
    graph: sparse.csr_matrix,
    shares: np.ndarray,
    labelled: np.ndarray,
    pool: np.ndarray,
    count: int,
    seed: int,
) -> Choice:
    """Choose rows to label; all by coverage, where no row has a label yet.

    Args:
        codes: (n, code_size).
        graph: (n, n) symmetric weights between them.
        shares: (n, classes) what a classifier says of them: probabilities, or all 0 where it knows nothing; no column
            where no row has a label.
        labelled: (labels,) rows whose classes are known; may be none.
        pool: (pool,) rows to choose from.
        count: how many, at most `pool`.
        seed: of k-means.
    """
    doubt = _doubt(shares)
    free = np.isin(np.arange(len(codes)), pool)
    by_doubt = count // 2 if len(labelled) else 0
    covering, cluster_sizes = _covering(codes, labelled, doubt, free, count - by_doubt, seed)
    free[covering] = False
    doubtful, neighbourhoods = _doubtful(graph, doubt, covering, free, by_doubt)
    turn = np.argsort(np.concatenate([np.arange(len(covering)), np.arange(len(doubtful)) + 0.5]))
    return Choice(
        np.concatenate([covering, doubtful])[turn],
        turn >= len(covering),
        np.concatenate([cluster_sizes, neighbourhoods])[turn],
        doubt,
    )


def _doubt(shares: np.ndarray) -> np.ndarray:
    """(n,) as in margin sampling (Scheffer et al. 2001)."""
    largest = np.sort(np.pad(shares, ((0, 0), (2, 0))), axis=1)  # padded: there may be no class
    return 1 - (largest[:, -1] - largest[:, -2])


def _covering(
    codes: np.ndarray, labelled: np.ndarray, doubt: np.ndarray, free: np.ndarray, count: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """(count,) rows and the sizes of their clusters: the middles of clusters that have few labels, after TypiClust
    (Hacohen et al. 2022), whose clusters are as many as labels there will be. Here a cluster counts by its doubt, not
    its size alone, and labels reduce it."""
    clusters = min(len(labelled) + count, len(codes))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different codes than clusters
        found = KMeans(clusters, n_init=1, max_iter=ITERATIONS, random_state=seed).fit(codes)
    of, free = found.labels_, free.copy()
    distance = np.linalg.norm(codes - found.cluster_centers_[of], axis=1)  # (n,) from the row's own centre
    weight = np.bincount(of, doubt + LEAST_DOUBT, minlength=clusters)
    labels = np.bincount(of[labelled], minlength=clusters)
    rows = np.empty(count, np.int64)
    for i in range(count):
        left = np.bincount(of[free], minlength=clusters) > 0
        cluster = np.where(left, weight / (1 + labels) ** 2, -np.inf).argmax()
        rows[i] = np.where(free & (of == cluster), distance, np.inf).argmin()
        labels[cluster] += 1
        free[rows[i]] = False
    return rows, np.bincount(of, minlength=clusters)[of[rows]].astype(np.float64)


def _doubtful(
    graph: sparse.csr_matrix, doubt: np.ndarray, covering: np.ndarray, free: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """(count,) rows around which random walks meet the most doubt, and how many rows are near each. The doubt near a
    row that is chosen, by coverage too, is settled before the next one is."""
    degree = np.maximum(np.asarray(graph.sum(axis=1)).ravel(), np.finfo(float).tiny)
    walk = (sparse.diags(1 / degree) @ graph).tocsr().astype(np.float32)
    doubt, free = doubt.astype(np.float32), free.copy()
    rows, sizes = np.empty(count, np.int64), np.empty(count)
    for row in covering if count else []:
        doubt *= 1 - _near(walk, row)
    for i in range(count):
        rows[i] = np.where(free, _walked(walk, doubt), -np.inf).argmax()
        near = _near(walk, rows[i])
        doubt, free[rows[i]], sizes[i] = doubt * (1 - near), False, near.sum()
    return rows, sizes


def _near(walk: sparse.csr_matrix, row: int) -> np.ndarray:
    """(n,) in [0, 1]: how often walks from each row end in this one, beside those from itself."""
    here = np.zeros(walk.shape[0], np.float32)
    here[row] = 1
    ends = _walked(walk, here)
    return np.minimum(ends / max(ends[row], np.finfo(np.float32).tiny), 1)


def _walked(walk: sparse.csr_matrix, values: np.ndarray) -> np.ndarray:
    """(n,) what walks from each row find at their end, on average."""
    for _ in range(STEPS):
        values = walk @ values
    return values
