"""Statistics of a comparison of methods: confidence intervals over label draws, paired differences, how many labels a
method is worth, and what accuracy to expect with more labels.

- Every interval is a bootstrap over the label draws, with a confidence of 95 %. Only the draws (and initialisations)
  vary. So an interval says what other labels would give on the same test set.
- With few draws, a bootstrap interval is too short. Its levels are widened as Student's t would widen them (Hesterberg
  2015, section 5.3).
- Draws from one pool of labelled rows have rows in common. Their `overlap` is the number of labels divided by the size
  of the pool. Intervals and tests are widened as for overlapping training sets (Nadeau and Bengio 2003). If a draw is
  the whole pool (overlap 1), no interval can be computed.
"""

import warnings
from typing import NamedTuple

import numpy as np
from scipy import stats

CONFIDENCE = 0.95
LEAST_DRAWS = 5  # with fewer there are no intervals: resampling four values does not show how far off a fifth may be
RESAMPLES = 5000
SAME = 1e-9  # accuracies that differ by less are taken as equal
SEED = 0
EXPONENTS = np.linspace(0.05, 2, 40)  # candidates for the exponent of the learning curve's power law


class Interval(NamedTuple):
    """An estimate and its 95 % interval.

    The bounds are NaN with fewer than `LEAST_DRAWS` draws, or if a draw is the whole pool.
    """

    value: float
    low: float
    high: float


class Difference(NamedTuple):
    """The difference of two methods on the same draws.

    Attributes:
        interval: the mean difference.
        won: fraction of the draws in which the first method is better; a tie counts half.
        p_value: of the two-sided t-test for paired samples; NaN with fewer than `LEAST_DRAWS` draws, or if a draw is
            the whole pool.
        draws: number of draws that both methods have.
    """

    interval: Interval
    won: float
    p_value: float
    draws: int


def widened(draws: int) -> float:
    """Return the confidence level at which a bootstrap interval is as wide as one by Student's t at 95 %."""
    quantile = stats.t.ppf((1 + CONFIDENCE) / 2, draws - 1) * np.sqrt(draws / (draws - 1))
    return float(1 - 2 * stats.norm.sf(quantile))


def stretch(draws: int, overlap: float) -> float:
    """Return the factor by which an interval must be wider than for independent draws."""
    return float(np.sqrt(1 + draws * overlap / (1 - overlap))) if overlap < 1 else np.inf


