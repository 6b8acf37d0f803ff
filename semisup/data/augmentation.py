"""Augmentation: labelled training images seen anew at each step, slightly turned, scaled, sheared and shifted."""

import tensorflow as tf

ROTATION = 0.2  # radians either way
SCALE = 0.1  # relative, each axis by itself
SHEAR = 0.2
SHIFT = 2 / 28  # of the side


def random_affine(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Apply to each image an affine map of its own about the centre; what comes in from outside is 0. No flips.

    Args:
        images: (batch, height, width, channels) float32.
        seed: (2,) integers; the same seed gives the same maps.

    Returns:
        Images of the same shape.
    """
    batch, height, width = tf.shape(images)[0], tf.shape(images)[1], tf.shape(images)[2]
    draw = tf.random.stateless_uniform((6, batch), seed, -1.0, 1.0)
    angle, shear = draw[0] * ROTATION, draw[1] * SHEAR
    scale_x, scale_y = 1 + draw[2] * SCALE, 1 + draw[3] * SCALE
    cos, sin = tf.cos(angle), tf.sin(angle)
    # Output pixel (x, y) is taken from input (a x + b y + c, d x + e y + f).
    a, b = cos * scale_x, (shear * cos - sin) * scale_y
    d, e = sin * scale_x, (shear * sin + cos) * scale_y
    middle_x, middle_y = tf.cast(width - 1, tf.float32) / 2, tf.cast(height - 1, tf.float32) / 2
    c = middle_x - a * middle_x - b * middle_y + draw[4] * SHIFT * tf.cast(width, tf.float32)
    f = middle_y - d * middle_x - e * middle_y + draw[5] * SHIFT * tf.cast(height, tf.float32)
    zero = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, c, d, e, f, zero, zero], axis=1),
        output_shape=tf.stack([height, width]),
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
        fill_value=0.0,
    )


def augmented(stream: tf.data.Dataset, seed: int) -> tf.data.Dataset:
    """A stream of (images, targets) batches with its images augmented; batch i by the seed (seed, i)."""

    def augment(step: tf.Tensor, batch: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        images, targets = batch
        return random_affine(images, tf.stack([tf.cast(seed, tf.int64), step])), targets

    return stream.enumerate().map(augment, num_parallel_calls=2, deterministic=True).prefetch(4)
