"""Tables as people have them: each is read right, or what was guessed is told."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from semisup import sources
from semisup.cli import run as command_line
from semisup.data import cells, dates, validation
from semisup.data.cells import Form
from semisup.data.columns import Columns
from semisup.errors import InputError
from semisup.settings.sources import TableOptions
from semisup.sources import frame, target_column

ROWS = 40
EUROPEAN = "Preis;Anteil;PLZ;Umsatz;Klasse\n" + "".join(
    f"{n},5;{n} %;0{1000 + n};{1 + n % 9}.{100 + n},50;{'äb'[n % 2]}\n" for n in range(ROWS)
)


def loaded(text, encoding="utf-8", **options):
    Path("t.csv").write_bytes(text.encode(encoding))
    return sources.load("t.csv", table=TableOptions(**({"target": "y"} | options)))


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1.5", ".", 1.5),
        ("1,5", ",", 1.5),
        ("1,234,567.5", ".", 1234567.5),
        ("1.234.567,5", ",", 1234567.5),
        ("-1,234", ".", -1234),
        ("1.234", ",", 1234),
        ("12 %", ".", 12),
        ("$1,000", ".", 1000),
        ("1.000,50 €", ",", 1000.5),
        ("1e-3", ".", 0.001),
        ("1.5", ",", np.nan),
        ("1,5", ".", np.nan),
        ("1,23,4", ".", np.nan),
        ("inf", ".", np.nan),
        ("", ".", np.nan),
        ("1 234.5", ".", 1234.5),
        ("1\u202f234,5", ",", 1234.5),
        ("1'234.5", ".", 1234.5),
        ("1’234.5", ".", 1234.5),
        ("12,34,567", ".", 1234567),
        ("-$5", ".", -5),
        ("$-5", ".", -5),
        ("(5)", ".", -5),
        ("(5", ".", np.nan),
        ("5-", ".", -5),
        ("−5", ".", -5),
        ("--5", ".", np.nan),
        ("1.5D+03", ".", 1500),
        ("'5", ".", 5),
        ("７", ".", 7),
        ("192.168.100.200", ",", np.nan),
    ],
)
def test_a_text_is_the_number_that_it_stands_for(text, decimal, number):
    np.testing.assert_equal(cells.numbers(pd.Series([text, "7"]), Form(decimal)), [number, 7])


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["5 kg", "6.5 kg"], Form(".", "kg")),
        (["5cm", "1,5cm"], Form(",", "cm")),
        (["USD 5", "USD 1,000"], Form(".", "USD")),
        (["7*", "7.5"], Form(".", "*")),
        (["5 kg", "600 g"], None),
        (["Q1", "Q2"], None),
        (["9007199254740993", "9007199254740995"], None),
    ],
)
def test_a_unit_beside_all_numbers_is_known(texts, form):
    assert cells.form_of(pd.Series(texts)) == form


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_a_table_with_decimal_commas_is_read_as_its_twin_with_points(empty, encoding):
    found = loaded(EUROPEAN, encoding, target="Klasse")
    assert found.class_names == ["b", "ä"]
    assert {c.name: (c.kind, c.decimal) for c in found.scaling.columns} == {
        "Preis": ("number", ","), "Anteil": ("number", ","), "PLZ": ("category", "."), "Umsatz": ("number", ","),
    }  # fmt: skip
    plain = EUROPEAN.replace(";01", ";z01").replace(".", "").replace(",", ".").replace(" %", "").replace(";", ",")
    twin = loaded(plain, target="Klasse")
    np.testing.assert_array_equal(found.x_train, twin.x_train)
    np.testing.assert_array_equal(found.y_train, twin.y_train)


def test_new_rows_are_read_with_the_decimal_sign_of_the_training_rows(empty):
    known = Columns.from_json(loaded(EUROPEAN, target="Klasse").scaling.to_json())
    Path("new.csv").write_text("Preis;Anteil;PLZ;Umsatz\n3,5;3 %;01003;1.103,50\n1000;3 %;1003;1.103\n")
    (x, other), ((_, chunk),) = known(frame.read(Path("new.csv"), known.table).frame), frame.chunks(
        Path("new.csv"), known.table, 10
    )  # fmt: skip
    np.testing.assert_array_equal(known(chunk), [x, other])
    assert 0 < x[0] < other[0] == 1
    assert x[3:].sum() == 1  # its code was among the training rows
    assert other[3:].sum() == 0  # 1003 is another code than 01003


def test_stray_texts_among_numbers_are_missing_and_told_of_or_refused(empty):
    text = "a,y\n" + "".join(f"{'<0.1' if n == 7 else n},{'pq'[n % 2]}\n" for n in range(ROWS))
    found = loaded(text)
    assert found.notes == (
        "t.csv: column 'a' has numbers but for 1 of 40 cells, such as '<0.1' in row 7; they count as missing, --strict "
        "refuses them",
    )
    assert [(column.kind, column.missing) for column in found.scaling.columns] == [("number", True)]
    with pytest.raises(InputError, match="column 'a' has '<0.1' in row 7, expected a number"):
        loaded(text, strict=True)


def test_what_is_told_of_a_number_is_what_is_done_with_it(empty):
    rows = "".join(f'"1,{200 + n}";"{n},5";{"pq"[n % 2]}\n' for n in range(ROWS))
    found = loaded("a;b;y\n" + rows)
    assert found.scaling.columns[0].values[0] < 2  # the other column has decimal commas, so this one has them too
    assert "'1,200', read as 1.2;" in found.notes[0]


@pytest.mark.parametrize("seen", [True, False])
def test_a_stray_text_in_a_new_row_is_missing_where_training_rows_had_some(empty, seen):
    rows = "".join(f"{'<0.1' if seen and n in (7, 8, 9) else n},{'pq'[n % 2]}\n" for n in range(ROWS))
    known = Columns.from_json(loaded("a,y\n" + rows).scaling.to_json())
    row = pd.DataFrame({"a": ["<0.2"]})
    if seen:
        np.testing.assert_array_equal(known(row), known(pd.DataFrame({"a": [None]})))
    else:
        with pytest.raises(InputError, match="column 'a' has '<0.2' in row 0, expected a number"):
            known(row)


def test_a_stray_text_that_only_a_held_out_row_has_is_missing(empty):
    text = "a,y\n" + "".join(f"{n},{'pq'[n % 2]}\n" for n in range(ROWS))
    held_out = sorted(set(range(ROWS)) - set(loaded(text).origin.rows))
    found = loaded(text.replace(f"\n{held_out[0]},", "\n<0.1,"))
    assert f"such as '<0.1' in row {held_out[0]}" in found.notes[0]
    with pytest.raises(InputError, match=f"column 'a' has '<0.1' in row {held_out[0]}, expected a number"):
        loaded(text.replace(f"\n{held_out[0]},", "\n<0.1,"), strict=True)


def test_words_that_may_mean_no_label_are_told_of(empty):
    text = "a,y\n" + "".join(f"{n},{('None', 'few', 'many')[n % 3]}\n" for n in range(ROWS))
    found = loaded(text)
    assert found.class_names == ["few", "many"]
    assert found.notes[0] == (
        "t.csv: target 'y' has 'None' in 14 rows, taken as no label; --classes None takes it as a class"
    )
    told = loaded(text, classes=["None"])
    assert told.class_names == ["None", "few", "many"]
    assert not any("None" in note for note in told.notes)
    found = loaded(text.replace("None", "?"))
    assert found.class_names == ["?", "few", "many"]
    assert "'?' in 14 rows, taken as a class; --missing '?' takes it as no label" in found.notes[0]
    assert loaded(text.replace("None", "?"), missing=["?"]).class_names == ["few", "many"]


@pytest.mark.parametrize(
    ("written", "names"),
    [(["1.0", "2.0", ""], ["1", "2"]), (["01", "02", ""], ["01", "02"]), (["a", "1.0"], ["1.0", "a"])],
)
def test_whole_numbers_that_were_floats_are_classes_without_their_point(written, names):
    values = pd.Series([text or None for text in written * 4])
    found, _ = target_column.read("t.csv", values, TableOptions(target="y"))
    assert sorted(set(found) - {None}) == names


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators_are_guessed(empty, mark):
    text = "a,b,y\n" + "".join(f"{n},{n % 5},{'pq'[n % 2]}\n" for n in range(ROWS))
    assert loaded(text.replace(",", mark)).shape == (2,)


def test_a_word_that_begins_with_a_dash_is_an_option_s_value(empty, capsys):
    Path("t.csv").write_text("a,y\n" + "".join(f"{-999 if n == 5 else n},{'pq'[n % 2]}\n" for n in range(ROWS)))
    assert command_line.main(["describe", "--data", "t.csv", "--target", "y", "--missing", "-999"]) == 0
    told = sources.load("t.csv", table=TableOptions(target="y", missing=["-999"]))
    assert told.scaling.columns[0].missing
    assert min(told.scaling.columns[0].values) >= 0


def test_a_guessed_encoding_is_told(empty):
    text = "name,y\n" + "".join(f"{['café', 'thé'][n % 2]},{'pq'[n % 2]}\n" for n in range(ROWS))
    found = loaded(text, "cp1252")
    assert found.scaling.columns[0].values == ["café", "thé"]
    assert "t.csv: not in UTF-8, read as cp1252; --encoding says another" in found.notes
    table = TableOptions(target="y", encoding="cp437")
    Path("d.csv").write_bytes(text.encode("cp437"))
    assert sources.load("d.csv", table=table).scaling.columns[0].values == ["café", "thé"]
    with pytest.raises(InputError, match="expected another text encoding .* --encoding says which it is"):
        sources.load("t.csv", table=TableOptions(target="y", encoding="utf-8"))


def test_true_and_false_are_numbers_whatever_stands_beside_them():
    np.testing.assert_equal(cells.numbers(pd.Series(["true", "False", "maybe", None]), Form()), [1, 0, np.nan, np.nan])


def test_a_letter_that_multiplies_is_no_unit_beside_bare_numbers():
    assert cells.form_of(pd.Series(["950", "1.2k", "3.4k"] * 9)) is None
    assert cells.form_of(pd.Series(["1.2k", "3.4k"])) == Form(".", "k")


def test_days_and_months_change_places_only_if_all_rows_allow_it():
    days = pd.Series([f"01/{1 + n % 12:02}/2020 {n % 24:02}:{n % 60:02}" for n in range(2400)])
    late = pd.Series([f"01/13/2020 {n % 24:02}:00" for n in range(150)])
    assert dates.format_of(pd.concat([days, late], ignore_index=True)) == "%m/%d/%Y %H:%M"


def test_rows_that_come_from_no_file_are_cleaned_like_those_of_a_file(empty):
    text = "a,b,y\n" + "".join(
        f"{n if n % 9 else -999},{('red', 'blue', '?')[n % 3]},{'pq'[n % 2]}\n" for n in range(ROWS)
    )
    known = loaded(text, missing=["-999"]).scaling
    Path("new.csv").write_text("a,b\n-999,?\n3,red\n")
    from_file = validation.scaled(frame.read(Path("new.csv"), known.table).frame, (), known, "new.csv")
    given = pd.DataFrame({"a": [-999, 3], "b": ["?", " red"]})
    np.testing.assert_array_equal(validation.scaled(given, (), known, "frame"), from_file)


def test_a_chunk_keeps_a_column_without_a_name(empty):
    Path("t.csv").write_text("a,,y\n" + "".join(f"{n},{n if n == 9 else ''},{'pq'[n % 2]}\n" for n in range(ROWS)))
    settings = TableOptions(target="y")
    assert {tuple(chunk) for _, chunk in frame.chunks(Path("t.csv"), settings, 4)} == {("a", "column 2", "y")}
    known = sources.load("t.csv", table=settings).scaling
    Path("new.csv").write_text("a,,\n1,,\n")
    ((_, chunk),) = frame.chunks(Path("new.csv"), settings, 4)
    assert len(validation.scaled(chunk, (), known, "new.csv")) == 1


def test_new_rows_of_a_file_without_a_header_may_lack_the_target_or_have_a_header(empty):
    settings = TableOptions(target="y", columns=["a", "b", "y"])
    for text in ("1,2\n3,4\n", "a,b\n1,2\n3,4\n", "1,2,p\n3,4,q\n"):
        Path("new.csv").write_text(text)
        assert frame.read(Path("new.csv"), settings).frame[["a", "b"]].values.tolist() == [["1", "2"], ["3", "4"]]


def test_names_like_those_of_other_kinds_of_file_are_names(empty):
    Path("t.csv").write_text("PAR1,matlab\n1,2\n3,4\n")
    assert frame.read(Path("t.csv"), TableOptions()).frame.shape == (2, 2)


def test_a_comment_ends_no_text_in_quotes(empty):
    Path("t.csv").write_text('a,b\n1,"C# is, fine"\n2,x # a remark\n')
    assert frame.read(Path("t.csv"), TableOptions(comment="#")).frame["b"].tolist()[1] == "x"
