"""A threshold with a stated false-alarm rate, by split conformal prediction (Vovk et al. 2005; for anomalies Laxhammar
and Falkman 2011, Bates et al. 2023): whatever the score and the distribution, as long as the normal rows that it is set
by were not used to make the score and are drawn as those to come are."""

import math

import numpy as np


def threshold(held_out: np.ndarray, rate: float) -> float:
    """The score above which a row is called an anomaly.

    The chance that a new normal row lies above it, over the draw of the held-out rows and of the row itself, is at most
    `rate`, and at least `rate - 1 / (n + 1)` where no two scores are the same.

    Args:
        held_out: (n,) scores of held-out normal rows, higher for what is more anomalous.
        rate: of false alarms, in (0, 1).

    Returns:
        A score of `held_out`, or infinity (no alarm at all) where n is below 1 / rate - 1, so few that none of their
        scores is rare enough.
    """
    rank = math.ceil((1 - rate) * (len(held_out) + 1) - 1e-9)  # from 1; 1e-9: (1 - .05) * 20 is above 19 in floats
    return math.inf if rank > len(held_out) else float(np.sort(held_out)[rank - 1])
