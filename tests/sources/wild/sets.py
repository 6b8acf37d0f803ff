"""A table in several files: `--test` and `--unlabelled`."""
# ruff: noqa: E501 one case a line

import gzip

import numpy as np
import pandas as pd

from semisup.data.dataset import Dataset

from .case import Case, Read
from .checks import category, either, number, told
from .layouts import weight
from .write import SIZE, file, files, joined, lines

WEIGHT = number(0.5, 39.5)
COLOURS = ("red", "green")
CODES = ("00123", "04567")
FIRST = lines({"weight": weight, "colour": lambda i: COLOURS[i // 2 % 2]})
COLUMNS = {"size": SIZE, "weight": WEIGHT, "colour": category(*COLOURS)}
TEST = {"test": "u.csv"}
MORE = {"unlabelled": "u.csv"}


def reordered(rows: list[str], order: tuple[int, ...]) -> list[str]:
    """The same table with some of its columns, in another order."""
    return [",".join(row.split(",")[j] for j in order) for row in rows]


def same_as_training(dataset: Dataset) -> str:
    """The test file has the first 20 rows of the training file, so it has to give the same inputs."""
    same = dataset.x_test.shape == dataset.x_train[:20].shape and np.allclose(dataset.x_test, dataset.x_train[:20])
    return "" if same else "test rows read otherwise than the same training rows"


def case(
    name: str, second: list[str] | bytes, *read: Read, options: dict = TEST, first: list[str] = FIRST, **more
) -> Case:
    other = next(iter(value for value in options.values() if isinstance(value, str)))
    second = file(second if isinstance(second, bytes) else joined(second), other)
    return Case(name=name, make=files(file(joined(first)), second), options=options, read=read, **more)


def tested(**more) -> Read:
    """20 rows of the training file as the test set."""
    return Read(**{"rows": 80, "labelled": 40, "test_rows": 20, "columns": COLUMNS, "holds": same_as_training} | more)


def more_rows(told: tuple[str, ...] = (), rows: int = 120, **more) -> Read:
    return Read(**{"rows": rows, "columns": COLUMNS, "told": told} | more)


def swapped(rows: list[str], old: str, new: str) -> list[str]:
    return [row.replace(old, new) for row in rows]


PART = FIRST[:21]
WITHOUT = reordered(FIRST, (0, 1, 2))
CODED = lines({"gauge": lambda i: CODES[i // 2 % 2]})
PLAIN_CODES = lines({"gauge": lambda i: 10001 + i % 4})
COMMAS = swapped(swapped(FIRST, ",", ";"), ".", ",")
KINDS = lines({"weight": weight}, target=lambda i: CODES[i % 2] if i < 20 else "")
FLOATS = lines({"weight": weight}, target=lambda i: i % 2 if i < 20 else "")
PAIR = {"size": SIZE, "weight": WEIGHT}


def parquet(folder) -> None:
    pd.read_csv(folder / "t.csv").drop(columns="y").to_parquet(folder / "u.parquet", index=False)


# fmt: off
CASES = [
    case("a test file", PART, tested()),
    case("a test file with columns in another order", reordered(PART, (3, 2, 1, 0)), tested()),
    case("a test file with semicolons", swapped(PART, ",", ";"), tested()),
    case("a test file with semicolons and decimal commas", COMMAS[:21], tested(told=("comma",)), refused=("u.csv",)),
    case("a test file with decimal points, training with commas", PART, tested(), first=COMMAS, refused=("u.csv",)),
    case("a test file with a mark", "\ufeff".encode() + joined(PART).encode(), tested()),
    case("a compressed test file", gzip.compress(joined(PART).encode()), tested(), options={"test": "u.csv.gz"}),
    case("a test file without the target", reordered(PART, (0, 1, 2)), refused=("u.csv", "y")),
    case("a test file with a column more", [PART[0] + ",id", *(f"{row},{i}" for i, row in enumerate(PART[1:]))], tested(), refused=("u.csv", "id")),
    case("a test file with an index", ["," + PART[0], *(f"{i},{row}" for i, row in enumerate(PART[1:]))], tested(), refused=("u.csv",)),
    case("a test file with a column less", reordered(PART, (0, 2, 3)), refused=("u.csv", "weight")),
    case("a test file with names in another case", ["Size,Weight,Colour,Y", *PART[1:]], tested(), refused=("u.csv", "size|y")),
    case("a test file with blanks around names", [" size, weight, colour, y", *PART[1:]], tested()),
    case("a test file without a header", PART[1:], refused=("u.csv",)),
    case("a test file with a class more", [*PART, "3,2.5,red,perhaps"], refused=("perhaps",)),
    case("a test file with a class less", [row for row in PART if not row.endswith("no")], Read(rows=70, labelled=30, test_rows=10, columns=COLUMNS)),
    case("a test file with classes in another case", swapped(swapped(PART, "yes", "Yes"), ",no", ",No"), tested(), refused=("u.csv", "yes")),
    case("a test file with blanks around classes", [PART[0], *(row + " " for row in PART[1:])], tested()),
    case("a test file with blanks behind names", [PART[0].replace(",", " ,") + " ", *PART[1:]], tested()),
    case("a test file with rows without a class", FIRST, tested(told=("u.csv|without",), rows=(80, 120), holds=None), refused=("u.csv",)),
    case("a test file with a category more", swapped(PART, "green", "blue"), tested(holds=None, told=("blue|colour",)), tested(holds=None)),
    case("a test file with a text among numbers", swapped(PART, ",4.5,", ",n/a,"), tested(holds=None), refused=("u.csv", "weight")),
    case("a test file with a word among numbers", swapped(PART, ",14.5,", ",heavy,"), tested(holds=None, told=("weight",)), refused=("u.csv", "weight")),
    case("a test file whose column is all missing", [PART[0], *(f"{i + 1},,red,{('yes', 'no')[i % 2]}" for i in range(20))], tested(holds=None, told=("weight",)), tested(holds=None), refused=("weight",)),
    case("a test file with a header alone", PART[:1], refused=("u.csv",)),
    case("an empty test file", b"", refused=("u.csv",)),
    case("a test file that is not there", b"", options={"test": "v.csv", "unlabelled": "w.csv"}, refused=("w.csv|v.csv",)),
    case("codes with zeros as classes", KINDS[:21], tested(columns=PAIR, classes=CODES), first=KINDS),
    case("codes as classes, without zeros in the test file", swapped(swapped(KINDS[:21], ",00123", ",123"), ",04567", ",4567"), tested(columns=PAIR, classes=CODES, told=("123",)), first=KINDS, refused=("123",)),
    case("floats as classes in the training file only", FLOATS[:21], tested(columns=PAIR, classes=("0", "1")), tested(columns=PAIR, classes=("0.0", "1.0")), first=[*FLOATS[:1], *(row + ".0" if row[-1] in "01" and i < 20 else row for i, row in enumerate(FLOATS[1:]))], refused=("u.csv",)),
    case("codes as a column of the test file", CODED[:21], tested(columns={"size": SIZE, "gauge": category(*CODES)}), first=CODED),
    case("codes with zeros in the test file only", swapped(PLAIN_CODES[:21], "10002", "02139"), tested(columns={"size": SIZE, "gauge": either(told, category())}, holds=None), first=PLAIN_CODES, refused=("gauge",)),
    case("more rows without the target", WITHOUT, more_rows(), options=MORE),
    case("more rows with the target, which is not read", FIRST, more_rows(), options=MORE),
    case("more rows with columns in another order", reordered(FIRST, (2, 0, 1)), more_rows(), options=MORE),
    case("more rows with a column more", reordered(FIRST, (0, 1, 2, 0)), more_rows(), options=MORE, refused=("u.csv",)),
    case("more rows with a column less", reordered(FIRST, (0, 1)), options=MORE, refused=("u.csv", "colour")),
    case("more rows with names in another case", ["SIZE,WEIGHT,COLOUR", *WITHOUT[1:]], more_rows(), options=MORE, refused=("u.csv", "size")),
    case("compressed more rows", gzip.compress(joined(WITHOUT).encode()), more_rows(), options={"unlabelled": "u.csv.gz"}),
    case("more rows with other decimals", swapped(swapped(WITHOUT, ",", ";"), ".", ","), more_rows(), options=MORE, refused=("u.csv",)),
    case("more rows with words in a column of numbers", swapped(WITHOUT, ".5", " heavy"), options=MORE, refused=("weight",)),
    case("more rows with zeros before codes", swapped(PLAIN_CODES, "10002", "02139"), more_rows(columns={"size": SIZE, "gauge": either(category("10001", "10002", "02139", "10003", "10004"), told)}), options=MORE, first=PLAIN_CODES),
    case("more rows with a category more", swapped(WITHOUT, "green", "blue"), more_rows(columns={**COLUMNS, "colour": category("red", "green", "blue")}), options=MORE),
    case("more rows that lack a category", swapped(WITHOUT, "green", ""), more_rows(), options=MORE),
    case("more rows in a test file's place", WITHOUT, refused=("u.csv", "y")),
    case("a test file and more rows, which are one", PART, Read(rows=100, labelled=40, test_rows=20, columns=COLUMNS), options={"test": "u.csv", "unlabelled": "u.csv"}, refused=("u.csv",)),
    case("a test file whose rows are all in training", PART, tested(holds=lambda dataset: "" if dataset.leaks == 40 else f"{dataset.leaks} leaks")),
    Case(name="more rows as Parquet", make=files(file(joined(FIRST)), parquet), options={"unlabelled": "u.parquet"}, read=more_rows()),
    Case(name="a test file as a web page", make=files(file(joined(FIRST)), file("<!DOCTYPE html>\n<html>\n</html>\n", "u.csv")), options=TEST, refused=("u.csv",)),
]
