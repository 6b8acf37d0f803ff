"""Test metrics, the same for every classifier and every autoencoder."""

import math

import numpy as np
from sklearn.metrics import roc_auc_score

CALIBRATION_BINS = 15


def classification(y: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Compute the test metrics of predicted probabilities.

    Args:
        y: (n,) integers, the true classes 0..C-1.
        probabilities: (n, C), rows sum to 1.

    Returns:
        `test_accuracy`, `test_balanced_accuracy` (mean recall over the classes that occur in `y`), `test_log_loss`
        (nats; probabilities are kept above 1e-7), `test_auc` (`area_under_curve`) and `test_ece`
        (`expected_calibration_error`).
    """
    predicted = probabilities.argmax(axis=1)
    hit = predicted == y
    recalls = [hit[y == c].mean() for c in np.unique(y)]
    true_class = np.clip(probabilities[np.arange(len(y)), y], 1e-7, 1)
    return {
        "test_accuracy": float(hit.mean()),
        "test_balanced_accuracy": float(np.mean(recalls)),
        "test_log_loss": float(-np.log(true_class).mean()),
        "test_auc": area_under_curve(y, probabilities),
        "test_ece": expected_calibration_error(hit, probabilities.max(axis=1)),
    }


def area_under_curve(y: np.ndarray, probabilities: np.ndarray) -> float:
    """Area under the receiver operating characteristic, in [0, 1].

    With more than two classes it is the mean over the classes that occur, each against all others (Provost and Domingos
    2000). With two classes it is the ordinary one. If all rows are of one class it is 0.5.

    Args:
        y: (n,) classes.
        probabilities: (n, C).
    """
    classes = np.unique(y)
    if len(classes) < 2:
        return 0.5
    return float(np.mean([roc_auc_score(y == c, probabilities[:, c]) for c in classes]))


def expected_calibration_error(hit: np.ndarray, confidence: np.ndarray) -> float:
    """Mean absolute difference between confidence and accuracy, in [0, 1] (Guo et al. 2017).

    The mean is over 15 bins of confidence of equal width, weighted by the number of rows in each.

    Args:
        hit: (n,) bool, whether the predicted class was right.
        confidence: (n,) probability of the predicted class, in [0, 1].
    """
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    gaps = np.bincount(bins, weights=confidence - hit, minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum() / len(hit))


def peak_signal_to_noise_ratio(x: np.ndarray, other: np.ndarray) -> float:
    """Peak signal-to-noise ratio in decibels, for features whose largest possible value is 1.

    It is -10 log10 of the mean squared error over all inputs; infinite if both arrays are the same.
    """
    error = mean_squared_error(x, other)
    return math.inf if error == 0 else -10 * math.log10(error)


def mean_squared_error(x: np.ndarray, reconstruction: np.ndarray) -> float:
    """Mean squared difference of two arrays of the same shape, over inputs and features, summed in double precision."""
    return float(np.mean(np.square(x - reconstruction), dtype=np.float64))
