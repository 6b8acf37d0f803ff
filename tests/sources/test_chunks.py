from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from semisup.data import columns, validation
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import chunks as module
from semisup.sources import files
from semisup.sources.chunks import chunks

BYTES = Scaling("x / 255", np.float64(0), np.float64(255))
PLAIN = Scaling("none, already in [0, 1]", np.float64(0), np.float64(1))
GREY = (6, 4, 1)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 7)


@pytest.mark.parametrize("kind", ["npy", "npz", "compressed", "by columns"])
def test_an_array_in_chunks_is_the_array(tmp_path, small, kind):
    x = np.random.default_rng(0).normal(size=(24, 6, 4))
    path = tmp_path / ("x.npy" if kind in ("npy", "by columns") else "x.npz")
    if kind == "npz":
        np.savez(path, y=np.zeros(24), x=x)
    elif kind == "compressed":
        np.savez_compressed(path, x=x)
    else:
        np.save(path, np.asfortranarray(x) if kind == "by columns" else x)
    found = list(chunks(path, GREY, PLAIN))
    assert [first for first, _ in found] == [0, 7, 14, 21]
    np.testing.assert_array_equal(np.concatenate([part for _, part in found]), x)


@pytest.mark.parametrize("scaling", [BYTES, PLAIN])
def test_single_inputs_and_pictures_are_on_the_raw_scale(tmp_path, scaling):
    kind = np.uint8 if scaling is BYTES else np.float32
    np.save(tmp_path / "one.npy", np.ones(GREY[:2], kind))
    Image.new("L", (4, 6), 51).save(tmp_path / "one.png")
    for name in ("one.npy", "one.png"):
        ((first, raw),) = chunks(tmp_path / name, GREY, scaling)
        assert (first, len(raw)) == (0, 1)
        expected = files.read(tmp_path / name, GREY, scaling)
        np.testing.assert_allclose(validation.scaled(raw, GREY, scaling, name), expected, atol=1e-6)


def test_a_folder_of_pictures_is_read_file_by_file_and_names_them(tmp_path, small):
    (tmp_path / "deep").mkdir()
    for number in range(9):
        Image.new("L", (4, 6), number).save(tmp_path / ("deep" if number % 2 else "") / f"{number}.png")
    (tmp_path / ".hidden").write_text("no picture")
    found = list(chunks(tmp_path, GREY, BYTES))
    assert [first for first, _ in found] == [0, 7]
    values = np.concatenate([raw for _, raw in found])[:, 0, 0, 0]
    assert [f"{value}.png" for value in values] == [Path(file).name for file in module.names(tmp_path)]
    (tmp_path / "none.png").write_text("no picture")
    with pytest.raises(InputError, match="none.png: not a readable picture"):
        list(chunks(tmp_path, GREY, BYTES))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="expected pictures in it, found no file"):
        list(chunks(tmp_path / "empty", GREY, BYTES))


