"""All that a classifier needs to answer for raw inputs: a folder of data files, none of which holds code."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import keras

from semisup.data import scaling as scalings
from semisup.data.scaling import Scaling

if TYPE_CHECKING:
    from semisup.data.columns import Columns

CLASSIFIER = "classifier.keras"
AUTOENCODER = "autoencoder.keras"
SCALING = "scaling.json"
FACTS = "prediction.json"


class Facts(NamedTuple):
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
    def from_json(content: dict[str, Any]) -> "Facts":
        return Facts(**(content | {"shape": tuple(content["shape"])}))


class Bundle(NamedTuple):
    """Attributes:
    classifier: (batch, *shape) in [0, 1] to (batch, C) probabilities.
    autoencoder: of stage one, (batch, *shape) to the same.
    scaling: of the inputs; of a table, its columns.
    facts: what else is known.
    """

    classifier: keras.Model
    autoencoder: keras.Model
    scaling: "Scaling | Columns"
    facts: Facts


def write(folder: Path, bundle: Bundle) -> None:
    """Write into a folder that is there."""
    bundle.classifier.save(folder / CLASSIFIER)
    bundle.autoencoder.save(folder / AUTOENCODER)
    (folder / SCALING).write_text(json.dumps(bundle.scaling.to_json()))
    (folder / FACTS).write_text(json.dumps(bundle.facts._asdict()))


def read(folder: Path) -> Bundle:
    """Read back what `write` has written.

    Raises:
        OSError, ValueError, KeyError, TypeError: a file is missing or damaged.
    """
    # Keras' safe mode, the default: no code from the files is run
    classifier, autoencoder = (keras.saving.load_model(folder / name) for name in (CLASSIFIER, AUTOENCODER))
    scaling = scalings.from_json(json.loads((folder / SCALING).read_text()))
    return Bundle(classifier, autoencoder, scaling, Facts.from_json(json.loads((folder / FACTS).read_text())))
