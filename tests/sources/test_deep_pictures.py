"""Folders of pictures of more than 8 bits, from the files to the inputs of a network and new pictures."""

import numpy as np
import pytest
from PIL import Image

from semisup import sources
from semisup.data import validation
from semisup.errors import InputError
from semisup.settings.sources import ImageOptions
from semisup.sources import chunks, files


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def folder(path, dtype, low, high, ext):
    """Six pictures of one value in each of two classes, from `low` to `high` in even steps."""
    values = np.linspace(low, high, 12)
    for i, value in enumerate(values):
        picture = path / "ab"[i % 2] / f"{i:02}.{ext}"
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((4, 4), value).astype(dtype)).save(picture)
    return path, values


def scaled_by_file(dataset):
    return {name: x[0, 0, 0] for name, x in zip(dataset.origin.names(), dataset.x_train, strict=True)}


@pytest.mark.parametrize(
    ("dtype", "low", "high", "ext"),
    [
        (np.uint16, 0, 4092, "png"),
        (np.uint16, 100, 4093, "tif"),
        (np.int32, -70_000, 70_000, "tif"),
        (np.float32, -1.5, 2.5, "tif"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_the_range_of_all_training_pictures_is_kept_and_new_pictures_are_scaled_alike(
    tmp_path, dtype, low, high, ext, stream
):
    path, values = folder(tmp_path / "p", dtype, low, high, ext)
    dataset = sources.load(str(path), stream=stream)
    scaling = dataset.scaling
    expected = np.clip((np.trunc(values) if dtype != np.float32 else values) - scaling.low, 0, None)
    expected = np.clip(expected / (scaling.high - scaling.low), 0, 1)
    for name, x in scaled_by_file(dataset).items():
        number = int(name[2:4])
        assert x == pytest.approx(expected[number], abs=1e-6)
        new = path / name
        np.testing.assert_allclose(files.read(new, dataset.shape, scaling)[0, 0, 0], x, atol=1e-6)
        ((_, raw),) = chunks.chunks(new, dataset.shape, scaling)
        np.testing.assert_allclose(validation.scaled(raw, dataset.shape, scaling, "new")[0, 0, 0], x, atol=1e-6)
    assert len(set(scaled_by_file(dataset).values())) == len(dataset.x_train)
    assert f"from {low:g} to {high:g}, are kept" in dataset.notes[-1]
    if stream:
        assert sources.load(str(path)).digest == dataset.digest


def test_pictures_of_8_bits_among_deep_ones_are_stretched(tmp_path):
    path, _ = folder(tmp_path / "p", np.uint16, 0, 4000, "png")
    for name in "abab":
        Image.new("L", (4, 4), 255).save(path / name / f"white{name}.png")
    found = scaled_by_file(sources.load(str(path)))
    assert {x for name, x in found.items() if "white" in name} == {1.0}
    assert len(set(found.values())) > 3


def test_a_network_gets_no_pictures_of_another_depth(tmp_path):
    deep, _ = folder(tmp_path / "deep", np.uint16, 0, 4000, "png")
    plain, _ = folder(tmp_path / "plain", np.uint8, 0, 255, "png")
    of_deep, of_plain = sources.load(str(deep)).scaling, sources.load(str(plain)).scaling
    with pytest.raises(InputError, match="deep: expected pictures of 8 bits as in training, found more"):
        sources.load(str(deep), scaling=of_plain)
    with pytest.raises(InputError, match="plain: expected pictures of more than 8 bits as in training, found 8"):
        sources.load(str(plain), scaling=of_deep)


def test_a_damaged_deep_picture_is_skipped_as_told(tmp_path):
    path, _ = folder(tmp_path / "p", np.float32, 0, 9, "tif")
    Image.fromarray(np.full((4, 4), np.nan, np.float32)).save(path / "a" / "nan.tif")
    with pytest.raises(InputError, match=r"1 of 13 files: a/nan.tif: expected finite values"):
        sources.load(str(path))
    assert len(sources.load(str(path), images=ImageOptions(unreadable="skip")).skipped) == 1
