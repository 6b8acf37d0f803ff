import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, log_loss, roc_auc_score

from semisup import metrics


@pytest.fixture
def predictions():
    rng = np.random.default_rng(0)
    y = rng.choice(3, p=[0.7, 0.2, 0.1], size=500)
    return y, rng.dirichlet([1, 1, 1], size=500)


def test_figures_agree_with_scikit_learn(predictions):
    y, probabilities = predictions
    found = metrics.classification(y, probabilities)
    assert found["test_accuracy"] == pytest.approx((probabilities.argmax(axis=1) == y).mean())
    assert found["test_balanced_accuracy"] == pytest.approx(balanced_accuracy_score(y, probabilities.argmax(axis=1)))
    assert found["test_log_loss"] == pytest.approx(log_loss(y, probabilities), rel=1e-5)
    assert found["test_auc"] == pytest.approx(roc_auc_score(y, probabilities, multi_class="ovr", average="macro"))


def test_the_area_under_the_curve_of_two_classes_and_of_one():
    y, sure = np.array([0, 0, 1, 1]), np.array([0.1, 0.6, 0.4, 0.9])
    assert metrics.area_under_curve(y, np.column_stack([1 - sure, sure])) == pytest.approx(0.75)
    assert metrics.area_under_curve(np.zeros(4, int), np.column_stack([1 - sure, sure])) == 0.5


def test_calibration_error_of_known_cases():
    hit = np.array([True, False] * 50)
    assert metrics.expected_calibration_error(hit, np.full(100, 0.5)) == pytest.approx(0)
    assert metrics.expected_calibration_error(hit, np.full(100, 0.9)) == pytest.approx(0.4)
    assert metrics.expected_calibration_error(hit, np.ones(100)) == pytest.approx(0.5)
    # Too sure in one bin and too unsure in another do not cancel.
    confidence = np.where(hit, 0.9, 0.6)
    assert metrics.expected_calibration_error(hit, confidence) == pytest.approx((0.1 + 0.6) / 2)


def test_a_certain_and_wrong_prediction_has_a_finite_log_loss():
    found = metrics.classification(np.array([0, 1]), np.array([[0.0, 1.0], [0.0, 1.0]]))
    assert np.isfinite(found["test_log_loss"])
