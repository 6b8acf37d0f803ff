"""A threshold for anomaly scores with a guaranteed false-alarm rate, by split conformal prediction (Vovk et al. 2005;
for anomalies Laxhammar and Falkman 2011, Bates et al. 2023).

The guarantee holds for every score and every distribution, under two conditions. The held-out normal rows that set the
threshold were not used to make the score. And new normal rows come from the same distribution.
"""

import math

import numpy as np


def threshold(held_out: np.ndarray, rate: float) -> float:
    """Return the score above which a row is called an anomaly.

    The probability that a new normal row lies above it is at most `rate`. It is at least `rate - 1 / (n + 1)` if no two
    scores are equal. The probability is over the draw of the held-out rows and of the new row.

    Args:
        held_out: (n,) scores of held-out normal rows. A higher score is more anomalous.
        rate: largest false-alarm rate, in (0, 1).

    Returns:
        One of the scores in `held_out`. Or infinity (no alarms at all) if n is below 1 / rate - 1, too few rows for
        this rate.
    """
    # Ranks are counted from 1. Without 1e-9, rounding errors would count: (1 - .05) * 20 is above 19 in floats.
    rank = math.ceil((1 - rate) * (len(held_out) + 1) - 1e-9)
    return math.inf if rank > len(held_out) else float(np.sort(held_out)[rank - 1])
