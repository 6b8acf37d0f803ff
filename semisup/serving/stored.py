"""The bundle of a stage-two run, from what it and its stage-one run have logged."""

import json
from pathlib import Path

import keras
import mlflow
import numpy as np

from semisup import networks, records
from semisup.data import Dataset
from semisup.serving.bundle import FACTS, Bundle, Facts
from semisup.store import unreadable
from semisup.stored_runs import StoredRun

ERRORS_KEPT = 1000  # training inputs whose reconstruction errors go with a run, evenly spaced


def read(run: StoredRun) -> Bundle:
    """Of a finished stage-two run.

    Raises:
        InputError: a part is missing or damaged.
    """
    try:
        path = Path(mlflow.artifacts.download_artifacts(f"runs:/{run.run_id}/{FACTS}"))
        facts = Facts.from_json(json.loads(path.read_text()))
    except Exception as error:  # whatever the artifact store is, whatever is wrong with the file
        raise unreadable(run.run_id, FACTS, error) from None
    halves = (records.read_model(run.parameters["pretrain_run"], half) for half in ("encoder", "decoder"))
    return Bundle(records.read_model(run.run_id, "classifier"), autoencoder(*halves), run.scaling, facts)


def autoencoder(encoder: keras.Model, decoder: keras.Model) -> keras.Model:
    """Both halves as one."""
    return keras.Model(encoder.input, decoder(encoder.output), name="autoencoder")


def facts(dataset: Dataset, encoder: keras.Model, decoder: keras.Model) -> Facts:
    """Without calibration."""
    x = dataset.x_train[:: -(-len(dataset.x_train) // ERRORS_KEPT)]
    squares = np.square(x - networks.predict(decoder, networks.predict(encoder, x)))
    errors = squares.reshape(len(x), -1).mean(axis=1)
    return Facts(dataset.class_names, dataset.shape, np.sort(errors).tolist())
