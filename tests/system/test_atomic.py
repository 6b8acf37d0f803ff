import os

import pytest

from semisup.system import atomic


def test_a_file_is_whole_or_as_it_was(tmp_path):
    path = tmp_path / "a.txt"
    with atomic.new_file(path, durable=True) as aside:
        aside.write_text("first")
        assert not path.exists()
        assert aside.suffix == ".txt"
    with pytest.raises(ZeroDivisionError), atomic.new_file(path) as aside:
        aside.write_text(str(1 / 0))
    assert path.read_text() == "first"
    assert os.listdir(tmp_path) == ["a.txt"]  # noqa: PTH208


@pytest.mark.parametrize("over", [True, False])
def test_a_folder_takes_the_place_of_another_or_leaves_it(tmp_path, over):
    place = tmp_path / "below" / "folder"
    for content in ("first", "second"):
        with atomic.new_folder(place, over) as aside:
            (aside / "a.txt").write_text(content)
    assert (place / "a.txt").read_text() == ("second" if over else "first")
    with pytest.raises(ZeroDivisionError), atomic.new_folder(place, over) as aside:
        (aside / "b.txt").write_text(str(1 / 0))
    assert (place / "a.txt").exists()
    assert os.listdir(place.parent) == ["folder"]  # noqa: PTH208
