"""Predictions in double precision: in single, the last bits of a row's result depend on the rows that are predicted
with it, which scikit-learn's estimators promise that they do not."""

from weakref import WeakKeyDictionary

import keras
import numpy as np

from semisup import networks
from semisup.estimators.packing import packed, unpacked

_DOUBLES: WeakKeyDictionary[keras.Model, keras.Model] = WeakKeyDictionary()  # models of predictions, by those trained


def predict(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Float64 outputs of a model of single precision for (n, ...) inputs."""
    if model not in _DOUBLES:
        single = packed(model)
        _DOUBLES[model] = unpacked(single._replace(architecture=single.architecture.replace('"float32"', '"float64"')))
    return networks.predict(_DOUBLES[model], x)
