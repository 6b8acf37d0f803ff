"""What an objective has to offer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
from matplotlib.figure import Figure

from semisup.settings.objectives import CodeOptions


@dataclass(frozen=True)
class Evaluation:
    """What an objective says of itself after training, beyond the reconstruction error.

    Attributes:
        metrics: by name.
        figures: by file name.
        models: functional models of stock layers by name, logged beside encoder and decoder.
    """

    metrics: dict[str, float] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    models: dict[str, keras.Model] = field(default_factory=dict)


def _nothing(*_: Any) -> Evaluation:
    return Evaluation()


def _unbounded(network: str, *_: Any) -> str | None:
    return None


def named(network: str, code: CodeOptions, *_: Any) -> str | None:
    """The activation of the code that the options name, of an objective whose first group they are."""
    return None if code.code_activation == "linear" else code.code_activation


@dataclass(frozen=True)
class Objective:
    """One way to train an encoder and a decoder without labels.

    Each of its functions takes, behind what is said here, the groups of options that its row names, in that order.

    Attributes:
        training_model: (encoder, decoder, *options) to a model that maps a batch of inputs to their reconstructions
            through the given encoder and decoder. What an objective corrupts, samples or penalises (`add_loss`) lives
            in this model, never in the encoder or the decoder.
        code_activation: of the encoder's code, from (network, *options); None leaves it unbounded.
        mean_squared_error: whether the mean squared error between reconstruction and clean input is part of the loss;
            else the added losses are all of it.
        evaluate: (training model, encoder, decoder, dataset, *options) to an `Evaluation`.
        batch_statistics: from the options, whether a loss is a function of means over the batch (`global_batch.mean`).
    """

    training_model: Callable[..., keras.Model]
    code_activation: Callable[..., str | None] = _unbounded
    mean_squared_error: bool = True
    evaluate: Callable[..., Evaluation] = _nothing
    batch_statistics: Callable[..., bool] = lambda *options: False
