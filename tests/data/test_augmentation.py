import numpy as np
import tensorflow as tf

from semisup.data.augmentation import augmented, random_affine


def squares(batch=64, side=28):
    images = np.zeros((batch, side, side, 1), "float32")
    images[:, 10:18, 10:18] = 1
    return images


def test_images_change_a_little_and_each_by_itself():
    images = random_affine(tf.constant(squares()), tf.constant([0, 0])).numpy()
    assert images.shape == (64, 28, 28, 1)
    assert images.min() >= 0
    assert images.max() <= 1 + 1e-6
    mass = images.sum(axis=(1, 2, 3)) / 64
    assert 0.75 < mass.min() < mass.max() < 1.35
    assert np.ptp(mass) > 0.1
    rows = (images.sum(axis=(2, 3)) * np.arange(28)).sum(axis=1) / images.sum(axis=(1, 2, 3))
    assert np.abs(rows - 13.5).max() < 3.2  # shifts are at most 2 pixels
    assert rows.std() > 0.5


def test_augmentation_is_a_function_of_seed_and_step():
    data = tf.data.Dataset.from_tensors((squares(4), np.zeros(4))).repeat(2)
    first = [images.numpy() for images, _ in augmented(data, 5)]
    again = [images.numpy() for images, _ in augmented(data, 5)]
    other = [images.numpy() for images, _ in augmented(data, 6)]
    np.testing.assert_array_equal(first[0], again[0])
    assert (first[0] != first[1]).any()
    assert (first[0] != other[0]).any()
