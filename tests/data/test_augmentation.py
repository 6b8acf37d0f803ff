import numpy as np
import pytest
import tensorflow as tf

from semisup.data.augmentation import augment, augmented


def squares(batch=64, side=28):
    images = np.zeros((batch, side, side, 1), "float32")
    images[:, 10:18, 10:18] = 1
    return images


def changed(x, *kinds, strength=1.0, seed=0):
    return augment(tf.constant(x), kinds, tf.constant([0, seed]), strength).numpy()


def test_affine_changes_images_a_little_and_each_by_itself():
    images = changed(squares(), "affine")
    assert images.shape == (64, 28, 28, 1)
    assert images.min() >= 0
    assert images.max() <= 1 + 1e-6
    mass = images.sum(axis=(1, 2, 3)) / 64
    assert 0.75 < mass.min() < mass.max() < 1.35
    assert np.ptp(mass) > 0.1
    rows = (images.sum(axis=(2, 3)) * np.arange(28)).sum(axis=1) / images.sum(axis=(1, 2, 3))
    assert np.abs(rows - 13.5).max() < 3.2  # shifts are at most 2 pixels
    assert rows.std() > 0.5


def test_a_shift_moves_the_image_by_up_to_a_fourteenth_and_nothing_else():
    images = changed(squares(), "shift")
    np.testing.assert_allclose(images.sum(axis=(1, 2, 3)), 64, rtol=1e-5)
    columns = (images.sum(axis=(1, 3)) * np.arange(28)).sum(axis=1) / 64
    assert 1 < np.abs(columns - 13.5).max() <= 2.001


def test_cutout_blackens_one_rectangle_of_up_to_three_tenths_of_the_side():
    white = np.ones((200, 20, 20, 1), "float32")
    lost = 1 - changed(white, "cutout")[..., 0]
    for image in lost:
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        assert image.sum() == len(rows) * len(columns) <= 36
    assert lost.sum(axis=(1, 2)).max() >= 20
    assert (1 - changed(white, "cutout", strength=2.0)).sum(axis=(1, 2, 3)).max() > 36


def test_a_flip_mirrors_about_half_of_the_images_left_to_right():
    images = np.random.default_rng(0).random((200, 6, 5, 2), np.float32)
    found = changed(images, "flip")
    mirrored = (found != images).any(axis=(1, 2, 3))
    assert mirrored.mean() == pytest.approx(0.5, abs=0.1)
    np.testing.assert_array_equal(found[mirrored], images[mirrored][:, :, ::-1])


def test_contrast_keeps_the_order_of_the_pixels_and_the_range():
    ramp = np.tile(np.linspace(0, 1, 64, dtype="float32").reshape(8, 8, 1), (50, 1, 1, 1))
    images = changed(ramp, "contrast").reshape(50, 64)
    assert (np.diff(images, axis=1) >= 0).all()
    assert images.min() >= 0
    assert images.max() <= 1
    assert images.std(axis=1).min() < ramp[0].std() < images.std(axis=1).max()


@pytest.mark.parametrize("kind", ["masking", "swap"])
def test_vectors_lose_about_15_per_cent_of_their_features(kind):
    x = 1 + np.arange(4000, dtype="float32").reshape(200, 20)
    found = changed(x, kind)
    assert (found != x).mean() == pytest.approx(0.15, abs=0.02)
    lost = found[found != x]
    if kind == "masking":
        assert (lost == 0).all()
    else:  # another row's value of the same feature
        assert ((found - 1) % 20 == np.arange(20)).all()


def test_augmentation_is_a_function_of_seed_and_step():
    data = tf.data.Dataset.from_tensors((squares(4), np.zeros(4))).repeat(2)
    first = [images.numpy() for images, _ in augmented(data, ["affine"], 5)]
    again = [images.numpy() for images, _ in augmented(data, ["affine"], 5)]
    other = [images.numpy() for images, _ in augmented(data, ["affine"], 6)]
    np.testing.assert_array_equal(first[0], again[0])
    assert (first[0] != first[1]).any()
    assert (first[0] != other[0]).any()
