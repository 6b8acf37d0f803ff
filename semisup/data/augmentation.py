"""Data augmentation: change inputs a little at each step, in ways that keep their class.

The user chooses the kinds, because they depend on the data. A mirrored coat is still a coat; a mirrored digit may be
another digit, or none.
"""

from collections.abc import Sequence

import tensorflow as tf

ROTATION = 0.2  # radians, in either direction
SCALE = 0.1  # relative, drawn for each axis separately
SHEAR = 0.2
SHIFT = 2 / 28  # fraction of the side
CUTOUT = 0.3  # largest fraction of the side
CONTRAST = 0.3  # relative
FEATURES = 0.15  # fraction of the features that are masked or swapped


def augment(x: tf.Tensor, kinds: Sequence[str], seed: tf.Tensor, strength: float = 1.0) -> tf.Tensor:
    """Change each input of a batch in each of the chosen ways.

    Args:
        x: (batch, height, width, channels) or (batch, features) float32 in [0, 1].
        kinds: for images `affine` (rotate, scale, shear and shift), `shift`, `cutout` (set one rectangle to 0),
            `contrast` and `flip` (mirror half of the images left to right). For vectors `masking` (set features to 0)
            and `swap` (take features from another row of the batch).
        seed: (2,) integers; the same seed gives the same changes.
        strength: multiplies the size of each change; `flip` ignores it.

    Returns:
        A batch of the same shape.
    """
    seeds = tf.random.split(seed, len(_CHANGES))
    for number, (kind, change) in enumerate(_CHANGES.items()):
        if kind in kinds:
            x = change(x, seeds[number], strength)
    return x


def augmented(stream: tf.data.Dataset, kinds: Sequence[str], seed: int) -> tf.data.Dataset:
    """Augment the inputs of a stream of (inputs, targets) batches. Batch i uses the seed (seed, i)."""

    def change(step: tf.Tensor, batch: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        x, targets = batch
        return augment(x, kinds, tf.stack([tf.cast(seed, tf.int64), step])), targets

    return stream.enumerate().map(change, num_parallel_calls=2, deterministic=True).prefetch(4)


def _affine(images: tf.Tensor, seed: tf.Tensor, strength: float) -> tf.Tensor:
    """Apply another random affine map to each image, about its centre. Pixels from outside the image are 0."""
    draw = strength * tf.random.stateless_uniform((6, tf.shape(images)[0]), seed, -1.0, 1.0)
    angle, shear = draw[0] * ROTATION, draw[1] * SHEAR
    scale_x, scale_y = 1 + draw[2] * SCALE, 1 + draw[3] * SCALE
    cos, sin = tf.cos(angle), tf.sin(angle)
    # Output pixel (x, y) is taken from input (a x + b y + c, d x + e y + f).
    a, b = cos * scale_x, (shear * cos - sin) * scale_y
    d, e = sin * scale_x, (shear * sin + cos) * scale_y
    return _mapped(images, a, b, d, e, draw[4] * SHIFT, draw[5] * SHIFT)


def _shift(images: tf.Tensor, seed: tf.Tensor, strength: float) -> tf.Tensor:
    """Shift each image at random. The part that becomes free is filled with 0."""
    draw = strength * SHIFT * tf.random.stateless_uniform((2, tf.shape(images)[0]), seed, -1.0, 1.0)
    one, zero = tf.ones_like(draw[0]), tf.zeros_like(draw[0])
    return _mapped(images, one, zero, zero, one, draw[0], draw[1])


def _mapped(
    images: tf.Tensor, a: tf.Tensor, b: tf.Tensor, d: tf.Tensor, e: tf.Tensor, shift_x: tf.Tensor, shift_y: tf.Tensor
) -> tf.Tensor:
    """Transform each image by its own linear map [[a, b], [d, e]] about the centre, and shift it.

    a, b, d, e and the shifts have shape (batch,). The shifts are fractions of the side.
    """
    height, width = tf.shape(images)[1], tf.shape(images)[2]
    middle_x, middle_y = tf.cast(width - 1, tf.float32) / 2, tf.cast(height - 1, tf.float32) / 2
    c = middle_x - a * middle_x - b * middle_y + shift_x * tf.cast(width, tf.float32)
    f = middle_y - d * middle_x - e * middle_y + shift_y * tf.cast(height, tf.float32)
    zero = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, c, d, e, f, zero, zero], axis=1),
        output_shape=tf.stack([height, width]),
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
        fill_value=0.0,
    )


def _cutout(images: tf.Tensor, seed: tf.Tensor, strength: float) -> tf.Tensor:
    """Set one rectangle of each image to 0 (DeVries and Taylor 2017).

    Its sides are at most CUTOUT, its centre is anywhere in the image.
    """
    batch, height, width = tf.shape(images)[0], tf.shape(images)[1], tf.shape(images)[2]
    draw = tf.random.stateless_uniform((4, batch, 1), seed)
    half = tf.minimum(strength * CUTOUT, 1.0) / 2 * draw[2:]
    across = tf.abs((tf.range(width, dtype=tf.float32) + 0.5) / tf.cast(width, tf.float32) - draw[0]) < half[0]
    down = tf.abs((tf.range(height, dtype=tf.float32) + 0.5) / tf.cast(height, tf.float32) - draw[1]) < half[1]
    inside = tf.logical_and(down[:, :, None], across[:, None, :])[..., None]  # (batch, height, width, 1)
    return tf.where(inside, 0.0, images)


def _contrast(images: tf.Tensor, seed: tf.Tensor, strength: float) -> tf.Tensor:
    """Stretch or shrink the differences from each image's mean, and clip to [0, 1]."""
    shape = (tf.shape(images)[0], 1, 1, 1)
    factor = 1 + strength * CONTRAST * tf.random.stateless_uniform(shape, seed, -1.0, 1.0)
    mean = tf.reduce_mean(images, axis=[1, 2, 3], keepdims=True)
    return tf.clip_by_value(mean + factor * (images - mean), 0.0, 1.0)


def _flip(images: tf.Tensor, seed: tf.Tensor, strength: float) -> tf.Tensor:
    """Mirror each image left to right with probability 1/2, whatever the strength."""
    mirrored = tf.random.stateless_uniform((tf.shape(images)[0], 1, 1, 1), seed) < 0.5
    return tf.where(mirrored, images[:, :, ::-1], images)


def _masking(x: tf.Tensor, seed: tf.Tensor, strength: float) -> tf.Tensor:
    """Set random features to 0."""
    return tf.where(_chosen_features(x, seed, strength), 0.0, x)


def _swap(x: tf.Tensor, seed: tf.Tensor, strength: float) -> tf.Tensor:
    """Replace random features by those of another row. All replaced features of a row come from the same other row."""
    seeds = tf.random.split(seed, 2)
    others = tf.random.stateless_uniform((tf.shape(x)[0],), seeds[0], maxval=tf.shape(x)[0], dtype=tf.int32)
    return tf.where(_chosen_features(x, seeds[1], strength), tf.gather(x, others), x)


def _chosen_features(x: tf.Tensor, seed: tf.Tensor, strength: float) -> tf.Tensor:
    """(batch, features) bool: which features to change."""
    return tf.random.stateless_uniform(tf.shape(x), seed) < min(strength * FEATURES, 1.0)


_CHANGES = {
    "affine": _affine,
    "shift": _shift,
    "cutout": _cutout,
    "contrast": _contrast,
    "masking": _masking,
    "swap": _swap,
    "flip": _flip,
}
