import numpy as np
import pytest
from PIL import ExifTags, Image

from semisup.errors import InputError
from semisup.sources import picture
from semisup.sources.picture import Depth


def test_a_picture_is_seen_upright(tmp_path):
    halves = np.zeros((4, 8, 3), np.uint8)
    halves[:, :4] = 255  # the left one is white
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6  # to be turned clockwise: white goes up
    Image.fromarray(halves).save(tmp_path / "a.png", exif=turned)
    found = picture.decode(tmp_path / "a.png", (8, 4, 1))[..., 0]
    assert picture.header(tmp_path / "a.png") == (8, 4, True, np.uint8, False)
    assert (found[:3] == 255).all()
    assert (found[-3:] == 0).all()


def test_sixteen_bits_keep_their_shades(tmp_path):
    Image.fromarray(np.full((4, 4), 128 * 256, np.uint16)).save(tmp_path / "a.png")
    assert (picture.decode(tmp_path / "a.png", (2, 2, 1)) == 128).all()


@pytest.mark.parametrize("name", ["a.jpg", "a.gif", "a.webp", "a.bmp", "a.tif", "a.ppm"])
def test_many_formats_are_read(tmp_path, name):
    Image.new("RGB", (20, 30), (120, 120, 120)).save(tmp_path / name)
    assert np.abs(picture.decode(tmp_path / name, (3, 2, 3)).astype(int) - 120).max() <= 2


def test_a_large_jpeg_is_decoded_at_a_part_of_its_size(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    smooth = Image.fromarray(rng.integers(0, 255, (8, 8, 3)).astype(np.uint8)).resize((1600, 1600))
    smooth.save(tmp_path / "a.jpg", quality=95)
    seen = []
    transpose = picture.ImageOps.exif_transpose
    monkeypatch.setattr(
        picture.ImageOps,
        "exif_transpose",
        lambda image, **in_place: seen.append(image.size) or transpose(image, **in_place),
    )
    found = picture.decode(tmp_path / "a.jpg", (40, 40, 3))
    assert seen == [(200, 200)]
    assert np.abs(found - np.asarray(smooth.resize((40, 40)), int)).mean() < 3


TWELVE = Depth(np.dtype(np.uint16), 0, 4000)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_deep_pictures_keep_each_value(tmp_path, name):
    shades = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    Image.fromarray(shades).save(tmp_path / name)
    assert picture.header(tmp_path / name) == (64, 64, False, np.uint16, False)
    found = picture.decode(tmp_path / name, (64, 64, 3), TWELVE)
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found, np.repeat(shades[..., None], 3, axis=2))
    assert picture.extremes(tmp_path / name) == (0, 4095)


@pytest.mark.parametrize("shade", [np.int32(-70_000), np.float32(-0.25)])
def test_values_of_32_bits_are_not_clipped(tmp_path, shade):
    Image.fromarray(np.full((4, 4), shade)).save(tmp_path / "a.tif")
    assert (picture.decode(tmp_path / "a.tif", (2, 2, 1), Depth(np.dtype(np.float32), -70_000, 1)) == shade).all()
    with pytest.raises(InputError, match="a.tif: expected a picture of 8 or 16 bits, as the others are, found 32 bits"):
        picture.decode(tmp_path / "a.tif", (2, 2, 1))


def test_values_that_are_not_finite_are_refused(tmp_path):
    Image.fromarray(np.full((4, 4), np.nan, np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(InputError, match="a.tif: expected finite values"):
        picture.decode(tmp_path / "a.tif", (2, 2, 1), Depth(np.dtype(np.float32), 0, 1))


def test_pictures_of_8_bits_are_stretched_over_the_range_of_deep_ones(tmp_path):
    for shade in (0, 51, 255):
        Image.new("L", (4, 4), shade).save(tmp_path / "a.png")
        assert (picture.decode(tmp_path / "a.png", (2, 2, 1), TWELVE) == 4000 * shade / 255).all()


def test_16_bits_among_fractions_are_fractions_of_white(tmp_path):
    Image.fromarray(np.full((4, 4), 51 * 256, np.uint16)).save(tmp_path / "a.png")
    found = picture.decode(tmp_path / "a.png", (2, 2, 1), Depth(np.dtype(np.float32), 0, 1))
    np.testing.assert_allclose(found, 0.2, atol=1e-6)
