"""Codes in two dimensions, to be looked at."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

PERPLEXITY = 30


def in_two_dimensions(codes: np.ndarray) -> np.ndarray:
    """(n, 2) positions of (n, code_size) codes: themselves if they have two numbers, else t-SNE, or their principal
    components where there are too few for that."""
    return list(maps(codes).values())[-1]


def maps(codes: np.ndarray) -> dict[str, np.ndarray]:
    """All (n, 2) positions of (n, code_size) codes, by the name of the projection.

    They are `as they are` if they have at most two numbers; else `PCA` and, with more than 3 times its perplexity of
    codes, `t-SNE` (van der Maaten and Hinton 2008), which is always the same for the same codes.
    """
    if codes.shape[1] <= 2:
        return {"as they are": np.pad(codes, ((0, 0), (0, 2 - codes.shape[1])))}
    found = {"PCA": PCA(2, random_state=0).fit_transform(codes)}
    if len(codes) > 3 * PERPLEXITY:
        tsne = TSNE(2, perplexity=PERPLEXITY, init="pca", max_iter=500, random_state=0)
        found["t-SNE"] = tsne.fit_transform(codes)
    return found