def test_bad_arrays_are_refused_by_name(tmp_path):
    np.save(tmp_path / "torn.npy", np.zeros((9, 6)))
    (tmp_path / "torn.npy").write_bytes((tmp_path / "torn.npy").read_bytes()[:-8])
    np.save(tmp_path / "objects.npy", np.array([[{}]], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "other.npz", z=np.zeros(3))
    (tmp_path / "text.npy").write_text("no array")
    (tmp_path / "text.npz").write_text("no archive")
    for name, sentence in (
        ("torn.npy", "damaged or of another kind .it ends 8 bytes too early"),
        ("objects.npy", "Python objects, which are not read"),
        ("other.npz", "array 'x' is missing, found z"),
        ("text.npy", "not a readable array"),
        ("text.npz", "not a readable array"),
        ("none.npy", "no such file"),
    ):
        with pytest.raises(InputError, match=f"{name}: .*{sentence}"):
            list(chunks(tmp_path / name, (6,), PLAIN))


@pytest.mark.parametrize(
    ("raw", "scaling", "sentence"),
    [
        (np.zeros((2, 7)), PLAIN, r"expected inputs of shape \(6,\) as in training, found \(7,\)"),
        (np.zeros(2), PLAIN, r"x has shape \(2,\)"),
        (np.zeros((0, 6)), PLAIN, "expected at least one row"),
        (np.zeros((2, 6)), BYTES, r"expected bytes \(uint8\) as in training, found float64"),
        (np.zeros((2, 6), np.uint8), PLAIN, "which were no bytes, found uint8"),
        (np.full((2, 6), np.nan), PLAIN, "NaN or infinite values in 2 rows, the first is row 100"),
        (np.array([["a"] * 6]), PLAIN, "x has dtype <U1, expected numbers"),
    ],
)
def test_arrays_that_do_not_match_are_refused_by_what_differs(raw, scaling, sentence):
    with pytest.raises(InputError, match=f"q.npy: .*{sentence}"):
        validation.scaled(raw, (6,), scaling, "q.npy", first=100)


def frame(rows: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    codes = [str(i % 3) if i % 5 else "other" for i in range(rows)]  # looks like a number in many rows
    return pd.DataFrame(
        {"size": rng.normal(size=rows), "code": codes, "seen": ["2024-02-01", "2023-05-06"] * (rows // 2)}
    )


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_a_table_in_chunks_is_the_table(tmp_path, small, monkeypatch, name):
    settings = TableOptions(target="kind", drop=["id"])
    fitted = columns.fit(frame(), ["a", "b"], settings, "t")
    some = frame().assign(id=1, kind="a")
    some.loc[8, "code"] = None  # in a chunk of numbers: 1 must not become 1.0
    some.loc[8:12, "code"] = ["1", None, "0", "2", "1"]
    (some.to_csv if name == "t.csv" else some.to_parquet)(tmp_path / name, index=False)
    parts = list(chunks(tmp_path / name, (8,), fitted))
    assert [first for first, _ in parts] == [0, 7, 14, 21, 28, 35]
    found = np.concatenate([validation.scaled(part, (8,), fitted, name) for _, part in parts])
    np.testing.assert_allclose(found, fitted(some), atol=1e-6)


def test_columns_that_do_not_match_are_refused_by_name_and_row_of_the_file(tmp_path, small):
    fitted = columns.fit(frame(), ["a", "b"], TableOptions(target="kind"), "t")
    text = frame().astype({"size": object})
    text.loc[30, "size"] = "much"
    for bad, sentence in (
        (frame().drop(columns="size"), "column 'size' is missing, found code, seen"),
        (
            frame().assign(colour="red"),
            "unknown column 'colour', expected those of the training rows: size, code, seen",
        ),
        (text, "column 'size' has 'much' in row 30, expected a number"),
    ):
        bad.to_csv(tmp_path / "q.csv", index=False)
        with pytest.raises(InputError, match=f"q.csv: {sentence}"):
            [
                validation.scaled(part, (8,), fitted, "q.csv", first)
                for first, part in chunks(tmp_path / "q.csv", (8,), fitted)
            ]


@pytest.mark.parametrize(
    ("version", "shape"), [((1, 0), (-1, 6)), ((0, 0), (2, 6)), ((1, 0), (10**12, 6)), ((1, 0), (2**62, 2**62))]
)
def test_headers_that_cannot_be_are_refused_before_anything_is_read(tmp_path, version, shape):
    header = repr({"descr": "<f8", "fortran_order": False, "shape": shape}).encode() + b"\n"
    content = b"\x93NUMPY" + bytes(version) + len(header).to_bytes(2, "little") + header + bytes(96)
    (tmp_path / "a.npy").write_bytes(content)
    known = Scaling("none, already in [0, 1]", np.float64(0), np.float64(1))
    with pytest.raises(InputError, match="not a readable array"):
        list(chunks(tmp_path / "a.npy", (6,), known))
