"""Measure three defects of a code that spoil draws from it (Foster, "Generative Deep Learning", chapter 3).

The code is not centred, its classes spread unevenly, or it has gaps. No measure depends on the scale of the code. A
standard normal code has none of these defects.
"""

import numpy as np

from semisup.graphs import neighbours

QUANTILE = 0.95  # of the distances between neighbours: even without gaps, about .05 of the draws count as in one


def off_centre(codes: np.ndarray) -> float:
    """Return how far (n, code_size) codes are from being centred.

    This is the distance of their mean from 0, divided by the root of their total variance. It is 0 if the codes are
    centred, or if they do not vary.
    """
    spread = np.sqrt(codes.var(axis=0, dtype=np.float64).sum())
    return float(np.linalg.norm(codes.mean(axis=0, dtype=np.float64)) / spread) if spread > 0 else 0.0


def class_spread_ratio(codes: np.ndarray, y: np.ndarray) -> float:
    """Return the spread of the widest class, divided by that of the narrowest.

    The spread of a class is the root of its total variance. The ratio is 1 if all classes are equally wide. It is
    infinite if one class is a point.

    Args:
        codes: (n, code_size) codes.
        y: (n,) classes, -1 where unlabelled. Classes of one row have no spread and are left out.
    """
    by_class = [codes[y == c] for c in np.unique(y[y >= 0])]
    spreads = [np.sqrt(rows.var(axis=0, dtype=np.float64).sum()) for rows in by_class if len(rows) > 1]
    if not spreads or max(spreads) == 0:
        return 1.0
    return float(max(spreads) / min(spreads)) if min(spreads) > 0 else float("inf")


def share_in_gaps(draws: np.ndarray, codes: np.ndarray) -> float:
    """Return the fraction of draws that fall in gaps between the codes.

    A draw is in a gap if it is farther from its nearest code than 95 % of the codes are from theirs. The fraction is
    about .05 if draws and codes have the same distribution, and 1 if all draws are where there are no codes.

    Args:
        draws: (m, code_size) draws.
        codes: (n, code_size) codes, n >= 2.
    """
    bound = np.quantile(neighbours.self_search(codes, 1).distances, QUANTILE)
    return float((neighbours.search(draws, codes, 1).distances > bound).mean())
