from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from semisup.data import columns
from semisup.settings.sources import TableOptions
from semisup.sources import surprises


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["a"] * 20, "is constant: 'a' wherever it has a value; --drop it if it means nothing"),
        (np.arange(5, 25), "numbers the rows, from 5 to 24; --drop it if it is an index"),
        (
            [1.5] * 10 + ["2"] * 9 + ["<0.1"],
            "has numbers but for 1 of 20 cells, such as '<0.1' in row 19; they count as missing, --strict refuses them",
        ),
        (
            ["1,5", "2,25"] * 10,
            "has numbers such as '1,5', read as 1.5; --decimal says the decimal sign",
        ),
        (
            ["1,500", "2,250.5"] * 10,
            "has numbers such as '1,500', read as 1500; --decimal says the decimal sign",
        ),
        (["€ 10", "€ 20"] * 10, "has numbers such as '€ 10', read as 10"),
        (["00123", "10115"] * 10, "has numbers that begin with 0, such as '00123', read as text"),
        (
            [f"customer {n}" for n in range(60)],
            "has 60 different texts, each once, as an identifier has; the 50 most frequent are categories, --drop it "
            "if it names rows, --text if it is free text",
        ),
        (
            [f"street {n}" for n in range(60)] * 2,
            "has 60 different texts, in 120 rows; the 50 most frequent are categories, --drop it if it names rows, "
            "--text if it is free text",
        ),
        (
            [f"what {n} says" for n in range(60)],
            "has 60 different texts of 3 words on average, read as free text by their words and pieces of words; "
            "--category takes them as categories",
        ),
        (["31/12/2024", "01/02/2024"] * 10, "has dates: '31/12/2024' is read as 2024-12-31, as all of them fit"),
        (
            ["03/04/2024", "04/04/2024"] * 10,
            "has dates: '03/04/2024' is read as 2024-03-04, it could be the other way round",
        ),
        (
            ["2024-12-31", "2024-02-01"] * 10 + ["0000-00-00"],
            "has dates but for 1 of 21 cells, such as '0000-00-00' in row 20; they count as missing, --strict refuses "
            "them",
        ),
        (
            [1.5, 20, 3] * 6 + [-999] * 2,
            "has -999 in 2 rows, far from all others; --missing -999 if it means no value",
        ),
        ([None] * 20, "has no value; left out"),
    ],
)
def test_an_odd_column_is_named(values, told):
    frame = pd.DataFrame({"x": values, "z": [0.0, 1.5, 0.5] * (len(values) // 3) + [0.0] * (len(values) % 3)})
    fitted = columns.fit(frame, [], TableOptions(), "t.csv")
    assert surprises.notes(Path("t.csv"), frame, fitted, {}) == (f"t.csv: column 'x' {told}",)


def test_plain_columns_are_not_named():
    frame = pd.DataFrame(
        {
            "number": np.random.default_rng(0).normal(size=60),
            "whole": [3, 1, 2] * 20,
            "colour": ["red", "blue", None] * 20,
            "yes": [True, False] * 30,
            "day": [f"2024-01-{1 + n % 28:02} {n % 24:02}:00" for n in range(60)],
        }
    )
    assert surprises.notes(Path("t.csv"), frame, columns.fit(frame, [], TableOptions(), "t.csv"), {}) == ()


def test_many_columns_of_which_the_same_is_said_share_a_sentence():
    frame = pd.DataFrame({f"c{n}": [f"{n},5", f"{n},25"] * 10 for n in range(5)})
    (told,) = surprises.notes(Path("t.csv"), frame, columns.fit(frame, [], TableOptions(), "t.csv"), {})
    assert told == (
        "t.csv: column 'c0' has numbers such as '0,5', read as 0.5; --decimal says the decimal sign; likewise 4 other "
        "columns, such as 'c1', 'c2'"
    )


def test_codes_in_other_rows_of_a_column_of_numbers_are_named():
    fitted = columns.fit(pd.DataFrame({"zip": ["10115", "20095"] * 10}), [], TableOptions(), "t.csv")
    (told,) = surprises.codes(Path("u.csv"), pd.DataFrame({"zip": ["10115", "01067"]}), fitted)
    assert told.startswith("u.csv: column 'zip' has '01067', read as a number, as in training; --category zip keeps it")
    assert surprises.codes(Path("u.csv"), pd.DataFrame({"zip": ["10115"]}), fitted) == ()
