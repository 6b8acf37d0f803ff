import numpy as np
import pytest
from PIL import Image

from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.sources import files, picture

BYTES = Scaling("x / 255", np.float64(0), np.float64(255))
GREY = (6, 4, 1)


def test_arrays_of_inputs_and_of_one_are_scaled(tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (3, 6, 4)).astype(np.uint8)
    np.save(tmp_path / "several.npy", x)
    np.save(tmp_path / "one.npy", x[1])
    np.savez(tmp_path / "named.npz", x=x)
    several = files.read(tmp_path / "several.npy", GREY, BYTES)
    np.testing.assert_allclose(several[..., 0], x / 255, atol=1e-6)
    np.testing.assert_array_equal(files.read(tmp_path / "one.npy", GREY, BYTES), several[1:2])
    np.testing.assert_array_equal(files.read(tmp_path / "named.npz", GREY, BYTES), several)


@pytest.mark.parametrize("shape", [(6, 4, 1), (6, 4, 3)])
def test_pictures_get_the_networks_size_colours_and_scale(tmp_path, shape):
    red = np.zeros((60, 40, 3), np.uint8)
    red[..., 0] = 255
    Image.fromarray(red).save(tmp_path / "red.png")
    sixteenths = Scaling("x / 16", np.float64(0), np.float64(16))
    for scaling in (BYTES, sixteenths):
        found = files.read(tmp_path / "red.png", shape, scaling)
        assert found.shape == (1, *shape)
        expected = [1, 0, 0] if shape[2] == 3 else [0.299]
        np.testing.assert_allclose(found[0, 3, 2], expected, atol=0.01)


def test_bad_files_are_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("wide.npy", np.zeros((2, 7)))
    np.save("objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    np.savez("other.npz", z=np.zeros(3))
    Image.new("L", (30, 30)).save("torn.png")
    torn = (tmp_path / "torn.png").read_bytes()[:40]
    (tmp_path / "torn.png").write_bytes(torn)
    (tmp_path / "text.jpg").write_text("no picture")
    nan = np.full((1, 6), np.nan)
    np.save("nan.npy", nan)
    for name, shape, sentence in (
        ("none.npy", (6,), "no such file, expected an array"),
        ("wide.npy", (6,), r"expected inputs of shape \(6,\), found \(7,\)"),
        ("objects.npy", (6,), "not a readable array"),
        ("other.npz", (6,), "array 'x' is missing, found z"),
        ("nan.npy", (6,), "NaN or infinite values"),
        ("torn.png", GREY, "not a readable picture"),
        ("text.jpg", GREY, "not a readable picture"),
        ("text.jpg", (6,), r"expected an array \(.npy, .npz\) with inputs of shape \(6,\)"),
    ):
        with pytest.raises(InputError, match=f"{name}: .*{sentence}"):
            files.read(tmp_path / name, shape, BYTES)


def test_a_decompression_bomb_is_refused(tmp_path, monkeypatch):
    Image.new("L", (50, 50)).save(tmp_path / "large.png")
    monkeypatch.setattr(picture, "MOST_PIXELS", 1500)
    with pytest.raises(InputError, match="large.png: expected a picture of at most 1500 pixels"):
        files.read(tmp_path / "large.png", GREY, BYTES)
