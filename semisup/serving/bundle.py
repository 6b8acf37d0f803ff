"""All that a classifier needs to answer for raw inputs: a folder of data files, none of which holds code."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import keras
import numpy as np

from semisup.data import scaling as scalings
from semisup.data.scaling import Scaling
from semisup.system.keras_file import read as read_model

if TYPE_CHECKING:
    from semisup.data.columns import Columns

CLASSIFIER = "classifier.keras"
AUTOENCODER = "autoencoder.keras"
SCALING = "scaling.json"
METADATA = "prediction.json"


class PredictionMetadata(NamedTuple):
    """What is known beside the networks and the scaling.

    Attributes:
        class_names: C names.
        shape: of one input of the network.
        errors: sorted mean squared errors with which stage one reconstructs training inputs, up to 1,000 of them.
        temperature: that the logits are divided by; 1 where no label was kept to find it.
        conformity: sorted 1 - probability of the true class (before the temperature) of the labels that were kept out
            of training; None where none was.
    """

    class_names: list[str]
    shape: tuple[int, ...]
    errors: list[float]
    temperature: float = 1.0
    conformity: list[float] | None = None

    @staticmethod
    def from_json(content: dict[str, Any]) -> "PredictionMetadata":
        metadata = PredictionMetadata(**(content | {"shape": tuple(content["shape"])}))
        if not (1 <= len(metadata.shape) <= 3 and all(type(n) is int and n > 0 for n in metadata.shape)):
            raise ValueError(f"shape: expected one to three whole numbers above 0, found {metadata.shape}")
        if not (isinstance(metadata.class_names, list) and all(isinstance(name, str) for name in metadata.class_names)):
            raise ValueError("class_names: expected texts")
        for name, numbers in (("errors", metadata.errors), ("conformity", metadata.conformity or [0.0])):
            found = np.asarray(numbers, np.float64)
            if found.ndim != 1 or not len(found) or not np.isfinite(found).all():
                raise ValueError(f"{name}: expected a list of numbers")
        if not (np.isfinite(metadata.temperature) and metadata.temperature > 0):
            raise ValueError(f"temperature: expected a number above 0, found {metadata.temperature}")
        return metadata


class Bundle(NamedTuple):
    """Attributes:
    classifier: (batch, *shape) in [0, 1] to (batch, C) probabilities.
    autoencoder: of stage one, (batch, *shape) to the same.
    scaling: of the inputs; of a table, its columns.
    metadata: what else is known.
    """

    classifier: keras.Model
    autoencoder: keras.Model
    scaling: "Scaling | Columns"
    metadata: PredictionMetadata


def write(folder: Path, bundle: Bundle) -> None:
    """Write into a folder that is there."""
    bundle.classifier.save(folder / CLASSIFIER)
    bundle.autoencoder.save(folder / AUTOENCODER)
    (folder / SCALING).write_text(json.dumps(bundle.scaling.to_json()))
    (folder / METADATA).write_text(json.dumps(bundle.metadata._asdict()))


def read(folder: Path) -> Bundle:
    """Read back what `write` has written.

    Raises:
        OSError, ValueError, KeyError, TypeError: a file is missing or damaged.
    """
    classifier, autoencoder = (read_model(folder / name) for name in (CLASSIFIER, AUTOENCODER))
    scaling = scalings.from_json(json.loads((folder / SCALING).read_text()))
    return Bundle(
        classifier, autoencoder, scaling, PredictionMetadata.from_json(json.loads((folder / METADATA).read_text()))
    )
