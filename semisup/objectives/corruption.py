"""What denoising does to the inputs: Gaussian noise, four ways to lose features (Vincent et al. 2010, section 3), or
another gamma, by which a code that is to undo it loses how bright an input is."""

import keras
from keras import ops

from semisup.training.distributed import global_batch

SALT = 0.5  # share of the corrupted features that become 1 rather than 0


class Corruption(keras.layers.Layer):
    """Corrupts its input in training, and passes it on at inference."""

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
        kind: `gaussian`, `masking`, `salt_and_pepper`, `swap`, `block`, the latter for images only, or `gamma`, which
            raises all features of an input to one power.
        strength: standard deviation of the Gaussian noise; of gamma the largest natural logarithm of the power, which
            is drawn evenly from either side of 0; else the expected share of features that are hit, in [0, 1); a
            block covers about that share of the image, as near as whole pixels come.
        seed: source of the noise.

    Returns:
        (batch, ...) float32; with Gaussian noise not confined to [0, 1].
    """
    if kind == "gaussian":
        return x + strength * global_batch.draw(keras.random.normal, ops.shape(x), seed=seed)
    if kind == "gamma":
        each = (ops.shape(x)[0], *[1] * (len(x.shape) - 1))
        drawn = 2 * global_batch.draw(keras.random.uniform, each, seed=seed) - 1
        return ops.power(ops.maximum(x, 0.0), ops.exp(strength * drawn))
    if kind == "block":
        return x * (1 - _block(x, strength, seed))
    hit = global_batch.draw(keras.random.uniform, ops.shape(x), seed=seed) < strength
    if kind == "masking":
        return ops.where(hit, 0.0, x)
    if kind == "salt_and_pepper":
        return ops.where(
            hit, ops.cast(global_batch.draw(keras.random.uniform, ops.shape(x), seed=seed) < SALT, x.dtype), x
        )
    return ops.where(hit, _from_other_rows(x, seed), x)


def _from_other_rows(x: keras.KerasTensor, seed: keras.random.SeedGenerator) -> keras.KerasTensor:
    """Each feature's value in a row of the batch drawn for it alone, at times its own."""
    whole = global_batch.all_rows(x)
    batch = ops.shape(whole)[0]
    flat = ops.reshape(whole, (batch, -1))  # (batch, features)
    drawn = global_batch.draw(keras.random.uniform, (ops.shape(x)[0], ops.shape(flat)[1]), seed=seed)
    rows = ops.cast(drawn * ops.cast(batch, "float32"), "int32")  # (rows of x, features)
    return ops.reshape(ops.take_along_axis(flat, rows, axis=0), ops.shape(x))


def _block(x: keras.KerasTensor, share: float, seed: keras.random.SeedGenerator) -> keras.KerasTensor:
    """(batch, height, width, 1), 1 in one rectangle of each image, wholly inside it and of the image's proportions."""
    batch, (height, width) = ops.shape(x)[0], x.shape[1:3]
    inside = []
    for side in (height, width):
        length = min(max(round(side * share**0.5), 1), max(side - 1, 1)) if share > 0 else 0
        start = ops.floor(global_batch.draw(keras.random.uniform, (batch, 1), seed=seed) * (side - length + 1))
        pixel = ops.arange(side, dtype="float32")[None]  # (1, side)
        inside.append(ops.logical_and(pixel >= start, pixel < start + length))  # (batch, side)
    block = ops.logical_and(inside[0][:, :, None], inside[1][:, None, :])
    return ops.cast(block, x.dtype)[..., None]
