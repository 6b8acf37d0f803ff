"""Detectors of PyOD (Zhao et al. 2019) on the same rows, with PyOD's default settings, to compare with.

They are an autoencoder, if PyTorch is installed; isolation forest (Liu et al. 2008); and a one-class SVM (Schölkopf et
al. 2001). They need the extra `semisup[anomaly]`.
"""

import importlib.util

import numpy as np

NAMES = ("pyod_autoencoder", "pyod_isolation_forest", "pyod_one_class_svm")


def available() -> list[str]:
    """Return those of `NAMES` whose packages are installed."""
    installed = {name: importlib.util.find_spec(name) is not None for name in ("pyod", "torch")}
    return [name for name in NAMES if installed["pyod"] and (installed["torch"] or name != "pyod_autoencoder")]


def scores(name: str, fit: np.ndarray, rows: np.ndarray, seed: int) -> np.ndarray:
    """Return (m,) scores of rows by a detector: the more anomalous a row, the higher.

    Args:
        name: one of `NAMES`.
        fit: (n, features) normal rows that the detector is fitted to.
        rows: (m, features) rows to score.
        seed: seed of the detector.
    """
    detector = _new(name, seed)
    detector.fit(fit)
    return detector.decision_function(rows)


def _new(name: str, seed: int):  # noqa: ANN202, PyOD is optional
    if name == "pyod_autoencoder":
        from pyod.models.auto_encoder import AutoEncoder

        return AutoEncoder(random_state=seed, verbose=0)
    if name == "pyod_isolation_forest":
        from pyod.models.iforest import IForest

        return IForest(random_state=seed)
    from pyod.models.ocsvm import OCSVM

    return OCSVM()
