import pandas as pd
import pytest

from semisup.errors import InputError
from semisup.serving.output import written_whole

ROWS = pd.DataFrame({"row": [0, 1], "class": ["a", "b,c"], "abstain": [True, False]})


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_what_is_written_in_parts_is_read_back_as_one(tmp_path, name):
    with written_whole(tmp_path / name) as write:
        for part in (ROWS, ROWS.assign(row=[2, 3])):
            write(part)
    found = pd.read_csv(tmp_path / name) if name == "a.csv" else pd.read_parquet(tmp_path / name)
    pd.testing.assert_frame_equal(found, pd.concat([ROWS, ROWS.assign(row=[2, 3])], ignore_index=True))
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_what_is_broken_off_leaves_the_earlier_file_and_nothing_else(tmp_path, name):
    (tmp_path / name).write_text("earlier")

    def broken_off():
        with written_whole(tmp_path / name) as write:
            write(ROWS)
            raise InputError("bad row")

    with pytest.raises(InputError, match="bad row"):
        broken_off()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["earlier"]


def test_a_place_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(InputError, match="output: .* cannot be written"), written_whole(tmp_path / "no" / "a.csv"):
        pass
