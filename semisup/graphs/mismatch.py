"""Measure whether the unlabelled inputs lie where the labelled ones do. Inputs of classes without a label may do harm.

Suppose both came from one distribution. Then unlabelled codes would be as far from the nearest labelled code as
labelled codes are from the nearest other labelled code. A code that is much farther away has no labelled code near it
to learn its class from.
"""

from typing import NamedTuple

import numpy as np
from scipy import stats

from semisup.graphs import neighbours
from semisup.system import progress

ORDINARY = 0.95  # fraction of the labelled codes whose distance to the nearest other one counts as near
WARN_FROM = 0.15  # fraction of unlabelled codes that are far; 0.05 is expected
SURE = 0.01  # p-value of the rank test below which a mismatch is not due to chance


class Mismatch(NamedTuple):
    """How far the unlabelled codes are from the labelled ones.

    Attributes:
        far: fraction of the unlabelled codes that are far: farther from every labelled code than 95 % of the labelled
            codes are from the nearest other one. About 0.05 is expected with 20 labels or more, more with fewer.
        p_value: of the one-sided Mann-Whitney test that unlabelled codes are farther away than labelled ones.
    """

    far: float
    p_value: float


def measure(codes: np.ndarray, labelled: np.ndarray) -> Mismatch:
    """Compare the distances of unlabelled and of labelled codes to the nearest labelled code.

    Args:
        codes: (n, code_size) codes of all training inputs.
        labelled: (labels,) row numbers of the labelled ones.

    Returns:
        The mismatch; none (0 and 1) with fewer than two labels or no unlabelled input.
    """
    unlabelled = np.setdiff1d(np.arange(len(codes)), labelled)
    if len(unlabelled) == 0 or len(labelled) < 2:
        return Mismatch(0.0, 1.0)
    of_labelled = neighbours.self_search(codes[labelled], 1).distances[:, 0]  # (labels,)
    of_unlabelled = neighbours.search(codes[unlabelled], codes[labelled], 1).distances[:, 0]  # (n - labels,)
    far = float((of_unlabelled > np.quantile(of_labelled, ORDINARY)).mean())
    p_value = float(stats.mannwhitneyu(of_unlabelled, of_labelled, alternative="greater").pvalue)
    return Mismatch(far, p_value)


def warn_of(mismatch: Mismatch) -> None:
    """Warn the user of a mismatch that is large and not due to chance."""
    if mismatch.far >= WARN_FROM and mismatch.p_value < SURE:
        progress.warn(
            f"{100 * mismatch.far:.0f} % of the unlabelled inputs lie far from every labelled one (5 % are expected): "
            "if they are of classes that no label has, methods that use them may do worse than from labels alone"
        )
