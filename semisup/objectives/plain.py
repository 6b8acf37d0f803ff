"""Plain: mean squared error between input and reconstruction, and nothing else."""

import keras

from semisup.objectives.objective import Objective
from semisup.settings import PretrainSettings


def training_model(encoder: keras.Model, decoder: keras.Model, settings: PretrainSettings) -> keras.Model:
    """The decoder after the encoder: (batch, *shape) to (batch, *shape)."""
    return keras.Model(encoder.input, decoder(encoder.output), name="autoencoder")


OBJECTIVE = Objective(training_model)
