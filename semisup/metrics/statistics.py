"""What a comparison may claim: intervals over label draws, paired differences, how many labels a method is worth, and
what more labels would bring.

Every interval has a confidence of 95 % and is a bootstrap over the draws, which is all that varies: they say what other
labels (and another initialisation) would give on the same test set. With few draws a bootstrap interval is too short;
its levels are widened as Student's t would widen them (Hesterberg 2015, section 5.3). Draws from one pool of labelled
rows share rows, the more the larger their `overlap`, the number of labels over the size of the pool; intervals and
tests are widened as for overlapping training sets (Nadeau and Bengio 2003). Where a draw is the whole pool, nothing can
be said.
"""

import warnings
from typing import NamedTuple

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
LEAST_DRAWS = 5  # with fewer there are no intervals: resampling four values cannot tell how far the fifth would lie
RESAMPLES = 5000
SAME = 1e-9  # accuracies that differ by less are the same
SEED = 0
EXPONENTS = np.linspace(0.05, 2, 40)  # of the learning curve's power law


class Interval(NamedTuple):
    """An estimate and its 95 % interval, which is NaN with fewer than `LEAST_DRAWS` draws."""

    value: float
    low: float
    high: float


class Difference(NamedTuple):
    """Of two methods on the same draws.

    Attributes:
        interval: the mean difference.
        won: share of the draws in which the first is better; ties count half.
        p_value: of Student's t-test for paired samples, two-sided; NaN with fewer than `LEAST_DRAWS` draws, or where a
            draw is the whole pool.
        draws: how many both have.
    """

    interval: Interval
    won: float
    p_value: float
    draws: int


def widened(draws: int) -> float:
    """The level at which a bootstrap interval over so many draws is as wide as Student's t makes it."""
    quantile = stats.t.ppf((1 + CONFIDENCE) / 2, draws - 1) * np.sqrt(draws / (draws - 1))
    return float(1 - 2 * stats.norm.sf(quantile))


def stretch(draws: int, overlap: float) -> float:
    """How many times as wide as for independent draws an interval has to be."""
    return float(np.sqrt(1 + draws * overlap / (1 - overlap))) if overlap < 1 else np.inf


