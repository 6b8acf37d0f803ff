"""Detectors of PyOD (Zhao et al. 2019; the extra `semisup[anomaly]`) on the same rows, with PyOD's own settings: an
autoencoder, where PyTorch is installed; isolation forest (Liu et al. 2008); one-class SVM (Schölkopf et al. 2001)."""

import importlib.util

import numpy as np

NAMES = ("pyod_autoencoder", "pyod_isolation_forest", "pyod_one_class_svm")


def available() -> list[str]:
    """Those of `NAMES` that can be run here."""
    installed = {name: importlib.util.find_spec(name) is not None for name in ("pyod", "torch")}
    return [name for name in NAMES if installed["pyod"] and (installed["torch"] or name != "pyod_autoencoder")]


def scores(name: str, fit: np.ndarray, rows: np.ndarray, seed: int) -> np.ndarray:
    """(m,) scores of (m, features) rows, higher for what is more anomalous, by a detector fitted to (n, features)
    normal ones."""
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
