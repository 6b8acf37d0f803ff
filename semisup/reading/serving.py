"""Log a reader as a model of MLflow: a Keras model from images to symbols, and a file that turns symbols into texts."""

import json
import tempfile
import warnings
from pathlib import Path

import keras
import mlflow
import numpy as np
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema, TensorSpec

from semisup.reading import decoder, vocabulary
from semisup.reading.training import Reader, of_each
from semisup.system import provenance
from semisup.system.interrupts import uninterrupted

SERVED = Path(__file__).with_name("served.py")


def model(trained: Reader) -> keras.Model:
    """Return a model of stock layers from (batch, images, *shape) to (batch, length) symbols, by greedy search."""
    images, vectors = of_each(trained.front, trained.images)
    return keras.Model(images, decoder.greedy(trained.decoder)(vectors), name="reader")


def log_reader(trained: Reader) -> None:
    """Log a reader to the MLflow run that is active.

    MLflow's pyfunc loads it without this package and without unpickling. Ctrl-C has an effect only after it is written.
    """
    whole = model(trained)
    signature = ModelSignature(
        Schema([TensorSpec(np.dtype("float32"), (-1, *whole.input_shape[1:]))]), Schema([ColSpec("string")])
    )
    requirements = [f"{name}=={provenance.version(name)}" for name in ("tensorflow", "keras", "numpy", "mlflow")]
    with uninterrupted(), tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # MLflow asks for type hints and examples; the signature is enough
        files = {"model": Path(folder) / "reader.keras", "symbols": Path(folder) / "symbols.json"}
        whole.save(files["model"])
        files["symbols"].write_text(json.dumps(["", "", *vocabulary.alphabet(trained.language)]))
        mlflow.pyfunc.log_model(
            name="reader",
            python_model=str(SERVED),
            artifacts={name: str(path) for name, path in files.items()},
            signature=signature,
            pip_requirements=requirements,
        )