def mean(values: np.ndarray, overlap: float = 0.0) -> Interval:
    """Mean of (draws,) figures, with the bias-corrected and accelerated bootstrap interval (Efron 1987)."""
    value = float(np.mean(values))
    if len(values) < LEAST_DRAWS or overlap >= 1:
        return Interval(value, np.nan, np.nan)
    if np.ptp(values) < SAME:
        return Interval(value, value, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a resample in which all values are the same
        found = stats.bootstrap(
            (values,), np.mean, n_resamples=RESAMPLES, confidence_level=widened(len(values)), method="BCa", rng=SEED
        )
    wider = stretch(len(values), overlap)
    return Interval(value, *(value + wider * (float(bound) - value) for bound in found.confidence_interval))


def paired(first: np.ndarray, second: np.ndarray, overlap: float = 0.0) -> Difference:
    """The difference first - second of (draws,) figures; draws that one of them lacks (NaN) are left out."""
    difference = (first - second)[np.isfinite(first - second)]
    if len(difference) == 0:
        return Difference(Interval(np.nan, np.nan, np.nan), np.nan, np.nan, 0)
    won = float(np.mean((difference > 0) + 0.5 * (difference == 0)))
    return Difference(mean(difference, overlap), won, _p_value(difference, overlap), len(difference))


def _p_value(difference: np.ndarray, overlap: float) -> float:
    draws = len(difference)
    if draws < LEAST_DRAWS or overlap >= 1:
        return np.nan
    if np.abs(difference).max() < SAME:
        return 1.0
    if np.ptp(difference) < SAME:  # no spread to measure by: the sign test
        return 2.0 ** (1 - draws)
    statistic = stats.ttest_1samp(difference, 0).statistic / stretch(draws, overlap)
    return float(2 * stats.t.sf(abs(statistic), draws - 1))


def holm(p_values: np.ndarray) -> np.ndarray:
    """(k,) p-values corrected for k comparisons, so that the chance of one or more false claims among them is bounded
    (Holm 1979). NaN stays NaN and does not count."""
    corrected = np.full(len(p_values), np.nan)
    known = np.flatnonzero(np.isfinite(p_values))
    order = known[np.argsort(p_values[known])]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected


def labels_worth(budgets: np.ndarray, reference: np.ndarray, accuracy: np.ndarray, overlap: float = 0.0) -> Interval:
    """How many labels the reference needs for the accuracy that a method has.

    The reference's curve is interpolated on a logarithmic scale of labels; where it falls, it is taken to stay. The
    interval is the bootstrap's percentiles, draws resampled together for both.

    Args:
        budgets: (k,) rising numbers of labels.
        reference: (draws, k) its accuracy at each.
        accuracy: (draws,) that of the method, on the same draws.
        overlap: of its draws.

    Returns:
        Labels; infinity where the reference does not get there with its largest budget, 0 where it is better with its
        smallest.
    """
    whole = np.isfinite(reference).all(axis=1) & np.isfinite(accuracy)
    reference, accuracy = reference[whole], accuracy[whole]
    if not whole.any():
        return Interval(np.nan, np.nan, np.nan)
    value = float(_reached(budgets, reference.mean(axis=0, keepdims=True), accuracy.mean(keepdims=True))[0])
    if len(accuracy) < LEAST_DRAWS or overlap >= 1:
        return Interval(value, np.nan, np.nan)
    draws, wider = _resamples(accuracy), stretch(len(accuracy), overlap)
    curves = reference.mean(axis=0) + wider * (reference[draws].mean(axis=1) - reference.mean(axis=0))
    accuracies = accuracy.mean() + wider * (accuracy[draws].mean(axis=1) - accuracy.mean())
    return Interval(value, *_percentiles(_reached(budgets, curves, accuracies), len(accuracy)))


def _reached(budgets: np.ndarray, curves: np.ndarray, accuracy: np.ndarray) -> np.ndarray:
    """(r,) labels at which each of (r, k) curves has the accuracy (r,)."""
    curves = np.maximum.accumulate(curves, axis=1)
    rows, after = np.arange(len(curves)), (curves >= accuracy[:, None]).argmax(axis=1)  # the first that is as good
    before = np.maximum(after - 1, 0)
    rise = curves[rows, after] - curves[rows, before]
    share = np.divide(accuracy - curves[rows, before], rise, out=np.ones(len(curves)), where=rise > 0)
    labels = budgets[before] * (budgets[after] / budgets[before]) ** share
    labels = np.where(accuracy > curves[:, -1], np.inf, labels)
    return np.where(accuracy < curves[:, 0], 0.0, labels)


def extrapolate(budgets: np.ndarray, accuracy: np.ndarray, labels: float, overlap: float = 0.0) -> Interval:
    """The accuracy to be expected with more labels, by the power law error = a + b · labels^-c (Hestness et al. 2017;
    a = 0 with two budgets), fitted by weighted least squares. The interval holds if the law does.

    Args:
        budgets: (k,) rising numbers of labels, at least two.
        accuracy: (draws, k) at each; draws that lack one (NaN) are left out.
        labels: how many.
        overlap: of the draws at the largest budget.

    Returns:
        The accuracy; NaN where the law says nothing, since the last budget is not the best.
    """
    accuracy = accuracy[np.isfinite(accuracy).all(axis=1)]
    if len(budgets) < 2 or len(accuracy) == 0 or accuracy.mean(axis=0).argmax() < len(budgets) - 1:
        return Interval(np.nan, np.nan, np.nan)
    spread = accuracy.var(axis=0, ddof=1) if len(accuracy) > 1 else np.zeros(len(budgets))
    weights = 1 / np.maximum(spread, 1e-6)  # (k,)
    value = _power_law(budgets, 1 - accuracy.mean(axis=0, keepdims=True), weights, labels)[0]
    if len(accuracy) < LEAST_DRAWS or overlap >= 1:
        return Interval(1 - float(value), np.nan, np.nan)
    whole = accuracy.mean(axis=0)
    wider = stretch(len(accuracy), overlap)
    means = whole + wider * (accuracy[_resamples(accuracy)].mean(axis=1) - whole)  # (resamples, k)
    errors = _power_law(budgets, 1 - means, weights, labels)
    return Interval(1 - float(value), *_percentiles(1 - errors, len(accuracy)))


def _power_law(budgets: np.ndarray, errors: np.ndarray, weights: np.ndarray, labels: float) -> np.ndarray:
    """(curves,) errors at `labels` of the best fits to (curves, k) errors: for each exponent, a line in labels^-c with
    neither coefficient below 0."""
    x = (budgets / budgets[0]) ** -EXPONENTS[:, None]  # (exponents, k)
    mean_x = (x * weights).sum(axis=1) / weights.sum()  # (exponents,)
    mean_y = (errors * weights).sum(axis=1, keepdims=True) / weights.sum()  # (curves, 1)
    centred = x - mean_x[:, None]
    slope = (errors * weights) @ centred.T / (weights * centred**2).sum(axis=1)  # (curves, exponents)
    origin = mean_y - slope * mean_x
    without = (errors * weights) @ x.T / (weights * x**2).sum(axis=1)  # slope of a line through 0
    through_0 = (origin < 0) | (len(budgets) < 3)
    slope, origin = np.where(through_0, without, slope), np.where(through_0, 0, origin)
    flat = slope < 0
    slope, origin = np.where(flat, 0, slope), np.where(flat, mean_y, origin)
    misfit = [(weights * (errors - origin[:, [i]] - slope[:, [i]] * x[i]) ** 2).sum(axis=1) for i in range(len(x))]
    best = np.argmin(misfit, axis=0)  # (curves,)
    rows = np.arange(len(errors))
    return origin[rows, best] + slope[rows, best] * (labels / budgets[0]) ** -EXPONENTS[best]


def _resamples(values: np.ndarray) -> np.ndarray:
    """(resamples, draws) row numbers."""
    return np.random.default_rng(SEED).integers(len(values), size=(RESAMPLES, len(values)))


def _percentiles(values: np.ndarray, draws: int) -> tuple[float, float]:
    tail = (1 - widened(draws)) / 2
    low, high = np.quantile(values, [tail, 1 - tail], method="nearest")  # no mean of a number and infinity
    return float(low), float(high)
