"""Diffusion maps (Coifman and Lafon 2006): positions for the nodes of a graph.

Two nodes are close if random walks from them reach the same nodes. So clusters of the graph become tight, and bits of
the positions tell which cluster an input is in.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import eigsh

STEPS = 50  # length of the random walk
TOLERANCE = 1e-3  # of the eigenvalues


def positions(graph: sparse.csr_matrix, size: int, seed: int) -> np.ndarray:
    """Return the positions of the nodes in the diffusion map.

    Args:
        graph: (n, n) symmetric weights.
        size: numbers in a position; at most n - 2 are returned.
        seed: seed of the eigensolver's start vector.

    Returns:
        (n, size) float32, scaled so that the variance of all its numbers is 1.
    """
    size = min(size, graph.shape[0] - 2)
    root = 1 / np.sqrt(np.maximum(np.asarray(graph.sum(axis=1)).ravel(), np.finfo(float).tiny))  # (n,)
    walk = sparse.diags(root) @ graph @ sparse.diags(root)  # symmetric, with the eigenvalues of the random walk
    start = np.random.default_rng(seed).normal(size=len(root))
    values, vectors = eigsh(walk, k=size + 1, which="LA", tol=TOLERANCE, v0=start)
    order = values.argsort()[::-1][1:]  # the first eigenvector is constant
    coordinates = root[:, None] * vectors[:, order] * np.clip(values[order], 0, 1) ** STEPS  # (n, size)
    return (coordinates / coordinates.std()).astype(np.float32)
