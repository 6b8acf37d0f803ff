"""Corruptions of the inputs, for denoising: Gaussian noise, four ways to lose features (Vincent et al. 2010, section
3), and a change of gamma. A code from which changes of gamma are undone does not keep the brightness of an input.
"""

import keras
from keras import ops

from semisup.training.distributed import global_batch

SALT = 0.5  # fraction of the corrupted features that become 1 instead of 0


class Corruption(keras.layers.Layer):
    """Corrupts its input in training, and returns it unchanged at inference."""

    def __init__(self, kind: str, strength: float) -> None:
        super().__init__(name="corruption")
        self.kind, self.strength = kind, strength
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        return corrupt(inputs, self.kind, self.strength, self.seed_generator) if training else inputs


def corrupt(x: keras.KerasTensor, kind: str, strength: float, seed: keras.random.SeedGenerator) -> keras.KerasTensor:
    """Corrupt a batch.

    Args:
        x: (batch, ...) float32 in [0, 1].
        kind: one of
            - `gaussian`: add noise;
            - `masking`: set features to 0;
            - `salt_and_pepper`: set features to 0 or 1;
            - `swap`: replace features by those of other rows;
            - `block`: set one rectangle of each image to 0;
            - `gamma`: raise all features of an input to the same power.
        strength: of `gaussian` the standard deviation of the noise. Of `gamma` the largest absolute value of the
            natural logarithm of the power; the logarithm is drawn uniformly from [-strength, strength]. Of the others
            the expected fraction of corrupted features, in [0, 1); a block covers this fraction of an image as closely
            as whole pixels allow.
        seed: source of the random numbers.

    Returns:
        (batch, ...) float32; with Gaussian noise values can lie outside of [0, 1].
    """
    if kind == "gaussian":
        return x + strength * global_batch.draw(keras.random.normal, ops.shape(x), seed=seed)
    if kind == "gamma":
        one_per_input = (ops.shape(x)[0], *[1] * (len(x.shape) - 1))
        drawn = 2 * global_batch.draw(keras.random.uniform, one_per_input, seed=seed) - 1
        return ops.power(ops.maximum(x, 0.0), ops.exp(strength * drawn))
    if kind == "block":
        return x * (1 - _block(x, strength, seed))
    hit = global_batch.draw(keras.random.uniform, ops.shape(x), seed=seed) < strength
    if kind == "masking":
        return ops.where(hit, 0.0, x)
    if kind == "salt_and_pepper":
        salt = global_batch.draw(keras.random.uniform, ops.shape(x), seed=seed) < SALT
        return ops.where(hit, ops.cast(salt, x.dtype), x)
    return ops.where(hit, _from_other_rows(x, seed), x)


def _from_other_rows(x: keras.KerasTensor, seed: keras.random.SeedGenerator) -> keras.KerasTensor:
    """Replace each feature by its value in a row of the batch, drawn for each feature alone. It can be the same row."""
    whole = global_batch.all_rows(x)
    batch = ops.shape(whole)[0]
    flat = ops.reshape(whole, (batch, -1))  # (batch, features)
    drawn = global_batch.draw(keras.random.uniform, (ops.shape(x)[0], ops.shape(flat)[1]), seed=seed)
    rows = ops.cast(drawn * ops.cast(batch, "float32"), "int32")  # (rows of x, features)
    return ops.reshape(ops.take_along_axis(flat, rows, axis=0), ops.shape(x))


def _block(x: keras.KerasTensor, fraction: float, seed: keras.random.SeedGenerator) -> keras.KerasTensor:
    """Return a (batch, height, width, 1) mask that is 1 in one rectangle of each image, which covers `fraction` of it.

    The rectangle lies wholly inside the image and has the image's proportions.
    """
    batch, (height, width) = ops.shape(x)[0], x.shape[1:3]
    inside = []
    for side in (height, width):
        length = min(max(round(side * fraction**0.5), 1), max(side - 1, 1)) if fraction > 0 else 0
        start = ops.floor(global_batch.draw(keras.random.uniform, (batch, 1), seed=seed) * (side - length + 1))
        pixel = ops.arange(side, dtype="float32")[None]  # (1, side)
        inside.append(ops.logical_and(pixel >= start, pixel < start + length))  # (batch, side)
    block = ops.logical_and(inside[0][:, :, None], inside[1][:, None, :])
    return ops.cast(block, x.dtype)[..., None]
