import numpy as np
import pytest

from semisup.serving import calibration
from semisup.serving.bundle import PredictionMetadata
from semisup.serving.predictor import conformal_sets, with_temperature


def drawn(rows: int, seed: int, classes: int = 4):
    """Logits of moderate size, and classes that are drawn with just these probabilities."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, (rows, classes))
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = np.array([rng.choice(classes, p=p) for p in probabilities])
    return probabilities, y


@pytest.mark.parametrize("overconfident", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_overconfidence(overconfident):
    probabilities, y = drawn(4000, 0)
    found = calibration.temperature(with_temperature(probabilities, 1 / overconfident), y)
    assert found == pytest.approx(overconfident, rel=0.08)


def test_few_labels_that_are_all_predicted_right_are_no_proof_of_certainty():
    """A right answer is worth 1 - 1 / (n + 2), so that the confidence goes there and not to 1."""
    probabilities = np.full((10, 3), 0.1) + 0.7 * np.eye(3)[np.arange(10) % 3]
    found = calibration.temperature(probabilities, np.arange(10) % 3)
    assert with_temperature(probabilities, found).max(axis=1) == pytest.approx(1 - 1 / 12, abs=1e-3)


def test_a_temperature_of_one_changes_nothing_and_a_higher_one_the_confidence_only():
    probabilities, _ = drawn(50, 1)
    np.testing.assert_allclose(with_temperature(probabilities, 1.0), probabilities, atol=1e-6)
    warmer = with_temperature(probabilities, 2.0)
    np.testing.assert_allclose(warmer.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(warmer.argmax(axis=1), probabilities.argmax(axis=1))
    assert (warmer.max(axis=1) < probabilities.max(axis=1)).all()


@pytest.mark.parametrize("error_rate", [0.05, 0.2])
def test_conformal_sets_cover_as_often_as_promised_whatever_the_classifier(error_rate):
    covered = []
    for seed in range(40):
        probabilities, y = drawn(300, seed)
        wrong = with_temperature(probabilities, 0.3)  # overconfident
        conformity = calibration.conformity(wrong[:99], y[:99])
        sets = conformal_sets(wrong[99:], conformity, error_rate)
        covered.append(sets[np.arange(201), y[99:]].mean())
    # between 1 - rate and 1 - rate + 1 / (n + 1) on average; the mean of 40 has a standard error of about 0.005
    assert 1 - error_rate - 0.015 < np.mean(covered) < 1 - error_rate + 0.025


def test_too_few_labels_leave_every_class_in_the_set():
    probabilities, y = drawn(8, 0)
    assert conformal_sets(probabilities, calibration.conformity(probabilities, y), 0.1).all()


def test_metrics_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]])
    metadata = PredictionMetadata(["a", "b"], (1,), [0.0], 1.0, [0.31] * 9)  # sets are the classes with at least 0.69
    found = calibration.metrics(np.array([0, 0, 1, 0]), probabilities, metadata)
    assert found["test_coverage"] == 0.5
    assert found["test_abstained"] == 0.25
    assert found["test_answered_accuracy"] == pytest.approx(2 / 3)
