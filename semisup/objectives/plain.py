"""Plain: minimise the mean squared error between input and reconstruction, and nothing else."""

import keras

from semisup.objectives.objective import Objective, named
from semisup.settings.objectives import CodeOptions


def training_model(encoder: keras.Model, decoder: keras.Model, code: CodeOptions) -> keras.Model:
    """Return a model of the encoder followed by the decoder, (batch, *shape) to (batch, *shape)."""
    return keras.Model(encoder.input, decoder(encoder.output), name="autoencoder")


OBJECTIVE = Objective(training_model, code_activation=named)
