"""The interface of an objective."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
from matplotlib.figure import Figure

from semisup.settings.objectives import CodeOptions


@dataclass(frozen=True)
class Evaluation:
    """The results that an objective reports after training, besides the reconstruction error.

    Attributes:
        metrics: values by name.
        figures: figures of matplotlib by file name.
        models: functional models of stock layers by name, logged in addition to encoder and decoder.
    """

    metrics: dict[str, float] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    models: dict[str, keras.Model] = field(default_factory=dict)


def _nothing(*_: Any) -> Evaluation:
    return Evaluation()


def _unbounded(network: str, *_: Any) -> str | None:
    return None


def named(network: str, code: CodeOptions, *_: Any) -> str | None:
    """Return the activation that the option `code_activation` names, None for "linear".

    For objectives whose first group of options is `CodeOptions`.
    """
    return None if code.code_activation == "linear" else code.code_activation


@dataclass(frozen=True)
class Objective:
    """One way to train an encoder and a decoder without labels.

    The last arguments of each function, `*options` below, are the groups of options that the objective's row of the
    table names, in the same order.

    Attributes:
        training_model: called with (encoder, decoder, *options); returns a model from a batch of inputs to their
            reconstructions that uses this encoder and this decoder. All corruption, sampling and penalties (`add_loss`)
            belong in this model, never in the encoder or the decoder.
        code_activation: called with (network, *options); returns the Keras name of the code's activation, or None for
            an unbounded code.
        mean_squared_error: whether the mean squared error between reconstruction and clean input is part of the loss;
            if not, the loss is the sum of the losses that layers add.
        evaluate: called with (training model, encoder, decoder, dataset, *options); returns an `Evaluation`.
        batch_statistics: called with (*options); returns whether a loss is a function of means over the batch, which
            are computed by `global_batch.mean`.
    """

    training_model: Callable[..., keras.Model]
    code_activation: Callable[..., str | None] = _unbounded
    mean_squared_error: bool = True
    evaluate: Callable[..., Evaluation] = _nothing
    batch_statistics: Callable[..., bool] = lambda *options: False
