"""Write a classifier as an ONNX file, from raw inputs to calibrated probabilities."""

import json
import warnings
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from semisup.data.scaling import Scaling
from semisup.serving.bundle import Bundle
from semisup.serving.predictor import LEAST


def whole(bundle: Bundle) -> keras.Model:
    """Return preprocessing, classifier and temperature as one model of stock Keras layers.

    It maps (batch, *shape) float32 inputs to (batch, C) probabilities. The inputs are raw. Only for a table
    are they features in [0, 1].
    """
    inputs = keras.Input(bundle.metadata.shape, name="inputs")
    x = inputs
    if isinstance(bundle.scaling, Scaling):
        low, high = bundle.scaling.low, bundle.scaling.high
        width = np.where(high > low, high - low, 1)
        x = ops.clip(layers.Rescaling((1 / width).tolist(), (-low / width).tolist())(x), 0, 1)
    probabilities = bundle.classifier(x)
    if bundle.metadata.temperature != 1:
        logits = ops.log(ops.clip(probabilities, LEAST, 1))
        probabilities = ops.softmax(logits / bundle.metadata.temperature)
    return keras.Model(inputs, layers.Identity(name="probabilities")(probabilities))


def write(model: keras.Model, class_names: list[str], path: Path) -> None:
    """Write a model as an ONNX file. Its metadata hold the names of the classes, a JSON list under `classes`."""
    import onnx

    model(np.zeros((1, *model.input_shape[1:]), np.float32))  # Keras exports only a model that has been called
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tf2onnx warns about its own use of NumPy
        model.export(path, format="onnx", verbose=False)
    exported = onnx.load(path)
    onnx.helper.set_model_props(exported, {"classes": json.dumps(class_names)})
    onnx.save(exported, path)


def answers(path: Path, x: np.ndarray, batch: int) -> np.ndarray:
    """Return the (n, C) probabilities that onnxruntime computes for (n, *shape) float32 inputs, `batch` at a time."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (model_input,) = session.get_inputs()
    parts = [session.run(None, {model_input.name: x[start : start + batch]})[0] for start in range(0, len(x), batch)]
    return np.concatenate(parts)
