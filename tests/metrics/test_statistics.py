import numpy as np
import pytest

from semisup.metrics import statistics
from semisup.metrics.statistics import Interval

BUDGETS = np.array([10, 40, 160, 640])
TRIALS = 300


def log_linear(labels):
    """An accuracy that interpolation on a logarithmic scale of labels gets exactly."""
    return 0.5 + 0.1 * np.log2(np.asarray(labels) / 10) / 2


def power_law(labels):
    return 1 - (0.02 + 0.9 * np.asarray(labels, float) ** -0.5)


def coverage(interval_of_trial, truth):
    intervals = [interval_of_trial(np.random.default_rng(trial)) for trial in range(TRIALS)]
    return np.mean([low <= truth <= high for _, low, high in intervals])


@pytest.mark.parametrize(("draws", "least"), [(5, 0.9), pytest.param(10, 0.9, marks=pytest.mark.slow), (20, 0.91)])
def test_the_interval_of_a_mean_covers_it(draws, least):
    assert least <= coverage(lambda rng: statistics.mean(rng.normal(0.9, 0.02, draws)), 0.9) <= 0.99


def test_the_interval_of_a_mean_covers_it_when_some_draws_are_bad():
    """Accuracies near 1 are skewed: BCa is for that."""
    assert coverage(lambda rng: statistics.mean(1 - rng.exponential(0.05, 10)), 0.95) >= 0.87


def test_a_mean_needs_five_draws_for_an_interval_and_none_varies_by_itself():
    assert np.isnan(statistics.mean(np.array([0.1, 0.2, 0.3, 0.4])).low)
    assert statistics.mean(np.full(5, 0.7)) == Interval(0.7, 0.7, 0.7)
    values = np.random.default_rng(0).normal(size=8)
    assert statistics.mean(values) == statistics.mean(values)


def test_pairing_removes_what_the_draws_have_in_common():
    rng = np.random.default_rng(0)
    common = rng.normal(0, 0.1, 10)
    second = 0.7 + common
    first = second + 0.02 + rng.normal(0, 0.002, 10)
    found = statistics.paired(first, second)
    assert found.won == 1
    assert found.draws == 10
    assert 0.017 < found.interval.low < 0.02 < found.interval.high < 0.023
    assert found.p_value < 1e-6
    backwards = statistics.paired(second, first)
    assert backwards.interval.value == -found.interval.value
    assert backwards.won == 0


def test_draws_that_one_lacks_are_left_out_and_ties_count_half():
    first, second = np.array([0.5, 0.6, np.nan, 0.7, 0.8, 0.9]), np.array([0.5, 0.5, 0.5, 0.8, 0.7, 0.8])
    found = statistics.paired(first, second)
    assert found.draws == 5
    assert found.won == pytest.approx((3 + 0.5) / 5)
    assert statistics.paired(np.full(5, np.nan), second[:5]).draws == 0
    assert np.isnan(statistics.paired(first[:2], second[:2]).p_value)


def test_a_difference_that_is_not_there_is_rarely_called_real():
    p_values = []
    for trial in range(TRIALS):
        first, second = np.random.default_rng(trial).normal(0.8, 0.02, (2, 10))
        p_values.append(statistics.paired(first, second).p_value)
    assert np.mean(np.array(p_values) < 0.05) < 0.09
    assert statistics.paired(np.full(5, 0.5), np.full(5, 0.5)).p_value == 1
    assert statistics.paired(np.full(5, 0.6), np.full(5, 0.5)).p_value == 2**-4  # no spread: the sign test
    drifting = np.random.default_rng(0).normal(0.8, 0.02, 6)
    assert statistics.paired(drifting, drifting - 0.02).p_value == 2**-5


