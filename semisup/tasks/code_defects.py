"""What keeps a code from being drawn from: it is not centred, its classes spread unevenly, there are gaps in it
(Foster, "Generative Deep Learning", chapter 3). No measure depends on the code's scale; a standard normal code has
none of the three."""

import numpy as np

from semisup.graphs import neighbours

QUANTILE = 0.95  # of the distances between neighbours: a code without gaps leaves about .05 of the draws in one


def off_centre(codes: np.ndarray) -> float:
    """Distance of the mean of (n, code_size) codes from 0, over the root of their total variance: 0 if centred. 0 also
    where they do not vary."""
    spread = np.sqrt(codes.var(axis=0, dtype=np.float64).sum())
    return float(np.linalg.norm(codes.mean(axis=0, dtype=np.float64)) / spread) if spread > 0 else 0.0


def class_spread_ratio(codes: np.ndarray, y: np.ndarray) -> float:
    """Root of the total variance of the widest class over that of the narrowest: 1 if all are as wide; infinite if one
    is a point.

    Args:
        codes: (n, code_size).
        y: (n,) classes, -1 where unlabelled; classes of one row have no spread and are left out.
    """
    of_classes = [codes[y == c] for c in np.unique(y[y >= 0])]
    spreads = [np.sqrt(of.var(axis=0, dtype=np.float64).sum()) for of in of_classes if len(of) > 1]
    if not spreads or max(spreads) == 0:
        return 1.0
    return float(max(spreads) / min(spreads)) if min(spreads) > 0 else float("inf")


def share_in_gaps(draws: np.ndarray, codes: np.ndarray) -> float:
    """Share of draws that lie farther from every code than 95 % of the codes lie from their nearest other: about .05
    if the draws are distributed as the codes, 1 if all fall where there are none.

    Args:
        draws: (m, code_size).
        codes: (n, code_size), at least 2.
    """
    bound = np.quantile(neighbours.self_search(codes, 1).distances, QUANTILE)
    return float((neighbours.search(draws, codes, 1).distances > bound).mean())
