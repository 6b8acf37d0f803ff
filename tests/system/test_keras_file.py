import resource
import zipfile

import keras
import numpy as np
import pytest

from semisup.system import keras_file


def test_a_model_that_was_saved_is_read_the_same(tmp_path):
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(3, 3, activation="relu")(keras.layers.GaussianNoise(0.1)(inputs))
    x = keras.layers.BatchNormalization()(keras.layers.Dropout(0.1)(x))
    x = keras.layers.Normalization(mean=0.1, variance=2.0)(keras.layers.Flatten()(x))
    model = keras.Model(inputs, keras.layers.Dense(2)(keras.ops.square(x) + 1.0))
    model.save(tmp_path / "m.keras")
    x = np.random.default_rng(0).uniform(size=(5, 8, 8, 1)).astype(np.float32)
    np.testing.assert_array_equal(keras_file.read(tmp_path / "m.keras")(x), model(x))


@pytest.mark.parametrize("content", [b"", b"PK", b"no model"])
def test_what_is_no_model_is_refused(tmp_path, content):
    (tmp_path / "m.keras").write_bytes(content)
    with pytest.raises(ValueError, match="zip"):
        keras_file.read(tmp_path / "m.keras")


def test_a_model_that_is_refused_leaves_nothing_to_be_made_later(tmp_path):
    """Keras gives weights that a stateless scope has put off their memory when the next such scope ends."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["config.json"] = files["config.json"].replace(b'"units": 3', b'"units": 100000000')  # 2 GB
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(ValueError, match="its architecture has weights of 2,000,000,000 bytes"):
        keras_file.read(tmp_path / "m.keras")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with keras.StatelessScope():
        pass
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2**20  # KiB
