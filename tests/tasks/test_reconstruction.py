import numpy as np
import pytest

from semisup.tasks import reconstruction


def test_structural_similarity_is_1_for_the_same_and_less_for_less_alike():
    x = np.random.default_rng(0).random((600, 9, 9, 1)).astype(np.float32)
    noise = np.random.default_rng(1).normal(size=x.shape).astype(np.float32)
    found = [reconstruction.structural_similarity(x, x + level * noise) for level in (0, 0.1, 0.2, 0.5)]
    assert found[0] == pytest.approx(1)
    assert np.all(np.diff(found) < -0.02)


def test_it_is_the_mean_over_images_whatever_the_batch():
    rng = np.random.default_rng(0)
    x, other = rng.random((2, 700, 8, 8, 1)).astype(np.float32)
    one_by_one = [reconstruction.structural_similarity(x[i : i + 1], other[i : i + 1]) for i in range(0, 700, 100)]
    some = reconstruction.structural_similarity(x[::100], other[::100])
    assert some == pytest.approx(np.mean(one_by_one), abs=1e-5)
