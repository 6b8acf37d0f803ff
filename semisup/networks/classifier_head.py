"""The classifier head: Gaussian noise on the code, hidden ReLU layers with dropout, a softmax over the classes."""

import keras
import numpy as np
from keras import layers


def build(codes: np.ndarray, widths: list[int], noise: float, dropout: float, classes: int) -> keras.Model:
    """Build a head for the codes of an encoder.

    The scale of the codes is arbitrary, so the first layer standardises them with the mean and variance of `codes`.
    This needs no labels. The layer is a BatchNormalization that is never trained, so mean and variance are weights of
    the model.

    Args:
        codes: (n, code_size) float32, codes of the training inputs.
        widths: units of the hidden layers; [] is multinomial logistic regression.
        noise: standard deviation of the noise on the standardised code during training, in [0, 1). With few labels, it
            spreads each label over the neighbourhood of its code (Bishop 1995).
        dropout: fraction of units dropped after each hidden layer during training, in [0, 1).
        classes: number of classes.

    Returns:
        A model from (batch, code_size) to (batch, classes) probabilities. Initial weights and dropout come from the
        global Keras seed.
    """
    code = keras.Input(codes.shape[1:], name="code")
    standardise = layers.BatchNormalization(
        center=False, scale=False, epsilon=1e-6, trainable=False, name="standardise"
    )
    x = standardise(code)
    standardise.set_weights([codes.mean(axis=0), codes.var(axis=0)])
    x = layers.GaussianNoise(noise)(x)  # (batch, code_size)
    for width in widths:
        x = layers.Dense(width, activation="relu", kernel_initializer="he_normal")(x)
        x = layers.Dropout(dropout)(x)
    return keras.Model(code, layers.Dense(classes, activation="softmax", name="class")(x), name="classifier")
