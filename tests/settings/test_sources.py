import pytest

from semisup.errors import InputError
from semisup.settings import PretrainSettings

REFUSED = [
    ("image_size", [64], r"expected \[height, width\], each from 1 to 4096, found \[64\]"),
    ("image_size", [64, 5000], r"expected \[height, width\], each from 1 to 4096, found \[64, 5000\]"),
    ("image_size", [64, True], "expected .height, width."),
    ("colour", 1, "expected true or false, found 1"),
    ("stream", None, "expected true or false, found None"),
    ("unreadable", "ask", "expected one of refuse, skip, found 'ask'"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), REFUSED)
def test_bad_values_are_refused_by_name(tmp_path, name, value, sentence):
    with pytest.raises(InputError, match=f"{name}: {sentence}"):
        PretrainSettings(data=str(tmp_path), **{name: value})


@pytest.mark.parametrize(
    ("name", "value"), [("image_size", [8, 8]), ("colour", False), ("unreadable", "skip"), ("stream", True)]
)
def test_an_option_that_would_change_nothing_is_refused(tmp_path, name, value):
    (tmp_path / "arrays").mkdir()
    (tmp_path / "arrays" / "x.npy").touch()
    (tmp_path / "a.npy").touch()
    PretrainSettings(data=str(tmp_path), **{name: value})
    for data in ("digits", str(tmp_path / "arrays"), str(tmp_path / "a.npy")):
        with pytest.raises(InputError, match=f"{name}: expected with .*a folder of pictures, not with {data}, found"):
            PretrainSettings(data=data, **{name: value})


def test_tfds_can_be_streamed_and_a_table_option_is_none_of_a_folder(tmp_path):
    assert PretrainSettings(data="tfds:mnist", stream=True).stream
    with pytest.raises(InputError, match="target: expected with a table"):
        PretrainSettings(data=str(tmp_path), target="class")