def mean(values: np.ndarray, overlap: float = 0.0) -> Interval:
    """Return the mean of (draws,) metrics, with the bias-corrected and accelerated bootstrap interval (Efron 1987)."""
    value = float(np.mean(values))
    if len(values) < LEAST_DRAWS or overlap >= 1:
        return Interval(value, np.nan, np.nan)
    if np.ptp(values) < SAME:
        return Interval(value, value, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some resamples have only equal values
        bootstrap = stats.bootstrap(
            (values,), np.mean, n_resamples=RESAMPLES, confidence_level=widened(len(values)), method="BCa", rng=SEED
        )
    wider = stretch(len(values), overlap)
    return Interval(value, *(value + wider * (float(bound) - value) for bound in bootstrap.confidence_interval))


def paired(first: np.ndarray, second: np.ndarray, overlap: float = 0.0) -> Difference:
    """Return the difference first - second of (draws,) metrics. Draws that one of them lacks (NaN) are left out."""
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
    if np.ptp(difference) < SAME:  # the t-test needs a spread; use the sign test
        return 2.0 ** (1 - draws)
    statistic = stats.ttest_1samp(difference, 0).statistic / stretch(draws, overlap)
    return float(2 * stats.t.sf(abs(statistic), draws - 1))


def holm(p_values: np.ndarray) -> np.ndarray:
    """Correct (k,) p-values for k comparisons (Holm 1979).

    If every difference with a corrected p-value below 0.05 is claimed, the probability of one or more false claims is
    at most 0.05. The same holds for other levels. NaN stays NaN and does not count as a comparison.
    """
    corrected = np.full(len(p_values), np.nan)
    known = np.flatnonzero(np.isfinite(p_values))
    order = known[np.argsort(p_values[known])]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected


def labels_worth(budgets: np.ndarray, reference: np.ndarray, accuracy: np.ndarray, overlap: float = 0.0) -> Interval:
    """Estimate how many labels the reference needs for the accuracy of a method.

    The reference's learning curve is interpolated on a logarithmic scale of labels. Where the curve falls, it is
    replaced by its highest value so far. The interval has the percentiles of a bootstrap that resamples the draws of
    both together.

    Args:
        budgets: (k,) rising numbers of labels.
        reference: (draws, k) accuracy of the reference at each budget.
        accuracy: (draws,) accuracy of the method on the same draws.
        overlap: overlap of the method's draws.

    Returns:
        Number of labels; infinity if the reference is worse even with its largest budget, 0 if it is better even with
        its smallest.
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
    """Return (r,) numbers of labels: where curve i of (r, k) curves reaches entry i of the (r,) accuracies."""
    curves = np.maximum.accumulate(curves, axis=1)
    rows, after = np.arange(len(curves)), (curves >= accuracy[:, None]).argmax(axis=1)  # the first as good budget
    before = np.maximum(after - 1, 0)
    rise = curves[rows, after] - curves[rows, before]
    fraction = np.divide(accuracy - curves[rows, before], rise, out=np.ones(len(curves)), where=rise > 0)
    labels = budgets[before] * (budgets[after] / budgets[before]) ** fraction
    labels = np.where(accuracy > curves[:, -1], np.inf, labels)
    return np.where(accuracy < curves[:, 0], 0.0, labels)


def extrapolate(budgets: np.ndarray, accuracy: np.ndarray, labels: float, overlap: float = 0.0) -> Interval:
    """Extrapolate the accuracy to more labels, by the power law error = a + b · labels^-c (Hestness et al. 2017).

    The law is fitted by weighted least squares; a = 0 with only two budgets. The interval is valid only if the law is.

    Args:
        budgets: (k,) rising numbers of labels, at least two.
        accuracy: (draws, k) accuracy at each budget; draws with a NaN are left out.
        labels: number of labels to extrapolate to.
        overlap: overlap of the draws at the largest budget.

    Returns:
        The accuracy. It is NaN if the law cannot be fitted: there is one budget, no draw has all budgets, or the
        largest budget is not the best.
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
    """Fit a power law to each curve and return its error at `labels`.

    For each exponent c, the fit is a line in labels^-c whose two coefficients are not negative. The best exponent
    counts.

    Args:
        budgets: (k,) numbers of labels.
        errors: (curves, k) errors at each.
        weights: (k,) weights of the least squares.
        labels: number of labels to extrapolate to.

    Returns:
        (curves,) errors.
    """
    x = (budgets / budgets[0]) ** -EXPONENTS[:, None]  # (exponents, k)
    mean_x = (x * weights).sum(axis=1) / weights.sum()  # (exponents,)
    mean_y = (errors * weights).sum(axis=1, keepdims=True) / weights.sum()  # (curves, 1)
    centred = x - mean_x[:, None]
    slope = (errors * weights) @ centred.T / (weights * centred**2).sum(axis=1)  # (curves, exponents)
    intercept = mean_y - slope * mean_x
    slope_through_0 = (errors * weights) @ x.T / (weights * x**2).sum(axis=1)  # slopes of lines through 0
    through_0 = (intercept < 0) | (len(budgets) < 3)
    slope, intercept = np.where(through_0, slope_through_0, slope), np.where(through_0, 0, intercept)
    flat = slope < 0
    slope, intercept = np.where(flat, 0, slope), np.where(flat, mean_y, intercept)
    misfit = [(weights * (errors - intercept[:, [i]] - slope[:, [i]] * x[i]) ** 2).sum(axis=1) for i in range(len(x))]
    best = np.argmin(misfit, axis=0)  # (curves,)
    rows = np.arange(len(errors))
    return intercept[rows, best] + slope[rows, best] * (labels / budgets[0]) ** -EXPONENTS[best]


def _resamples(values: np.ndarray) -> np.ndarray:
    """Return (resamples, draws) row numbers, drawn with replacement. They are the same each time."""
    return np.random.default_rng(SEED).integers(len(values), size=(RESAMPLES, len(values)))


def _percentiles(values: np.ndarray, draws: int) -> tuple[float, float]:
    """Return the lower and upper bound of the percentile interval of (resamples,) values."""
    tail = (1 - widened(draws)) / 2
    low, high = np.quantile(values, [tail, 1 - tail], method="nearest")  # others would interpolate with infinity
    return float(low), float(high)
