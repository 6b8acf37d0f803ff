"""Whether the unlabelled inputs lie where the labelled ones do: classes that no label has are no help, and may do harm.

If both came from one distribution, an unlabelled code would be as far from the nearest labelled one as a labelled code
is from the nearest other. One that is much farther has nothing near it to learn its class from.
"""

from typing import NamedTuple

import numpy as np
from scipy import stats

from semisup.graphs import neighbours
from semisup.system import progress

ORDINARY = 0.95  # share of the labelled codes whose distance to the nearest other counts as near
WARN_FROM = 0.15  # share of far unlabelled codes; 0.05 is to be expected
SURE = 0.01  # p-value of the rank test below which it is no accident


class Mismatch(NamedTuple):
    """How far the unlabelled codes lie.

    Attributes:
        far: share of them that are farther from every labelled one than 95 % of the labelled are from the nearest
            other; about 0.05 is to be expected with 20 labels or more, a larger share with fewer.
        p_value: one-sided, of the Mann-Whitney test that unlabelled codes are farther.
    """

    far: float
    p_value: float


def measure(codes: np.ndarray, labelled: np.ndarray) -> Mismatch:
    """Compare distances.

    Args:
        codes: (n, code_size) of all training inputs.
        labelled: (labels,) rows of those with a label.
    """
    unlabelled = np.setdiff1d(np.arange(len(codes)), labelled)
    if len(unlabelled) == 0 or len(labelled) < 2:
        return Mismatch(0.0, 1.0)
    of_labelled = neighbours.self_search(codes[labelled], 1).distances[:, 0]  # (labels,)
    of_unlabelled = neighbours.search(codes[unlabelled], codes[labelled], 1).distances[:, 0]  # (n - labels,)
    far = float((of_unlabelled > np.quantile(of_labelled, ORDINARY)).mean())
    p_value = float(stats.mannwhitneyu(of_unlabelled, of_labelled, alternative="greater").pvalue)
    return Mismatch(far, p_value)


def warn_of(found: Mismatch) -> None:
    """Tell the user of a mismatch that is large and no accident."""
    if found.far >= WARN_FROM and found.p_value < SURE:
        progress.warn(
            f"{100 * found.far:.0f} % of the unlabelled inputs lie far from every labelled one (5 % are expected): "
            "if they are of classes that no label has, methods that use them may do worse than from labels alone"
        )
