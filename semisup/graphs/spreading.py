"""Labels spread over a graph: label spreading (Zhou et al. 2004) and Poisson learning with class sizes (Calder et al.
2020)."""

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from semisup.graphs import class_sizes

ALPHA = 0.99  # of label spreading: how much a row takes from its neighbours against its own label
SPREADING_STEPS = 500
POISSON_STEPS = 300
POISSON_TOLERANCE = 1e-5
REGULARISATION = 1e-6  # keeps a component whose labels do not cancel out from diverging
DIFFUSIONS = 20  # of Poisson learning with class sizes: at most so many rounds of diffusion and assignment,
DIFFUSION_STEPS = 40  # and steps of diffusion in each
AGREEMENT_STEPS = 2


def label_spreading(graph: sparse.csr_matrix, rows: np.ndarray, y: np.ndarray, classes: int) -> np.ndarray:
    """Spread labels by diffusion with the normalised adjacency, from a source at the labels.

    Args:
        graph: (n, n) symmetric weights.
        rows: (labels,) labelled rows.
        y: (labels,) their classes.
        classes: how many.

    Returns:
        (n, classes) float64, each row's share of each class; see `_fill` for rows that no label reaches.
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
    """Poisson learning: (n, classes) scores u with L u = the labels' one-hot vectors less their mean, L the graph's
    Laplacian. Arguments as in `label_spreading`; solved by conjugate gradients for all classes at once."""
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
    """Poisson learning, then rounds of diffusion and of assignment to classes whose sizes are within bounds
    ("PoissonMBO").

    Args:
        graph: (n, n) symmetric weights.
        rows: (labels,) labelled rows.
        y: (labels,) their classes.
        least: (classes,) lower bounds on the classes' shares of the rows.
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
    """(n,) bool: rows in a component of the graph that has no labelled row."""
    _, component = csgraph.connected_components(graph, directed=False)
    return ~np.isin(component, component[rows])


def smoothed_classes(
    graph: sparse.csr_matrix, assigned: np.ndarray, classes: int, steps: int = AGREEMENT_STEPS
) -> np.ndarray:
    """(n, classes) share of each class among the rows that random walks of so many steps end in, from (n,) classes:
    the one-step neighbourhood of most rows is of one class, and tells little of how sure their own is."""
    degree = np.maximum(np.asarray(graph.sum(axis=1)), np.finfo(float).tiny).reshape(-1, 1)
    shares = np.eye(classes)[assigned]
    for _ in range(steps):
        shares = (graph @ shares) / degree
    return shares


def _one_hot(n: int, rows: np.ndarray, y: np.ndarray, classes: int) -> np.ndarray:
    result = np.zeros((n, classes))
    result[rows, y] = 1
    return result


def _source(n: int, rows: np.ndarray, y: np.ndarray, classes: int) -> np.ndarray:
    source = np.zeros((n, classes))
    source[rows] = np.eye(classes)[y] - np.bincount(y, minlength=classes) / len(y)
    return source