@pytest.mark.parametrize(("pool", "budget"), [pytest.param(1400, 200, marks=pytest.mark.slow), (200, 100)])
def test_draws_from_one_pool_are_no_more_than_they_are(pool, budget):
    """Each row has an effect of its own on the difference: what is true of one pool need not be true of others."""
    p_values = []
    for trial in range(TRIALS):
        rng = np.random.default_rng(trial)
        effects = rng.normal(0, 0.1, pool)
        difference = np.array([rng.choice(effects, budget, replace=False).mean() for _ in range(10)])
        p_values.append(statistics.paired(difference, np.zeros(10), budget / pool).p_value)
    assert np.mean(np.array(p_values) < 0.05) < 0.09
    assert np.isnan(statistics.paired(difference, np.zeros(10), 1.0).p_value)
    assert np.isnan(statistics.mean(difference, 1.0).low)


def test_holms_correction_is_that_of_the_paper():
    found = statistics.holm(np.array([0.01, 0.04, np.nan, 0.03, 0.005]))
    np.testing.assert_allclose(found, [0.03, 0.06, np.nan, 0.06, 0.02])
    assert statistics.holm(np.array([0.9, 0.8])).max() == 1


@pytest.mark.parametrize("labels", [10, 25, 40, 333, 640])
def test_labels_worth_inverts_the_reference(labels):
    reference = np.tile(log_linear(BUDGETS), (2, 1))
    found = statistics.labels_worth(BUDGETS, reference, np.full(2, log_linear(labels)))
    assert found.value == pytest.approx(labels)
    assert np.isnan(found.low)


def test_labels_worth_says_where_the_reference_never_gets_or_starts():
    reference = np.tile(log_linear(BUDGETS), (5, 1))
    assert statistics.labels_worth(BUDGETS, reference, np.full(5, 0.99)) == (np.inf, np.inf, np.inf)
    assert statistics.labels_worth(BUDGETS, reference, np.full(5, 0.1)) == (0, 0, 0)
    falls = np.tile([0.5, 0.7, 0.6, 0.8], (2, 1))
    assert statistics.labels_worth(BUDGETS, falls, np.full(2, 0.7)).value == pytest.approx(40)
    assert 160 < statistics.labels_worth(BUDGETS, falls, np.full(2, 0.75)).value < 640


@pytest.mark.parametrize(("draws", "least"), [(5, 0.85), pytest.param(10, 0.9, marks=pytest.mark.slow)])
def test_the_interval_of_labels_worth_covers_it(draws, least):
    def trial(rng):
        common = rng.normal(0, 0.01, (draws, 1))
        reference = log_linear(BUDGETS) + common + rng.normal(0, 0.01, (draws, 4))
        return statistics.labels_worth(BUDGETS, reference, log_linear(100) + common[:, 0] + rng.normal(0, 0.01, draws))

    assert coverage(trial, 100) >= least


def test_extrapolation_of_a_power_law_is_exact():
    found = statistics.extrapolate(BUDGETS, np.tile(power_law(BUDGETS), (2, 1)), 1280)
    assert found.value == pytest.approx(power_law(1280), abs=1e-6)
    pure = 1 - 0.5 * np.array([10.0, 40.0]) ** -0.25
    assert statistics.extrapolate(BUDGETS[:2], np.tile(pure, (2, 1)), 80).value == pytest.approx(
        1 - 0.5 * 80**-0.25, abs=1e-6
    )
    assert np.isnan(statistics.extrapolate(BUDGETS[:1], np.ones((5, 1)), 20).value)


def test_nothing_is_extrapolated_from_a_curve_that_falls():
    assert np.isnan(statistics.extrapolate(BUDGETS, np.tile([0.9, 0.8, 0.7, 0.6], (5, 1)), 1280).value)


def test_the_interval_of_an_extrapolation_covers_it(monkeypatch):
    monkeypatch.setattr(statistics, "RESAMPLES", 500)
    noise = np.array([0.04, 0.02, 0.01, 0.005])
    trial = lambda rng: statistics.extrapolate(BUDGETS, power_law(BUDGETS) + noise * rng.normal(size=(10, 4)), 1280)  # noqa: E731
    assert coverage(trial, power_law(1280)) >= 0.88
