import numpy as np
import pytest
from PIL import ExifTags, Image

from semisup.sources import picture


def test_a_picture_is_seen_upright(tmp_path):
    halves = np.zeros((4, 8, 3), np.uint8)
    halves[:, :4] = 255  # the left one is white
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6  # to be turned clockwise: white goes up
    Image.fromarray(halves).save(tmp_path / "a.png", exif=turned)
    found = picture.decode(tmp_path / "a.png", (8, 4, 1))[..., 0]
    assert picture.header(tmp_path / "a.png") == (8, 4, True)
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
