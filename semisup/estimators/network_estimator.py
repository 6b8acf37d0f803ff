"""Base class of both estimators: inputs for the network, codes, parameters as settings, and pickles."""

from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from semisup.data import scaling as scalings
from semisup.data.columns import Columns
from semisup.data.dataset import UNLABELLED, Dataset
from semisup.data.row_origin import in_file
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.estimators import float64, inputs
from semisup.estimators.packing import PackedModel, packed, unpacked


class NetworkEstimator(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """An estimator that holds Keras models.

    Attributes:
        encoder_: Keras model, (batch, *shape) inputs in [0, 1] to (batch, code_size) codes.
        scaling_: how inputs are brought to [0, 1].
    """

    encoder_: keras.Model
    scaling_: Scaling | Columns

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return (n, code_size) float64 codes of (n, features) inputs."""
        x = self._network_inputs(X)
        return float64.predict(self.encoder_, x)

    def _network_inputs(self, X: ArrayLike) -> np.ndarray:
        """Bring (n, features) inputs to [0, 1] and return them as (n, *shape) float32."""
        check_is_fitted(self)
        table = isinstance(self.scaling_, Columns)
        X = inputs.checked(self, X, reset=False, table=table)
        return inputs.preprocessed(X if table else X.reshape(-1, *self.encoder_.input_shape[1:]), self.scaling_)

    def _options(self, *names: str) -> dict[str, Any]:
        """Return parameters as the settings expect them, by name."""
        return {name: _plain(getattr(self, name)) for name in names}

    @property
    def _n_features_out(self) -> int:
        return self.encoder_.output_shape[-1]

    def __getstate__(self) -> dict[str, Any]:
        """Return the state with plain data for models and preprocessing, so that a file holds few types of ours."""
        state = super().__getstate__()
        models = {name: packed(value) for name, value in state.items() if isinstance(value, keras.Model)}
        scaling = {"scaling_": self.scaling_.to_json()} if "scaling_" in state else {}
        return state | models | scaling

    def __setstate__(self, state: dict[str, Any]) -> None:
        models = {name: unpacked(value) for name, value in state.items() if isinstance(value, PackedModel)}
        scaling = {"scaling_": scalings.from_json(state["scaling_"])} if "scaling_" in state else {}
        super().__setstate__(state | models | scaling)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "encoder_")


def of_shape(X: np.ndarray, shape: tuple[int, ...] | None) -> np.ndarray:
    """Reshape (n, features) inputs to (n, height, width, channels) images. Without a shape, return them as they are.

    Raises:
        InputError: the shape is not that of an image with this number of features.
    """
    if shape is None:
        return X
    sides = _plain(shape)
    if not isinstance(sides, list) or len(sides) not in (2, 3) or not all(isinstance(n, int) and n > 0 for n in sides):
        raise InputError(f"input_shape: expected (height, width) or (height, width, channels), found {shape!r}")
    if np.prod(sides) != X.shape[1]:
        raise InputError(f"input_shape: expected the shape of {X.shape[1]} features, found {shape!r}")
    return X.reshape(-1, *(sides if len(sides) == 3 else [*sides, 1]))


def training_set(
    x: np.ndarray, scaling: Scaling | Columns | None, y: np.ndarray | None = None, classes: int = 0
) -> Dataset:
    """Make a dataset of training inputs and labels in memory, with an empty test set.

    Args:
        x: (n, ...) float32 inputs in [0, 1].
        scaling: how they were brought there; None where nothing asks.
        y: (n,) classes, -1 where unlabelled. None means that all are unlabelled.
        classes: number of classes.
    """
    y = np.full(len(x), UNLABELLED) if y is None else y
    names, origin = [str(c) for c in range(classes)], in_file("X", np.arange(len(x)))
    return Dataset("X", x, y, x[:0], y[:0], names, scaling, held_out=False, origin=origin)


def _plain(value: Any) -> Any:
    """Turn values of NumPy into values of Python, and tuples (which defaults have to be) into lists."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
