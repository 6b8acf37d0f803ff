import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from semisup import sources
from semisup.data import columns
from semisup.data.columns import Columns
from semisup.data.dataset import hold_out_rows
from semisup.errors import InputError
from semisup.settings import PretrainSettings
from semisup.settings.sources import TableOptions

ROWS = 60


def frame(rows=ROWS, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(rows) % 3
    return pd.DataFrame(
        {
            "size": y + rng.normal(0, 0.1, rows),
            "colour": np.array(["red", "green", "blue"])[rng.integers(0, 3, rows)],
            "seen": pd.date_range("2024-01-31", periods=rows, freq="36h").strftime("%Y-%m-%dT%H:%M:%S"),
            "kind": np.array(["a", "b", "c"])[y],
        }
    )


@pytest.fixture
def settings(empty):
    frame().to_csv("t.csv", index=False)
    return TableOptions(target="kind")


def load(settings, source="t.csv"):
    return sources.load(source, table=settings)


def test_every_kind_of_column_becomes_numbers_in_0_1(settings):
    dataset = load(settings)
    fitted = dataset.scaling
    assert {column.name: column.kind for column in fitted.columns} == {
        "size": "number",
        "colour": "category",
        "seen": "date",
    }
    assert dataset.shape == (1 + 1 + 3 + 3,)
    assert dataset.x_train.min() >= 0
    assert dataset.x_train.max() <= 1
    assert dataset.class_names == ["a", "b", "c"]
    assert dataset.held_out
    one = fitted(
        pd.DataFrame({"size": [-9.0, 9.0], "colour": ["red", "mauve"], "seen": ["2024-01-01", "2030-12-29T23:00"]})
    )
    np.testing.assert_allclose(one[0], [0, 0, 0, 0, 0, 0, 0, 1], atol=1e-6)  # a Monday in January; blue, green, red
    np.testing.assert_allclose(one[1], [1, 1, 1, 1, 1, 0, 0, 0], atol=1e-6)  # a Sunday in December; never seen


def test_numbers_become_ranks_among_the_training_rows(settings):
    dataset = load(settings)
    ranks = pd.Series(dataset.x_train[:, 0]).rank(pct=True)
    assert abs(ranks - dataset.x_train[:, 0]).max() < 0.05


def test_the_preprocessing_knows_the_training_rows_alone(settings):
    changed = frame()
    _, rows_test = hold_out_rows("t.csv", np.arange(ROWS) % 3)
    in_test = np.isin(np.arange(ROWS), rows_test)
    changed.loc[in_test, "size"] += 1000
    changed.loc[in_test, "colour"] = "mauve"
    changed.to_csv("other.csv", index=False)
    first, other = load(settings), load(settings, "other.csv")
    np.testing.assert_array_equal(first.x_train, other.x_train)
    assert first.scaling.columns == other.scaling.columns
    assert (other.x_test[:, 0] == 1).all()


def test_it_goes_through_json_and_gives_the_same_numbers(settings):
    dataset = load(settings)
    again = Columns.from_json(json.loads(json.dumps(dataset.scaling.to_json())))
    features = frame(seed=5).drop(columns="kind")
    np.testing.assert_array_equal(again(features), dataset.scaling(features))
    np.testing.assert_array_equal(sources.load("t.csv", scaling=again).x_train, dataset.x_train)


def test_an_empty_target_is_unlabelled_and_more_rows_come_from_files(settings):
    some = frame()
    some.loc[10:19, "kind"] = None
    some.to_csv("t.csv", index=False)
    frame(12, seed=1).to_csv("test.csv", index=False)
    frame(30, seed=2).drop(columns="kind").to_csv("more.csv", index=False)
    dataset = load(TableOptions(target="kind", test="test.csv", unlabelled="more.csv"))
    assert len(dataset.x_train) == ROWS + 30
    assert dataset.labelled == ROWS - 10
    assert not dataset.held_out
    np.testing.assert_array_equal(dataset.y_test, np.arange(12) % 3)


def test_missing_values_have_a_feature_of_their_own(settings):
    some = frame()
    some["size"] = some["size"].where(np.arange(ROWS) % 4 > 0)
    some["colour"] = some["colour"].where(np.arange(ROWS) % 5 > 0)
    some.to_csv("t.csv", index=False)
    fitted = load(settings).scaling
    found = fitted(pd.DataFrame({"size": [np.nan, 1.0], "colour": [None, "red"], "seen": ["2024-02-01"] * 2}))
    assert found.shape[1] == 2 + 1 + 3 + 4
    np.testing.assert_allclose(found[0, :2], [0.5, 1], atol=0.02)  # the median, and missing
    assert found[1, 1] == 0
    assert found[0, -4:].sum() == 1
    assert found[0, -4:].argmax() != found[1, -4:].argmax()


def test_files_as_they_come_are_read(empty):
    (empty / "raw.data").write_text("|a line that is none\n 1, x, yes.\n 2, ?, no.\n 3, z, yes.\n 4, x, no.\n" * 5)
    settings = TableOptions(target="t", columns=["n", "c", "t"], missing=["?"], comment="|", strip=".")
    dataset = load(settings, "raw.data")
    assert dataset.class_names == ["no", "yes"]
    assert [column.missing for column in dataset.scaling.columns] == [False, True]
    frame().to_csv("semicolons.csv", index=False, sep=";")
    assert load(TableOptions(target="kind"), "semicolons.csv").shape == (8,)


def test_parquet_is_csv_with_kinds(settings):
    typed = frame().assign(seen=pd.to_datetime(frame()["seen"]))
    typed.to_parquet("t.parquet")
    np.testing.assert_allclose(load(settings, "t.parquet").x_train, load(settings).x_train, atol=1e-6)


def test_rare_and_new_categories_are_all_zeros(settings):
    many = frame(600)
    many["colour"] = [f"c{number % 100 if number < 300 else number % 10}" for number in range(600)]
    fitted = columns.fit(many[["colour"]], [], settings, "many")
    assert len(fitted.columns[0].values) == columns.MOST_CATEGORIES
    assert fitted(pd.DataFrame({"colour": ["c3", "never"]})).sum(axis=1).tolist() == [1, 0]


def test_bad_tables_are_refused_by_file_column_and_row(settings, empty):
    good = frame()
    good.drop(columns="colour").to_csv("short.csv", index=False)
    good.assign(extra=1).to_csv("wide.csv", index=False)
    good.assign(size="much").to_csv("text.csv", index=False)
    good.assign(kind="d").to_csv("class.csv", index=False)
    good[["kind"]].to_csv("one.csv", index=False)
    good.assign(kind=np.arange(ROWS) / 7).to_csv("numbers.csv", index=False)
    good.head(0).to_csv("none.csv", index=False)
    (empty / "torn.parquet").write_bytes(b"PAR1torn")
    (empty / "bytes.csv").write_bytes(b"a,b\n\xff\xfe,\n")
    (empty / "ragged.csv").write_text("a,b\n1,2\n1,2,3\n")
    for source, changes, sentence in (
        ("t.csv", {"target": "sort"}, "t.csv: target column 'sort' is missing, found size, colour, seen, kind"),
        ("t.csv", {"test": "short.csv"}, "short.csv: column 'colour' is missing"),
        ("t.csv", {"test": "wide.csv"}, "wide.csv: unknown column 'extra'"),
        ("t.csv", {"unlabelled": "text.csv"}, "text.csv: column 'size' has 'much' in row 0, expected a number"),
        ("t.csv", {"test": "class.csv"}, "class.csv: target column 'kind' has 'd' in row 0, expected one of a, b, c"),
        ("t.csv", {"drop": ["sizes"]}, "t.csv: column 'sizes' of --drop is missing, found size, colour, seen, kind"),
        ("t.csv", {"text": ["sizes"]}, "t.csv: column 'sizes' is missing, found size, colour, seen"),
        ("one.csv", {}, "one.csv: expected a column with values beside the target, found none"),
        ("numbers.csv", {}, "target column 'kind' has 60 different values in 60 labelled rows, expected classes"),
        ("none.csv", {}, "none.csv: expected at least one row, found none"),
        ("torn.parquet", {}, "torn.parquet: not a readable table"),
        ("bytes.csv", {"encoding": "utf-8"}, "bytes.csv: expected another text encoding"),
        ("ragged.csv", {}, "ragged.csv: line 3 has more than 2 fields, one for each column"),
        ("absent.csv", {}, "absent.csv: no such file"),
    ):
        with pytest.raises(InputError, match=sentence):
            load(TableOptions(**({"target": "kind"} | changes)), source)


def test_a_dropped_column_is_no_input(settings):
    dataset = load(TableOptions(target="kind", drop=["seen"]))
    assert [column.name for column in dataset.scaling.columns] == ["size", "colour"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"data": "t.csv"}, "target: expected with a table, the column of the classes, found none beside t.csv"),
        ({"target": "kind"}, "target: expected with a table, not with digits, found 'kind'"),
        ({"data": "t.csv", "target": "kind", "test": "none.csv"}, "test: none.csv: no such file"),
        ({"data": "t.csv", "target": "kind", "drop": ["kind"]}, "drop: expected columns other than the target"),
        ({"data": "t.csv", "target": "kind", "comment": "//"}, "comment: expected one character"),
        ({"data": "t.csv", "target": "kind", "columns": ["a", "a"]}, "columns: expected each name once"),
    ],
)
def test_options_that_make_no_sense_are_refused(settings, options, sentence):
    with pytest.raises(InputError, match=sentence):
        PretrainSettings(**options)


