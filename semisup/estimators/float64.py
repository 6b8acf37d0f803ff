"""Predict in double precision.

In single precision, the last bits of a row's result depend on the other rows of the batch. scikit-learn requires that
they do not.
"""

from weakref import WeakKeyDictionary

import keras
import numpy as np

from semisup import networks
from semisup.estimators.packing import packed, unpacked

_DOUBLES: WeakKeyDictionary[keras.Model, keras.Model] = WeakKeyDictionary()  # float64 copies of trained models


def predict(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Return float64 outputs of a single-precision model for (n, ...) inputs."""
    if model not in _DOUBLES:
        single = packed(model)
        _DOUBLES[model] = unpacked(single._replace(architecture=single.architecture.replace('"float32"', '"float64"')))
    return networks.predict(_DOUBLES[model], x)
