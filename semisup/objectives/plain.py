"""Plain: mean squared error between input and reconstruction, and nothing else."""

import keras


def training_model(encoder: keras.Model, decoder: keras.Model) -> keras.Model:
    """The decoder after the encoder: (batch, *shape) to (batch, *shape)."""
    return keras.Model(encoder.input, decoder(encoder.output), name="autoencoder")
