"""The classifier head: Gaussian noise on the code, hidden ReLU layers with dropout, a softmax over the classes."""

import keras
import numpy as np
from keras import layers


def build(codes: np.ndarray, widths: list[int], noise: float, dropout: float, classes: int) -> keras.Model:
    """Build a head for an encoder that gives such codes.

    The codes' scale is arbitrary, so the first layer standardises them with the mean and variance of the given ones,
    for which no label is needed. It is a BatchNorm that is never trained, so that both are weights of the model.

    Args:
        codes: (n, code_size) float32.
        widths: units of the hidden layers; [] is multinomial logistic regression.
        noise: standard deviation of the noise on the standardised code while training, in [0, 1); with few labels it
            spreads each of them over its neighbourhood (Bishop 1995).
        dropout: share of units dropped after each hidden layer while training, in [0, 1).
        classes: how many.

    Returns:
        A model from (batch, code_size) to (batch, classes) probabilities; initial weights and dropout come from the
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
