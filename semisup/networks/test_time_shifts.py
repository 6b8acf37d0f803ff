"""Average the outputs of a network over an image and slightly shifted copies of it.

This is test-time augmentation (Krizhevsky, Sutskever and Hinton 2012). It helps because a difficult image is often
classified correctly at most positions, but not at all of them.
"""

from itertools import product

import keras
from keras import layers

SHIFT = 1 / 28  # fraction of the side; one pixel of MNIST's images


def averaged(model: keras.Model) -> keras.Model:
    """Return a model that averages the outputs of `model` over an image and four diagonally shifted copies.

    Args:
        model: takes (batch, height, width, channels). Its weights are shared, not copied.

    Returns:
        A functional model of Keras' own layers, with inputs and outputs of the same shapes. The shift is a 28th of the
        side, at least one pixel. Pixels from outside the image are 0.
    """
    image = keras.Input(model.input_shape[1:], name="input")
    down, across = (max(round(side * SHIFT), 1) for side in model.input_shape[1:3])
    copies = [_shifted(image, y, x) for y, x in product((-down, down), (-across, across))]
    mean = layers.Average(name="mean_of_shifts")([model(copy) for copy in (image, *copies)])
    return keras.Model(image, mean, name=model.name)


def _shifted(image: keras.KerasTensor, down: int, across: int) -> keras.KerasTensor:
    """Shift images by `down` and `across` pixels, which may be negative."""
    before, after = ((max(down, 0), max(across, 0)), (max(-down, 0), max(-across, 0)))
    filled = layers.ZeroPadding2D(tuple(zip(before, after, strict=True)))(image)
    return layers.Cropping2D(tuple(zip(after, before, strict=True)))(filled)  # (batch, height, width, channels)
