"""All that a classifier needs to answer for raw inputs, and a folder of data files for it. No file holds code."""

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
    """What a classifier needs besides its networks and the scaling.

    Attributes:
        class_names: names of the C classes.
        shape: shape of one input of the network.
        errors: mean squared errors of stage one's reconstructions of up to 1,000 training inputs, sorted.
        temperature: the logits are divided by it; 1 if no labels were kept to calibrate with.
        conformity: 1 - probability of the true class (before the temperature) of the labels that were kept out of
            training, sorted; None if none were kept.
    """

    class_names: list[str]
    shape: tuple[int, ...]
    errors: list[float]
    temperature: float = 1.0
    conformity: list[float] | None = None

    @staticmethod
    def from_json(content: dict[str, Any]) -> "PredictionMetadata":
        """Check the content of a JSON file and return it as metadata.

        Raises:
            ValueError, TypeError, KeyError: an attribute is missing, unknown, or not as described above.
        """
        metadata = PredictionMetadata(**(content | {"shape": tuple(content["shape"])}))
        if not (1 <= len(metadata.shape) <= 3 and all(type(n) is int and n > 0 for n in metadata.shape)):
            raise ValueError(f"shape: expected one to three whole numbers above 0, found {metadata.shape}")
        if not (isinstance(metadata.class_names, list) and all(isinstance(name, str) for name in metadata.class_names)):
            raise ValueError("class_names: expected texts")
        for name, numbers in (("errors", metadata.errors), ("conformity", metadata.conformity or [0.0])):
            values = np.asarray(numbers, np.float64)
            if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
                raise ValueError(f"{name}: expected a list of numbers")
        if not (np.isfinite(metadata.temperature) and metadata.temperature > 0):
            raise ValueError(f"temperature: expected a number above 0, found {metadata.temperature}")
        return metadata


class Bundle(NamedTuple):
    """All that a classifier needs to answer for raw inputs.

    Attributes:
        classifier: (batch, *shape) in [0, 1] to (batch, C) probabilities.
        autoencoder: that of stage one, (batch, *shape) to the same shape.
        scaling: scaling of the inputs; for a table, its columns.
        metadata: what it needs besides.
    """

    classifier: keras.Model
    autoencoder: keras.Model
    scaling: "Scaling | Columns"
    metadata: PredictionMetadata


def write(folder: Path, bundle: Bundle) -> None:
    """Write a bundle into an existing folder."""
    bundle.classifier.save(folder / CLASSIFIER)
    bundle.autoencoder.save(folder / AUTOENCODER)
    (folder / SCALING).write_text(json.dumps(bundle.scaling.to_json()))
    (folder / METADATA).write_text(json.dumps(bundle.metadata._asdict()))


def read(folder: Path) -> Bundle:
    """Read back a bundle that `write` has written.

    Raises:
        OSError, ValueError, KeyError, TypeError: a file is missing or damaged.
    """
    classifier, autoencoder = (read_model(folder / name) for name in (CLASSIFIER, AUTOENCODER))
    scaling = scalings.from_json(json.loads((folder / SCALING).read_text()))
    return Bundle(
        classifier, autoencoder, scaling, PredictionMetadata.from_json(json.loads((folder / METADATA).read_text()))
    )
