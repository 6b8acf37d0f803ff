"""Diffusion maps: positions in which two nodes of a graph are as near as random walks from them are alike (Coifman and
Lafon 2006). Clusters of the graph become tight, so that bits of these positions say which cluster an input is in."""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import eigsh

STEPS = 50  # of the random walk
TOLERANCE = 1e-3  # of the eigenvalues


def positions(graph: sparse.csr_matrix, size: int, seed: int) -> np.ndarray:
    """Positions of the nodes.

    Args:
        graph: (n, n) symmetric weights.
        size: numbers in a position; as many as there are nodes but two, where that is fewer.
        seed: of the eigensolver's start.

    Returns:
        (n, size) float32, scaled to a variance of 1 over all its numbers.
    """
    size = min(size, graph.shape[0] - 2)
    root = 1 / np.sqrt(np.maximum(np.asarray(graph.sum(axis=1)).ravel(), np.finfo(float).tiny))  # (n,)
    walk = sparse.diags(root) @ graph @ sparse.diags(root)  # symmetric, with the eigenvalues of the random walk
    start = np.random.default_rng(seed).normal(size=len(root))
    values, vectors = eigsh(walk, k=size + 1, which="LA", tol=TOLERANCE, v0=start)
    order = values.argsort()[::-1][1:]  # without the constant one
    found = root[:, None] * vectors[:, order] * np.clip(values[order], 0, 1) ** STEPS  # (n, size)
    return (found / found.std()).astype(np.float32)
