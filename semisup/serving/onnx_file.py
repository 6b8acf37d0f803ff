"""A classifier as an ONNX file, from raw inputs to calibrated probabilities."""

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
    """Preprocessing, classifier and temperature as one model of stock layers: (batch, *shape) float32 to (batch, C)
    probabilities. The inputs are as they come, but those of a table, which are its features in [0, 1]."""
    given = keras.Input(bundle.metadata.shape, name="inputs")
    x = given
    if isinstance(bundle.scaling, Scaling):
        low, high = bundle.scaling.low, bundle.scaling.high
        width = np.where(high > low, high - low, 1)
        x = ops.clip(layers.Rescaling((1 / width).tolist(), (-low / width).tolist())(x), 0, 1)
    probabilities = bundle.classifier(x)
    if bundle.metadata.temperature != 1:
        logits = ops.log(ops.clip(probabilities, LEAST, 1))
        probabilities = ops.softmax(logits / bundle.metadata.temperature)
    return keras.Model(given, layers.Identity(name="probabilities")(probabilities))


def write(model: keras.Model, class_names: list[str], path: Path) -> None:
    """Write an ONNX file whose metadata have the names of the classes, a JSON list under `classes`."""
    import onnx

    model(np.zeros((1, *model.input_shape[1:]), np.float32))  # Keras exports what has been called
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tf2onnx, about its own use of NumPy
        model.export(path, format="onnx", verbose=False)
    made = onnx.load(path)
    onnx.helper.set_model_props(made, {"classes": json.dumps(class_names)})
    onnx.save(made, path)


def answers(path: Path, x: np.ndarray, batch: int) -> np.ndarray:
    """(n, C) probabilities that onnxruntime gives for (n, *shape) float32 inputs."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    parts = [session.run(None, {given.name: x[start : start + batch]})[0] for start in range(0, len(x), batch)]
    return np.concatenate(parts)
