"""CSV files as programs write them: each is read as the same table."""

import gzip
import zipfile
from pathlib import Path

import pytest

from semisup import sources
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import frame

ROWS = [(n, f"{n / 4}", "pq"[n % 2]) for n in range(20)]
PLAIN = "a,b,y\n" + "".join(f"{a},{b},{y}\n" for a, b, y in ROWS)
READ = [[str(a), b, y] for a, b, y in ROWS]


def read(content, **options):
    Path("t.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return frame.read(Path("t.csv"), TableOptions(**({"target": "y"} | options)))


def rows(numbered, mark=","):
    return "".join(mark.join([*([str(n)] if numbered else []), *map(str, row)]) + "\n" for n, row in enumerate(ROWS, 1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (PLAIN, []),
        (PLAIN.replace("\n", "\r\n"), []),
        (PLAIN.replace("\n", "\r"), []),
        ("\n\n" + PLAIN.replace("\n", "\n\n"), []),
        (PLAIN.replace(",", "|"), []),
        (PLAIN.replace(",", "   "), []),
        ("  " + PLAIN.replace(",", " ").replace("\n", " \n  "), []),
        ("sep=;\n" + PLAIN.replace(",", ";"), []),
        (PLAIN.replace("a,b,y", " a , b ,y "), []),
        (PLAIN.replace("a,b,y", "# a,b,y"), []),
        (PLAIN.replace("\n", ",\n"), []),
        ("a,b,y\n" + PLAIN.removeprefix("a,b,y\n").replace("\n", ",\n"), []),
        ("Report of May\n\n" + PLAIN, ["1 line above the table not read, the first is 'Report of May'"]),
        ("by me, in May\n" + PLAIN, ["1 line above the table not read, the first is 'by me in May'"]),
        ("one\ntwo\n" + PLAIN, ["2 lines above the table not read, the first is 'one'"]),
        (",a,b,y\n" + rows(True), ["the first column has no name, as the index of a saved frame; left out"]),
        ("Unnamed: 0,a,b,y\n" + rows(True), ["the first column has no name, as the index of a saved frame; left out"]),
        ("a b y\n" + rows(True, " "), ["the first column has no name, as the index of a saved frame; left out"]),
        ('"a","b","y"\n' + rows(True), ["the first column has no name, as the index of a saved frame; left out"]),
    ],
)  # fmt: skip
def test_it_is_the_same_table(text, told, empty):
    found = read(text)
    assert list(found.frame.columns) == ["a", "b", "y"]
    assert found.frame.values.tolist() == READ
    assert list(found.notes) == [f"t.csv: {note}" for note in told]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_in_any_unicode(encoding, empty):
    text = PLAIN.replace("p", "ü")
    assert read(text.encode(encoding)).frame.values.tolist() == [[a, b, y.replace("p", "ü")] for a, b, y in READ]


def test_packed_files_are_unpacked(empty):
    assert read(gzip.compress(PLAIN.encode())).frame.values.tolist() == READ
    with zipfile.ZipFile("t.zip", "w") as archive:
        archive.writestr("__MACOSX/._a.csv", "x")
        archive.writestr("folder/a.csv", PLAIN)
    assert read(Path("t.zip").read_bytes()).frame.values.tolist() == READ
    with zipfile.ZipFile("t.zip", "a") as archive:
        archive.writestr("b.csv", PLAIN)
    with pytest.raises(InputError, match="one table in it, found folder/a.csv, b.csv; unpack it"):
        read(Path("t.zip").read_bytes())
    with pytest.raises(InputError, match="unpack to over"):
        read(gzip.compress(b"a,b,y\n" + b"0" * 2**27))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook; save the sheet as CSV"),
        (b"<!DOCTYPE html><html>", "a web page; download the file itself"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "a Git LFS pointer; fetch the file itself"),
        (b'[{"a": 1, "y": "p"}]', "a JSON file; save it as CSV or Parquet"),
        (b'{"a": 1, "y": "p"}\n', "a JSON file; save it as CSV or Parquet"),
        (b"\x89HDF\r\n", "an HDF5 file; save it as CSV or Parquet"),
        (b"\x80\x04\x95", "a pickle, which may run code; save it as CSV or Parquet"),
    ],
)
def test_a_file_of_another_kind_is_named(content, what, empty):
    with pytest.raises(InputError, match=f"t.csv: expected a table .*, found {what}"):
        read(content)