def test_columns_of_any_kind_of_a_parquet_file_are_read(tmp_path):
    """Bytes, lists and dates that pandas' nanoseconds cannot hold."""
    kinds = {
        "bytes": pa.array([b"\xff", b"a", None, b"\xff"] * 5),
        "list": pa.array([[1, 2], [3], None, [1, 2]] * 5),
        "far": pa.array([2**62, -(2**62), None, 0] * 5, pa.timestamp("us")),
        "y": pa.array(["p", "q"] * 10),
    }
    parquet.write_table(pa.table(kinds), tmp_path / "a.parquet")
    found = sources.load(str(tmp_path / "a.parquet"), table=TableOptions(target="y"))
    assert np.isfinite(found.x_train).all()
    assert found.classes == 2


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_more_columns_than_can_be_looked_at_are_refused(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    frame = pd.DataFrame(np.zeros((2, 10_001)), columns=[f"c{i}" for i in range(10_001)])
    frame.to_csv(path, index=False) if suffix == ".csv" else frame.to_parquet(path)
    with pytest.raises(InputError, match=r"expected at most 10000 columns, or an array \(.npz\) instead, found 10001"):
        sources.load(str(path), table=TableOptions(target="c0"))


def test_a_parquet_file_with_two_columns_of_one_name_is_refused(tmp_path):
    table = pa.table([pa.array([1, 2]), pa.array([3, 4]), pa.array(["p", "q"])], names=["a", "a", "y"])
    parquet.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(InputError, match="expected each column once, found 'a' twice"):
        sources.load(str(tmp_path / "a.parquet"), table=TableOptions(target="y"))
