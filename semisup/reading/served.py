"""The reader as MLflow serves it, from images to texts.

MLflow stores this file with the model and runs it where this package is not installed. So it imports nothing of it.
"""

import json
from pathlib import Path
from typing import Any

import keras
import mlflow
import numpy as np


class ServedReader(mlflow.pyfunc.PythonModel):
    """A model from (n, images, *shape) float32 in [0, 1] to n texts, by greedy search."""

    def load_context(self, context: Any) -> None:
        self.model = keras.saving.load_model(context.artifacts["model"])  # safe mode: no code from the file is run
        self.symbols = json.loads(Path(context.artifacts["symbols"]).read_text())  # of END, START and the alphabet

    def predict(self, context: Any, model_input: np.ndarray, params: dict[str, Any] | None = None) -> np.ndarray:
        shape = self.model.input_shape[1:]
        if model_input.shape[1:] != shape or not len(model_input):
            raise ValueError(f"images: expected at least one sequence of shape {shape}, found {model_input.shape}")
        texts = []
        for row in np.asarray(self.model(model_input, training=False)):
            ends = np.flatnonzero(row == 0)
            texts.append("".join(self.symbols[symbol] for symbol in row[: ends[0] if len(ends) else None]))
        return np.array(texts)


mlflow.models.set_model(ServedReader())
