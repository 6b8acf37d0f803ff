import dataclasses

import pytest

from semisup.data.defaults import default_code_size, default_epochs, resolve, sentence
from semisup.settings import PretrainSettings


@pytest.mark.parametrize(
    ("rows", "epochs"),
    [
        (20, 500),  # one batch: 500 steps
        (120, 250),
        (1400, 100),  # scikit-learn's digits: 22 batches
        (8800, 17),  # 138 batches: as close to 2,300 steps as whole epochs come
        (100_000, 10),
    ],
)
def test_epochs_keep_the_steps_within_bounds(rows, epochs):
    assert default_epochs(rows, 64) == epochs


def test_epochs_follow_the_batches():
    assert default_epochs(8800, 640) == default_epochs(880, 64) == 100


def test_the_code_is_smaller_than_the_input():
    sizes = {features: default_code_size(features) for features in range(2, 100)}
    assert all(1 <= size < features for features, size in sizes.items())
    assert (sizes[2], sizes[10], sizes[64], default_code_size(3072)) == (1, 9, 16, 16)
    assert default_code_size(1) == 1


def test_only_what_the_user_leaves_open_is_chosen_and_told():
    settings = PretrainSettings(learning_rate=1e-3)
    whole = resolve(settings, 1400, (8, 8, 1))
    assert whole == dataclasses.replace(settings, code_size=16, epochs=100)
    assert sentence(settings, whole, 1400, (8, 8, 1)) == (
        "a code of 16, by the number of features (64); 100 epochs of 22 batches, by the number of rows (1,400)"
    )
    own = dataclasses.replace(settings, epochs=3)
    assert resolve(own, 1400, (8, 8, 1)).epochs == 3
    assert "epochs" not in sentence(own, resolve(own, 1400, (8, 8, 1)), 1400, (8, 8, 1))
    assert resolve(whole, 10, (4,)) == whole
    assert sentence(whole, whole, 10, (4,)) == ""


def test_a_code_of_bits_has_16_of_them_however_few_the_features():
    assert resolve(PretrainSettings(objective="hashing"), 100, (10,)).code_size == 16
