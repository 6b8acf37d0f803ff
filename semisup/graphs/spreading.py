"""Spread labels over a graph: label spreading (Zhou et al. 2004) and Poisson learning with class sizes (Calder et al.
2020)."""

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from semisup.graphs import class_sizes

ALPHA = 0.99  # of label spreading: weight of the neighbours of a row; its own label has weight 1 - ALPHA
SPREADING_STEPS = 500
POISSON_STEPS = 300
POISSON_TOLERANCE = 1e-5
REGULARISATION = 1e-6  # without it, scores diverge in a component of the graph whose sources do not sum to 0
DIFFUSIONS = 20  # of Poisson learning with class sizes: largest number of rounds of diffusion and assignment
DIFFUSION_STEPS = 40  # steps of diffusion in each round
SMOOTHING_STEPS = 2  # of the random walks of `smoothed_classes`


def label_spreading(graph: sparse.csr_matrix, rows: np.ndarray, y: np.ndarray, classes: int) -> np.ndarray:
    """Spread labels by diffusion with the normalised adjacency, from a source at the labels.

    Args:
        graph: (n, n) symmetric weights.
        rows: (labels,) row numbers of the labelled inputs.
        y: (labels,) their classes.
        classes: number of classes.

    Returns:
        (n, classes) float64 probabilities. They are 0 for rows that no label reaches, see `unreached`.
    """
    degree = np.asarray(graph.sum(axis=1)).ravel()
    scale = sparse.diags(1 / np.sqrt(np.maximum(degree, np.finfo(float).tiny)))
    step = ALPHA * (scale @ graph @ scale)
    source = (1 - ALPHA) * _one_hot(len(degree), rows, y, classes)
    u = source.copy()
    for _ in range(SPREADING_STEPS):
        u = step @ u + source
    return u / np.maximum(u.sum(axis=1, keepdims=True), np.finfo(float).tiny)


def poisson(graph: sparse.csr_matrix, rows: np.ndarray, y: np.ndarray, classes: int) -> np.ndarray:
    """Poisson learning: solve L u = source, where L is the Laplacian of the graph.

    At a labelled row, the source is the row's one-hot class minus the mean of the one-hot classes of all labelled rows;
    elsewhere it is 0. The system is solved by conjugate gradients, for all classes at once.

    Args:
        graph, rows, y, classes: as in `label_spreading`.

    Returns:
        (n, classes) float64 scores u.
    """
    degree = np.maximum(np.asarray(graph.sum(axis=1)).ravel(), np.finfo(float).tiny)[:, None]
    source = _source(len(degree), rows, y, classes)
    u, residual = np.zeros_like(source), source.copy()
    direction = z = residual / degree
    energy = (residual * z).sum(axis=0)
    stop = POISSON_TOLERANCE**2 * energy
    for _ in range(POISSON_STEPS):
        if (energy <= stop).all():
            break
        applied = (1 + REGULARISATION) * degree * direction - graph @ direction
        along = energy / np.maximum((direction * applied).sum(axis=0), np.finfo(float).tiny)
        u += along * direction
        residual -= along * applied
        z = residual / degree
        before, energy = energy, (residual * z).sum(axis=0)
        direction = z + energy / np.maximum(before, np.finfo(float).tiny) * direction
    return u


def poisson_with_class_sizes(
    graph: sparse.csr_matrix, rows: np.ndarray, y: np.ndarray, least: np.ndarray, most: np.ndarray
) -> np.ndarray:
    """Poisson learning with bounds on the class sizes ("PoissonMBO").

    After Poisson learning, rounds of diffusion and of assignment to classes within the bounds follow.

    Args:
        graph: (n, n) symmetric weights.
        rows: (labels,) row numbers of the labelled inputs.
        y: (labels,) their classes.
        least: (classes,) lower bounds on each class's fraction of the rows.
        most: (classes,) upper bounds.

    Returns:
        (n,) int64 classes.
    """
    classes = len(least)
    degree = np.asarray(graph.sum(axis=1)).ravel()
    rate = 1 / degree.max()
    step = (sparse.identity(len(degree)) - rate * (sparse.diags(degree) - graph)).tocsr().astype(np.float32)
    source = (rate * _source(len(degree), rows, y, classes)).astype(np.float32)
    u = poisson(graph, rows, y, classes)
    price = class_sizes.prices(u, least, most)
    assigned = np.full(len(degree), -1)
    for _ in range(DIFFUSIONS):
        before, assigned = assigned, (u - price).argmax(axis=1)
        if np.array_equal(before, assigned):
            break
        u = np.eye(classes, dtype=np.float32)[assigned]
        for _ in range(DIFFUSION_STEPS):
            u = step @ u + source
        price = class_sizes.prices(u, least, most, price)
    return (u - price).argmax(axis=1)


def unreached(graph: sparse.csr_matrix, rows: np.ndarray) -> np.ndarray:
    """Return (n,) bool: whether a row is in a component of the graph that has no labelled row."""
    _, component = csgraph.connected_components(graph, directed=False)
    return ~np.isin(component, component[rows])


def smoothed_classes(
    graph: sparse.csr_matrix, assigned: np.ndarray, classes: int, steps: int = SMOOTHING_STEPS
) -> np.ndarray:
    """Turn (n,) assigned classes into (n, classes) probabilities, by random walks of so many steps from each row.

    The probability of a class is the fraction of walks that end in a row of this class. One step is too short: most
    rows have neighbours of one class only, which says little about how certain their own class is.
    """
    degree = np.maximum(np.asarray(graph.sum(axis=1)), np.finfo(float).tiny).reshape(-1, 1)
    probabilities = np.eye(classes)[assigned]
    for _ in range(steps):
        probabilities = (graph @ probabilities) / degree
    return probabilities


def _one_hot(n: int, rows: np.ndarray, y: np.ndarray, classes: int) -> np.ndarray:
    result = np.zeros((n, classes))
    result[rows, y] = 1
    return result


def _source(n: int, rows: np.ndarray, y: np.ndarray, classes: int) -> np.ndarray:
    source = np.zeros((n, classes))
    source[rows] = np.eye(classes)[y] - np.bincount(y, minlength=classes) / len(y)
    return source
