"""Make the bundle of a stage-two run from the models that it and its stage-one run have logged."""

import json
from pathlib import Path

import keras
import mlflow
import numpy as np

from semisup import networks
from semisup.data.dataset import Dataset
from semisup.runs.find import StoredRun
from semisup.runs.read import read_model
from semisup.runs.store import unreadable
from semisup.serving.bundle import METADATA, Bundle, PredictionMetadata

ERRORS_KEPT = 1000  # reconstruction errors logged with a run, at most; their training inputs are evenly spaced


def read(run: StoredRun) -> Bundle:
    """Read the bundle of a finished stage-two run.

    Raises:
        InputError: a part is missing or damaged.
    """
    try:
        path = Path(mlflow.artifacts.download_artifacts(f"runs:/{run.run_id}/{METADATA}"))
        metadata = PredictionMetadata.from_json(json.loads(path.read_text()))
    except Exception as error:  # any kind of artifact store, any damage to the file
        raise unreadable(run.run_id, METADATA, error) from None
    halves = (read_model(run.parameters["pretrain_run"], half) for half in ("encoder", "decoder"))
    return Bundle(read_model(run.run_id, "classifier"), autoencoder(*halves), run.scaling, metadata)


def autoencoder(encoder: keras.Model, decoder: keras.Model) -> keras.Model:
    """Join encoder and decoder to one model."""
    return keras.Model(encoder.input, decoder(encoder.output), name="autoencoder")


def metadata(dataset: Dataset, encoder: keras.Model, decoder: keras.Model) -> PredictionMetadata:
    """Return the prediction metadata of a run, without a calibration."""
    x = dataset.x_train[:: -(-len(dataset.x_train) // ERRORS_KEPT)]
    squares = np.square(x - networks.predict(decoder, networks.predict(encoder, x)))
    errors = squares.reshape(len(x), -1).mean(axis=1)
    return PredictionMetadata(dataset.class_names, dataset.shape, np.sort(errors).tolist())
