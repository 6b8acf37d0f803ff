"""Calibrate a classifier's probabilities with labels that were kept out of training."""

import numpy as np
from scipy.optimize import minimize_scalar

from semisup.metrics.scores import classification
from semisup.serving.bundle import PredictionMetadata
from semisup.serving.predictor import LEAST, conformal_sets, with_temperature

TEMPERATURES = (0.05, 20.0)  # bounds of the search
ERROR_RATE = 0.1  # of the conformal sets that `metrics` measures


def temperature(probabilities: np.ndarray, y: np.ndarray) -> float:
    """Return the temperature that minimises the log loss of labels that were not trained on (Guo et al. 2017).

    The target of each true class is smoothed to 1 - 1 / (n + 2) (Platt 1999): a few labels that are all predicted right
    do not prove certainty.

    Args:
        probabilities: (n, C) probabilities of the classifier.
        y: (n,) true classes.
    """
    targets = np.full(probabilities.shape, 1 / (len(y) + 2) / (probabilities.shape[1] - 1))  # (n, C)
    targets[np.arange(len(y)), y] = 1 - 1 / (len(y) + 2)

    def log_loss(log_temperature: float) -> float:
        tempered = with_temperature(probabilities, np.exp(log_temperature))
        return -(targets * np.log(np.maximum(tempered, LEAST))).sum(axis=1).mean()

    return float(np.exp(minimize_scalar(log_loss, bounds=np.log(TEMPERATURES), method="bounded").x))


def conformity(probabilities: np.ndarray, y: np.ndarray) -> list[float]:
    """Return the sorted scores 1 - probability of the true class, for split conformal prediction.

    (Vovk et al. 2005; Sadinle et al. 2019.) The probabilities are taken before the temperature. The temperature is
    fitted to the same labels, and then the guarantee of conformal prediction would not hold.

    Args:
        probabilities: (n, C) probabilities of the classifier.
        y: (n,) true classes.
    """
    return np.sort(1 - probabilities[np.arange(len(y)), y].astype(np.float64)).tolist()


def metrics(y: np.ndarray, probabilities: np.ndarray, metadata: PredictionMetadata) -> dict[str, float]:
    """Return metrics of the calibration on the test set.

    - `temperature`;
    - `test_log_loss_calibrated`, `test_ece_calibrated`: log loss and calibration error after the temperature;
    - `test_coverage`: fraction of the conformal sets, at an error rate of 0.1, that hold the true class;
    - `test_abstained`: fraction of the sets that are not exactly one class;
    - `test_answered_accuracy`: accuracy where the set is one class, if there are such inputs.

    Args:
        y: (m,) test classes.
        probabilities: (m, C) probabilities of the classifier, before the temperature.
        metadata: the calibration.
    """
    tempered = classification(y, with_temperature(probabilities, metadata.temperature))
    sets = conformal_sets(probabilities, metadata.conformity, ERROR_RATE)  # (m, C)
    sure = sets.sum(axis=1) == 1
    values = {
        "temperature": metadata.temperature,
        "test_log_loss_calibrated": tempered["test_log_loss"],
        "test_ece_calibrated": tempered["test_ece"],
        "test_coverage": float(sets[np.arange(len(y)), y].mean()),
        "test_abstained": float(1 - sure.mean()),
    }
    if sure.any():
        values["test_answered_accuracy"] = float((probabilities.argmax(axis=1) == y)[sure].mean())
    return values
