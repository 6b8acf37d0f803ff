"""The reading model as an artifact of a run: stock layers from images to symbols, and a file that turns these into
text."""

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
    """From (batch, images, *shape) to (batch, length) symbols, by greedy search."""
    images, vectors = of_each(trained.front, trained.images)
    return keras.Model(images, decoder.greedy(trained.decoder)(vectors), name="reader")


def log_reader(trained: Reader) -> None:
    """Log to the run of the enclosing `tracking.run` block; MLflow's pyfunc loads it without this package and without
    unpickling. Ctrl-C waits until it is written."""
    whole = model(trained)
    signature = ModelSignature(
        Schema([TensorSpec(np.dtype("float32"), (-1, *whole.input_shape[1:]))]), Schema([ColSpec("string")])
    )
    requirements = [f"{name}=={provenance.version(name)}" for name in ("tensorflow", "keras", "numpy", "mlflow")]
    with uninterrupted(), tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # MLflow would have hints and examples; the signature says it all
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
