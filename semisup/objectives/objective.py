"""What an objective has to offer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
from matplotlib.figure import Figure

from semisup.data import Dataset
from semisup.settings import PretrainSettings


@dataclass(frozen=True)
class Evaluation:
    """What an objective says of itself after training, beyond the reconstruction error.

    Attributes:
        figures: metrics by name.
        pictures: by file name.
        models: functional models of stock layers by name, logged beside encoder and decoder.
    """

    figures: dict[str, float] = field(default_factory=dict)
    pictures: dict[str, Figure] = field(default_factory=dict)
    models: dict[str, keras.Model] = field(default_factory=dict)


def _nothing(*_: Any) -> Evaluation:
    return Evaluation()


def _named(settings: PretrainSettings) -> str | None:
    return None if settings.code_activation == "linear" else settings.code_activation


@dataclass(frozen=True)
class Objective:
    """One way to train an encoder and a decoder without labels.

    Attributes:
        training_model: (encoder, decoder, settings) to a model that maps a batch of inputs to their reconstructions
            through the given encoder and decoder. What an objective corrupts, samples or penalises (`add_loss`) lives
            in this model, never in the encoder or the decoder.
        code_activation: of the encoder's code, from the settings; None leaves it unbounded. By default what they name.
        mean_squared_error: whether the mean squared error between reconstruction and clean input is part of the loss;
            else the added losses are all of it.
        evaluate: (training model, encoder, decoder, dataset, settings) to an `Evaluation`.
        batch_statistics: from the settings, whether a loss is a function of means over the batch (`whole_batch.mean`).
        strength: the default of `settings.strength`.
    """

    training_model: Callable[[keras.Model, keras.Model, PretrainSettings], keras.Model]
    code_activation: Callable[[PretrainSettings], str | None] = _named
    mean_squared_error: bool = True
    evaluate: Callable[[keras.Model, keras.Model, keras.Model, Dataset, PretrainSettings], Evaluation] = _nothing
    batch_statistics: Callable[[PretrainSettings], bool] = lambda settings: False
    strength: float | None = None
