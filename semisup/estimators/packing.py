"""Turn Keras models into plain data for pickles. Keras' own pickling reads models back without its safe mode."""

import json
from typing import NamedTuple

import keras
import numpy as np

from semisup.estimators.seeds import global_states_kept


class PackedModel(NamedTuple):
    """A functional model of stock layers: its architecture as JSON, and its weights."""

    architecture: str
    weights: list[np.ndarray]


def packed(model: keras.Model) -> PackedModel:
    """Return a model as plain data."""
    return PackedModel(model.to_json(), model.get_weights())


def unpacked(content: PackedModel) -> keras.Model:
    """Return the model again.

    Raises:
        ValueError: the architecture has a Lambda layer or another part that would run code of its own.
    """
    with global_states_kept():
        model = keras.saving.deserialize_keras_object(json.loads(content.architecture), safe_mode=True)
    model.set_weights(content.weights)
    return model
