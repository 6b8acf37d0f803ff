import dataclasses
import json

import numpy as np
import pytest

from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.retrieval import index_folder


@pytest.fixture
def contents():
    scaling = Scaling("x / 255", np.float64(0), np.float64(255))
    arrays = np.arange(10, dtype=np.uint8).reshape(5, 2), np.ones((5, 3), np.float32), np.arange(5) % 2
    return index_folder.Contents("abc", "graph", (6,), scaling, ["a", "b"], [("first", 3), ("second", 2)], *arrays)


@pytest.fixture
def written(tmp_path, contents):
    (tmp_path / "model").write_bytes(b"a model")
    index_folder.write(tmp_path / "index", contents, tmp_path / "model")
    return tmp_path / "index"


def test_what_was_written_is_read(written, contents):
    found = index_folder.read(written)
    for field in dataclasses.fields(contents):
        np.testing.assert_equal(getattr(found, field.name), getattr(contents, field.name))
    assert (written / index_folder.MODEL).read_bytes() == b"a model"
    assert [found.item(number) for number in (0, 2, 3)] == [("first", 0), ("first", 2), ("second", 0)]


def test_it_is_replaced_as_a_whole_and_nothing_is_left_beside_it(written, contents):
    index_folder.write(written, dataclasses.replace(contents, run="def"), written / index_folder.MODEL)
    assert index_folder.read(written).run == "def"
    assert sorted(path.name for path in written.parent.iterdir()) == ["index", "model"]


def test_a_write_that_fails_leaves_the_earlier_one(written, contents, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(InputError, match=r"index cannot be written \(No space left on device\)"):
        index_folder.write(written, dataclasses.replace(contents, run="def"), written / index_folder.MODEL)
    assert index_folder.read(written).run == "abc"
    assert sorted(path.name for path in written.parent.iterdir()) == ["index", "model"]


@pytest.mark.parametrize("name", ["bits.npy", "codes.npy", "classes.npy", index_folder.MODEL])
def test_a_flipped_byte_is_noticed(written, name):
    content = bytearray((written / name).read_bytes())
    content[-1] ^= 1
    (written / name).write_bytes(content)
    with pytest.raises(InputError, match=f"{name}: expected the file that was written with the index, found another"):
        index_folder.read(written)


@pytest.mark.parametrize("manifest", ["", "[]", "{}", "null", '{"format": 1}', '{"format": 1, "files": []}'])
def test_a_damaged_manifest_is_refused(written, manifest):
    (written / index_folder.MANIFEST).write_text(manifest)
    with pytest.raises(InputError, match="the index cannot be read, a file is missing or damaged"):
        index_folder.read(written)


def test_another_format_and_no_index_at_all_are_refused(written, tmp_path):
    manifest = json.loads((written / index_folder.MANIFEST).read_text())
    (written / index_folder.MANIFEST).write_text(json.dumps(manifest | {"format": 2}))
    with pytest.raises(InputError, match="expected an index of format 1, found 2"):
        index_folder.read(written)
    with pytest.raises(InputError, match="expected an index, made by python -m semisup index, found none at"):
        index_folder.read(tmp_path)
