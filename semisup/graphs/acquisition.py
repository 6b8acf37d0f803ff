"""Choose which rows to label next, by two rules that take turns.

- Coverage chooses rows from clusters of the codes that have few labels. This helps a classifier that learns from labels
  only.
- Doubt chooses rows that are close to many rows of uncertain class. They lie in clusters without a clear class and on
  the borders between classes. This helps label spreading, but it never looks at rows whose class seems certain.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

STEPS = 30  # length of the random walks over which doubt is averaged
ITERATIONS = 50  # of k-means, at most
LEAST_DOUBT = 0.05  # added to the doubt of each row, so that a cluster without doubt counts by its size


@dataclass(frozen=True)
class Choice:
    """Rows to label, the most helpful first.

    Attributes:
        rows: (count,) int64.
        by_doubt: (count,) bool, True for rows chosen by doubt, False for rows chosen by coverage.
        speaks_for: (count,) float64, how many rows each one stands for. By coverage: the size of its cluster. By doubt:
            the sum over all rows of how often random walks from there end in the chosen row, relative to walks that
            start in the chosen row itself (at most 1 for each).
        doubt: (n,) in [0, 1], doubt of all rows: 1 minus the difference of the two largest probabilities.
    """

    rows: np.ndarray
    by_doubt: np.ndarray
    speaks_for: np.ndarray
    doubt: np.ndarray


def choose(
    codes: np.ndarray,
    graph: sparse.csr_matrix,
    probabilities: np.ndarray,
    labelled: np.ndarray,
    pool: np.ndarray,
    count: int,
    seed: int,
) -> Choice:
    """Choose rows to label, half of them by each rule. If no row has a label yet, all are chosen by coverage.

    Args:
        codes: (n, code_size).
        graph: (n, n) symmetric weights between the rows.
        probabilities: (n, classes) class probabilities from a classifier; a row it knows nothing about is all 0. There
            are no columns if no row has a label.
        labelled: (labels,) row numbers of the inputs whose classes are known; may be empty.
        pool: (pool,) row numbers to choose from.
        count: how many rows to choose, at most the size of the pool.
        seed: seed of k-means.
    """
    doubt = _doubt(probabilities)
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


def _doubt(probabilities: np.ndarray) -> np.ndarray:
    """Return (n,) in [0, 1]: 1 minus the margin of margin sampling (Scheffer et al. 2001)."""
    largest = np.sort(np.pad(probabilities, ((0, 0), (2, 0))), axis=1)  # padded with 0, since there may be no class
    return 1 - (largest[:, -1] - largest[:, -2])


def _covering(
    codes: np.ndarray, labelled: np.ndarray, doubt: np.ndarray, free: np.ndarray, count: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Choose rows near the centres of clusters that have few labels.

    This follows TypiClust (Hacohen et al. 2022): there are as many clusters as there will be labels. TypiClust takes
    large clusters first. Here a cluster's weight is the summed doubt of its rows, and its labels reduce the weight.

    Returns:
        (count,) rows, and the sizes of their clusters.
    """
    clusters = min(len(labelled) + count, len(codes))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different codes than clusters
        kmeans = KMeans(clusters, n_init=1, max_iter=ITERATIONS, random_state=seed).fit(codes)
    cluster_of, free = kmeans.labels_, free.copy()
    distance = np.linalg.norm(codes - kmeans.cluster_centers_[cluster_of], axis=1)  # (n,) to the row's own centre
    weight = np.bincount(cluster_of, doubt + LEAST_DOUBT, minlength=clusters)
    labels = np.bincount(cluster_of[labelled], minlength=clusters)
    rows = np.empty(count, np.int64)
    for i in range(count):
        has_free = np.bincount(cluster_of[free], minlength=clusters) > 0
        cluster = np.where(has_free, weight / (1 + labels) ** 2, -np.inf).argmax()
        rows[i] = np.where(free & (cluster_of == cluster), distance, np.inf).argmin()
        labels[cluster] += 1
        free[rows[i]] = False
    return rows, np.bincount(cluster_of, minlength=clusters)[cluster_of[rows]].astype(np.float64)


def _doubtful(
    graph: sparse.csr_matrix, doubt: np.ndarray, covering: np.ndarray, free: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Choose rows from which random walks meet the most doubt.

    Labelling a row settles the doubt near it. So the doubt near each chosen row, also one chosen by coverage, is
    reduced before the next row is chosen.

    Returns:
        (count,) rows, and how many rows are near each.
    """
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
    """Return (n,) in [0, 1]: how often walks from each row end in `row`, relative to walks that start in `row`."""
    indicator = np.zeros(walk.shape[0], np.float32)
    indicator[row] = 1
    ends = _walked(walk, indicator)
    return np.minimum(ends / max(ends[row], np.finfo(np.float32).tiny), 1)


def _walked(walk: sparse.csr_matrix, values: np.ndarray) -> np.ndarray:
    """Return (n,) the mean of `values` at the ends of random walks from each row."""
    for _ in range(STEPS):
        values = walk @ values
    return values
