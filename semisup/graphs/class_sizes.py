"""Assign rows to classes of prescribed sizes: a volume-constrained argmax.

The method is an auction with a price for each class (Jacobs, Merkurjev and Esedoḡlu 2018).
"""

import numpy as np

SWEEPS = 100
TOLERANCE = 1e-3  # of a class's fraction of the rows


def prices(scores: np.ndarray, least: np.ndarray, most: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
    """Compute a price for each class, so that the argmax of scores - prices has class sizes within bounds.

    The prices are the dual variables of the assignment that maximises the sum of scores under the bounds. One price
    after another is set to its best value, with the others fixed.

    Args:
        scores: (n, classes).
        least: (classes,) lower bounds on each class's fraction of the rows; they sum to at most 1.
        most: (classes,) upper bounds; they sum to at least 1.
        start: prices to start from.

    Returns:
        (classes,) prices: 0 for a class that is within its bounds anyway, above 0 for one that would be too large,
        below 0 for one that would be too small.
    """
    n, classes = scores.shape
    price = np.zeros(classes) if start is None else start.copy()
    for _ in range(SWEEPS):
        before = price.copy()
        for c in range(classes):
            others = scores - price
            others[:, c] = -np.inf
            margin = scores[:, c] - others.max(axis=1)  # (n,): row i takes class c if its price is below margin[i]
            taken = (margin > 0).sum()
            if taken > round(most[c] * n):
                price[c] = _price_for(margin, round(most[c] * n))
            elif taken < round(least[c] * n):
                price[c] = _price_for(margin, round(least[c] * n))
            else:
                price[c] = 0.0
        fractions = np.bincount((scores - price).argmax(axis=1), minlength=classes) / n
        within = (fractions >= least - TOLERANCE).all() and (fractions <= most + TOLERANCE).all()
        if within or np.array_equal(before, price):
            break
    return price


def _price_for(margin: np.ndarray, size: int) -> float:
    """Return the price at which `size` rows take the class.

    It is halfway between the margins of the last row that takes it and of the first row that does not.
    """
    if size <= 0:
        return float(margin.max()) + 1.0
    if size >= len(margin):
        return float(margin.min()) - 1.0
    ordered = np.partition(margin, [len(margin) - size - 1, len(margin) - size])
    return float(ordered[len(margin) - size - 1] + ordered[len(margin) - size]) / 2
