"""What a network makes of an image, averaged over the image and copies of it shifted a little: the hardest images are
often classified rightly in most places though not in all (test-time augmentation; Krizhevsky, Sutskever and Hinton
2012)."""

from itertools import product

import keras
from keras import layers

SHIFT = 1 / 28  # of the side; one pixel of MNIST's images


def averaged(model: keras.Model) -> keras.Model:
    """The mean of what a model makes of an image and of its four copies shifted diagonally.

    Args:
        model: from (batch, height, width, channels); its weights are shared, not copied.

    Returns:
        A functional model of stock layers with the inputs and outputs of `model`. A shift is a 28th of the side, at
        least one pixel; what comes in from outside is 0.
    """
    image = keras.Input(model.input_shape[1:], name="input")
    down, across = (max(round(side * SHIFT), 1) for side in model.input_shape[1:3])
    copies = [_shifted(image, y, x) for y, x in product((-down, down), (-across, across))]
    mean = layers.Average(name="mean_of_shifts")([model(copy) for copy in (image, *copies)])
    return keras.Model(image, mean, name=model.name)


def _shifted(image: keras.KerasTensor, down: int, across: int) -> keras.KerasTensor:
    before, after = ((max(down, 0), max(across, 0)), (max(-down, 0), max(-across, 0)))
    filled = layers.ZeroPadding2D(tuple(zip(before, after, strict=True)))(image)
    return layers.Cropping2D(tuple(zip(after, before, strict=True)))(filled)  # (batch, height, width, channels)
