from pathlib import Path

import numpy as np
import pytest

from semisup import networks
from semisup.data import memory
from semisup.data.dataset import Arrays, build
from semisup.errors import InputError
from semisup.networks import convolutional, dense
from semisup.settings import PretrainSettings
from semisup.settings.networks import DEFAULT_WIDTHS


@pytest.mark.parametrize(
    ("network", "shape", "widths"),
    [
        ("linear", (7,), None),
        ("dense", (5, 4, 3), None),
        ("dense", (9,), [4, 6]),
        ("convolutional", (9, 7, 3), None),
        ("convolutional", (8, 8, 1), [4, 4, 6]),
    ],
)
def test_the_estimate_counts_every_weight_of_the_network(network, shape, widths):
    encoder, decoder = networks.build(network, shape, widths, 5)
    counted = sum(count for count, _ in memory.layers(network, shape, widths, 5))
    assert counted == encoder.count_params() + decoder.count_params()


def test_default_widths_are_those_of_the_networks():
    assert {"linear": (), "dense": tuple(dense.WIDTHS), "convolutional": tuple(convolutional.WIDTHS)} == DEFAULT_WIDTHS


def test_a_photograph_of_full_size_needs_more_than_a_machine_has_and_a_small_one_does_not():
    weights, *_ = memory.of_training(PretrainSettings(code_size=16), (1200, 1600, 3), 1000)
    assert weights > 100e9  # 2.9 billion weights
    assert sum(memory.of_training(PretrainSettings(code_size=16), (48, 64, 3), 1000)) < 1e9


def told(free, monkeypatch, x, **options):
    monkeypatch.setattr(memory.memory, "available", lambda: free)
    dataset = build("p", Arrays(x, np.arange(len(x)) % 2))
    with pytest.raises(InputError) as refusal:
        memory.check_training(PretrainSettings(**({"code_size": 16} | options)), dataset)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_the_refusal_names_the_option_of_the_largest_part(monkeypatch, tmp_path):
    few, many = np.zeros((10, 40, 40, 3), np.uint8), np.zeros((20_000, 8, 8, 1), np.uint8)
    folder = str(tmp_path)
    found = told(2**20, monkeypatch, few, data=folder)
    assert found.startswith("image_size: expected a dense network on inputs of shape (40, 40, 3) that fits into the 0")
    assert found.endswith("choose a smaller --image_size or fewer --widths")
    found = told(2**20, monkeypatch, few, data=folder, batch_size=10**5)
    assert found.startswith("batch_size: ")
    assert found.endswith("choose a smaller --batch_size or a smaller --image_size")
    found = told(2**20, monkeypatch, many, data=folder, widths=[2])
    assert found.endswith("choose --stream true or a smaller --image_size")
    assert told(2**20, monkeypatch, many, data="tfds:mnist", widths=[2]).endswith("choose --stream true")
    assert told(2**20, monkeypatch, few).endswith("choose fewer --widths")
    found = told(2**20, monkeypatch, few, network="linear", code_size=999)
    assert found.startswith("code_size: expected a linear network")
    assert found.endswith("choose a smaller --code_size")


def test_enough_memory_or_an_unknown_amount_is_no_reason_to_refuse(monkeypatch):
    dataset = build("p", Arrays(np.zeros((10, 6)), np.arange(10) % 2))
    for free in (2**33, None):
        monkeypatch.setattr(memory.memory, "available", lambda free=free: free)
        memory.check_training(PretrainSettings(code_size=16), dataset)


def test_pictures_are_counted_before_they_are_decoded(monkeypatch):
    monkeypatch.setattr(memory.memory, "available", lambda: 9 * 100 * 64 * 48 * 3)
    memory.check_pictures(Path("p"), 100, (48, 64, 3), np.dtype(np.uint8))  # a byte, and two float32, each
    with pytest.raises(
        InputError, match=r"image_size: .* \(101 pictures of 48 × 64 pixels\); choose a smaller --image_size, or"
    ):
        memory.check_pictures(Path("p"), 101, (48, 64, 3), np.dtype(np.uint8))
