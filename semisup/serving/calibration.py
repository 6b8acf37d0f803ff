"""What labels that were kept out of training say about a classifier's probabilities."""

import numpy as np
from scipy.optimize import minimize_scalar

from semisup.metrics.scores import classification
from semisup.serving.bundle import PredictionMetadata
from semisup.serving.predictor import LEAST, conformal_sets, with_temperature

TEMPERATURES = (0.05, 20.0)  # the search is within them
ERROR_RATE = 0.1  # of the sets whose coverage is measured


def temperature(probabilities: np.ndarray, y: np.ndarray) -> float:
    """The temperature that minimises the log loss of labels that were not trained on (Guo et al. 2017), each of them
    smoothed to 1 - 1 / (n + 2) (Platt 1999): few labels that are all predicted right are no proof of certainty.

    Args:
        probabilities: (n, C).
        y: (n,) true classes.
    """

    targets = np.full(probabilities.shape, 1 / (len(y) + 2) / (probabilities.shape[1] - 1))  # (n, C)
    targets[np.arange(len(y)), y] = 1 - 1 / (len(y) + 2)

    def log_loss(log_temperature: float) -> float:
        shares = with_temperature(probabilities, np.exp(log_temperature))
        return -(targets * np.log(np.maximum(shares, LEAST))).sum(axis=1).mean()

    return float(np.exp(minimize_scalar(log_loss, bounds=np.log(TEMPERATURES), method="bounded").x))


def conformity(probabilities: np.ndarray, y: np.ndarray) -> list[float]:
    """Sorted scores 1 - probability of the true class, for split conformal prediction (Vovk et al. 2005; Sadinle et al.
    2019).

    They take the probabilities as the classifier gives them: the temperature comes from the same labels, which the
    guarantee does not allow.
    """
    return np.sort(1 - probabilities[np.arange(len(y)), y].astype(np.float64)).tolist()


def metrics(y: np.ndarray, probabilities: np.ndarray, metadata: PredictionMetadata) -> dict[str, float]:
    """What the calibration is worth on (m,) test classes and their (m, C) probabilities as the classifier gives them:
    log loss and calibration error after the temperature; for conformal sets at an error rate of 0.1 the share that
    has the true class, the share that is not one class, and the accuracy where it is one."""
    tempered = classification(y, with_temperature(probabilities, metadata.temperature))
    sets = conformal_sets(probabilities, metadata.conformity, ERROR_RATE)  # (m, C)
    sure = sets.sum(axis=1) == 1
    found = {
        "temperature": metadata.temperature,
        "test_log_loss_calibrated": tempered["test_log_loss"],
        "test_ece_calibrated": tempered["test_ece"],
        "test_coverage": float(sets[np.arange(len(y)), y].mean()),
        "test_abstained": float(1 - sure.mean()),
    }
    if sure.any():
        found["test_answered_accuracy"] = float((probabilities.argmax(axis=1) == y)[sure].mean())
    return found