def test_an_excel_workbook_is_named_though_it_is_a_zip(empty):
    with zipfile.ZipFile("t.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(InputError, match="found an Excel workbook; save the sheet as CSV"):
        read(Path("t.xlsx").read_bytes())


def test_names_that_are_there_twice_are_told_apart(empty):
    found = read(PLAIN.replace("a,b,y", "a,a,y"))
    assert list(found.frame.columns) == ["a", "a.1", "y"]
    assert found.notes == ("t.csv: two columns have the name 'a'; the second is called 'a.1'",)


def test_names_may_be_given(empty):
    assert read(rows(False), columns=["a", "b", "y"]).frame.values.tolist() == READ
    with pytest.raises(InputError, match="line 1 has 3 fields, expected 1, one for each name of b"):
        read(rows(False), columns=["b"])


def test_rows_that_end_early_are_told_of(empty):
    found = read(PLAIN + "20\n")
    assert found.notes == ("t.csv: line 22 has 1 of 3 fields; what it lacks counts as missing",)
    assert found.frame.iloc[-1].isna().tolist() == [False, True, True]


@pytest.mark.parametrize("word", ["NA", "None"])
def test_a_word_in_quotes_is_a_class_if_most_rows_have_one(word, empty):
    text = "a,y\n" + "".join(f'{n},"{(word, "few", "many")[n % 3]}"\n' for n in range(30))
    Path("t.csv").write_text(text)
    found = sources.load("t.csv", table=TableOptions(target="y"))
    assert found.class_names == sorted([word, "few", "many"])
    assert f"'{word}' in 10 rows, taken as a class, since it is in quotes" in found.notes[0]
    Path("t.csv").write_text(text.replace(f'"{word}"', word))
    found = sources.load("t.csv", table=TableOptions(target="y"))
    assert found.class_names == ["few", "many"]
    assert f"'{word}' in 10 rows, taken as no label; --classes {word} takes it as a class" in found.notes[0]


def test_a_target_is_found_in_another_spelling(empty):
    Path("t.csv").write_text(PLAIN.replace("a,b,y", "a,b, Class"))
    found = sources.load("t.csv", table=TableOptions(target="class "))
    assert found.class_names == ["p", "q"]
    assert found.notes[0] == "t.csv: target 'class ' taken as 'Class'"
    with pytest.raises(InputError, match="target column 'clas' is missing, found a, b, Class; did you mean 'Class'?"):
        sources.load("t.csv", table=TableOptions(target="clas"))
    Path("t.csv").write_text(rows(False))
    with pytest.raises(InputError, match="if no line of the file names its columns, --columns does"):
        sources.load("t.csv", table=TableOptions(target="y"))


def test_the_index_of_a_saved_frame_is_left_out(empty):
    import pandas as pd

    saved = pd.DataFrame({"a": [r[0] for r in ROWS], "y": [r[2] for r in ROWS]}, index=[0] * 10 + [1] * 10)
    saved.to_parquet("t.parquet")  # an index with values that are there twice
    found = sources.load("t.parquet", table=TableOptions(target="y"))
    assert len(found.scaling.columns) == 1
    assert found.notes[0] == "t.parquet: the index of the saved frame left out"
    everything = frame.read(Path("t.parquet"), TableOptions(target="y")).frame
    assert everything["y"].tolist() == [r[2] for r in ROWS]
    assert set(everything["y"].to_numpy()[found.origin.rows[found.y_train == 0]]) == {"p"}
