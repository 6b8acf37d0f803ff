import os
import socket
import time
from pathlib import Path

import numpy as np
import pytest

from semisup import sources
from semisup.errors import InputError
from semisup.sources import tfds

PREPARED = Path(os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets").expanduser()


@pytest.fixture
def no_network(monkeypatch):
    def refuse(address, timeout):
        raise OSError("no network")

    monkeypatch.setattr(tfds.socket, "create_connection", refuse)


def test_without_prepared_data_and_network_the_error_comes_at_once_and_helps(tmp_path, no_network):
    start = time.perf_counter()
    with pytest.raises(InputError) as refusal:
        sources.load("tfds:mnist", str(tmp_path))
    assert time.perf_counter() - start < 15
    told = str(refusal.value)
    assert str(tmp_path) in told
    assert "--data_dir or TFDS_DATA_DIR" in told
    assert "cannot be reached" in told
    assert "\n" not in told


@pytest.fixture
def network(monkeypatch):
    """The probe of the network succeeds."""
    monkeypatch.setattr(tfds.socket, "create_connection", lambda address, timeout: socket.socket())


def test_an_unknown_name_is_refused(tmp_path, network):
    with pytest.raises(InputError, match="expected a name of the TensorFlow Datasets catalogue, found 'nmist'"):
        sources.load("tfds:nmist", str(tmp_path))


@pytest.mark.parametrize("name", ["imdb_reviews", "coco"])
def test_sets_that_are_not_image_classification_are_refused(tmp_path, network, name):
    with pytest.raises(InputError, match=f"tfds:{name}: expected images of one size with one class label each"):
        sources.load(f"tfds:{name}", str(tmp_path))


@pytest.mark.skipif(not (PREPARED / "mnist").is_dir(), reason="no prepared MNIST")
@pytest.mark.parametrize("by_variable", [False, True])
def test_prepared_data_is_read_without_the_network(no_network, monkeypatch, by_variable):
    monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
    if by_variable:
        monkeypatch.setenv("TFDS_DATA_DIR", str(PREPARED))
    found = sources.load("tfds:mnist", None if by_variable else str(PREPARED))
    assert found.x_train.shape == (60000, 28, 28, 1)
    assert found.x_test.shape == (10000, 28, 28, 1)
    assert found.scaling.rule == "x / 255"
    assert np.bincount(found.y_train)[:3].tolist() == [5923, 6742, 5958]
    assert found.class_names[7] == "7"
