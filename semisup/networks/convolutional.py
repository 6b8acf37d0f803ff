"""The convolutional network: 3×3 convolutions down to the code, and transposed convolutions back up.

Each convolution halves the sides of the image, except one with as many filters as the one before: widths of [32, 64,
64, 128] have strides of 2, 2, 1 and 2. Half of an odd side is rounded up (7 becomes 4). The transposed convolution then
returns one row or column too many (8), which is cropped. So the output has exactly the shape of the input.
"""

import math

import keras
from keras import layers

WIDTHS = [32, 64]


def build(
    shape: tuple[int, ...], widths: list[int], activation: str, code_size: int, batch_norm: bool = False
) -> tuple[keras.Model, keras.Model]:
    """See `semisup.networks`; `widths` are the filters of the encoder's convolutions."""
    inputs = x = keras.Input(shape, name="input")
    shapes = []  # shape of the input of every convolution
    strides = [1 if filters == before else 2 for before, filters in zip([None, *widths], widths, strict=False)]
    for filters, stride in zip(widths, strides, strict=True):
        shapes.append(x.shape[1:])
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", kernel_initializer="he_normal")(x)
        if batch_norm:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.Activation(activation)(x)  # (batch, ceil(height / stride), ceil(width / stride), filters)
    smallest = x.shape[1:]
    encoder = keras.Model(inputs, layers.Dense(code_size, name="code")(layers.Flatten()(x)), name="encoder")

    code = keras.Input((code_size,), name="code")
    x = layers.Dense(math.prod(smallest), activation=activation, kernel_initializer="he_normal")(code)
    x = layers.Reshape(smallest)(x)
    for depth, (height, width, channels) in reversed(list(enumerate(shapes))):
        x = layers.Conv2DTranspose(channels, 3, strides=strides[depth], padding="same")(x)
        overshoot = (x.shape[1] - height, x.shape[2] - width)  # 0 or 1 each
        if any(overshoot):
            x = layers.Cropping2D(((0, overshoot[0]), (0, overshoot[1])))(x)
        if depth > 0:
            x = layers.Activation(activation)(x)
    return encoder, keras.Model(code, layers.Activation("sigmoid", name="reconstruction")(x), name="decoder")
