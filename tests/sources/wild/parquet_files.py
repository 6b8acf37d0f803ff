"""Parquet files, as pandas, Spark and databases write them."""
# ruff: noqa: E501 one case a line

import datetime
import decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from .case import Case, Read
from .checks import Check, anything, both, category, date, either, left_out, number, told
from .write import DISTINCT, LABELLED, ROWS, SIZE, label, size

FIRST = datetime.datetime(2024, 1, 1, 8)
LOW, HIGH = "2024-01-01T08:00", "2024-02-09T08:00"
MOMENTS = date(LOW, HIGH)
NAMED = ("gauge",)
COLOURS = ("red", "green", "blue")
HALVES = number(0.5, 39.5)


def moment(k: int) -> datetime.datetime:
    return FIRST + datetime.timedelta(days=k)


def table(gauge: pa.Array, y: pa.Array | None = None) -> pa.Table:
    y = pa.array([label(i) or None for i in range(ROWS)]) if y is None else y
    return pa.table({"size": [size(i) for i in range(ROWS)], "gauge": gauge, "y": y})


def case(name: str, cell, kind: pa.DataType | None, check: Check, **more) -> Case:
    """A column `gauge` of a type of Arrow; `cell` makes its values from 0 to 39."""

    def make(folder: Path) -> None:
        parquet.write_table(table(pa.array([cell(i % DISTINCT) for i in range(ROWS)], kind)), folder / "t.parquet")

    read = Read(columns={"size": SIZE, "gauge": check}, told=more.pop("told", ()))
    return Case(name=name, make=make, read=read, data="t.parquet", **more)


def target(name: str, cell, kind: pa.DataType | None, *read: Read, **more) -> Case:
    """A target of a type of Arrow; `cell` makes the labels of the first 20 rows."""

    def make(folder: Path) -> None:
        y = pa.array([cell(i) if i < LABELLED else None for i in range(ROWS)], kind)
        parquet.write_table(table(pa.array([i % DISTINCT + 0.5 for i in range(ROWS)]), y), folder / "t.parquet")

    return Case(name=name, make=make, read=read, data="t.parquet", **more)


def frame(name: str, change, *read: Read, **more) -> Case:
    """What pandas writes of a changed data frame."""

    def make(folder: Path) -> None:
        y = [label(i) or None for i in range(ROWS)]
        gauge = [i % DISTINCT + 0.5 for i in range(ROWS)]
        change(pd.DataFrame({"size": [size(i) for i in range(ROWS)], "gauge": gauge, "y": y})).to_parquet(
            folder / "t.parquet"
        )

    return Case(name=name, make=make, read=read, data="t.parquet", **more)


def parts(folder: Path) -> None:
    """A folder of two parts, as Spark writes it."""
    (folder / "t.parquet").mkdir()
    whole = table(pa.array([i % DISTINCT + 0.5 for i in range(ROWS)]))
    for name, start in (("part-0.parquet", 0), ("part-1.parquet", 30)):
        parquet.write_table(whole.slice(start, 30), folder / "t.parquet" / name)
    (folder / "t.parquet" / "_SUCCESS").write_bytes(b"")


def or_missing(value, k: int):
    return None if k % 10 == 5 else value


PLAIN = Read(columns={"size": SIZE, "gauge": HALVES})
INDEXED = Read(columns={**PLAIN.columns, "__index_level_0__": told})
BY_NAME = Read(columns={**PLAIN.columns, "patient": told})
WORDS = pa.dictionary(pa.int8(), pa.string())

# fmt: off
CASES = [
    case("floats", lambda k: k + 0.5, pa.float64(), HALVES),
    case("floats of half precision", lambda k: np.float16(k + 0.5), pa.float16(), HALVES),
    case("floats, some missing", lambda k: or_missing(k + 0.5, k), pa.float32(), number(0.5, 39.5, missing=True)),
    case("floats, some NaN", lambda k: float("nan") if k % 10 == 5 else k + 0.5, pa.float64(), number(0.5, 39.5, missing=True)),
    case("floats, some infinite", lambda k: float("inf") if k == 20 else k + 0.5, pa.float64(), told, refused=NAMED),
    case("whole numbers, some missing", lambda k: or_missing(k, k), pa.int64(), number(0, 39, missing=True)),
    case("bytes", lambda k: k, pa.uint8(), number(0, 39, missing=False)),
    case("identifiers beyond 2^53 in Parquet", lambda k: 2**63 + k, pa.uint64(), either(category(), left_out, told)),
    case("decimals", lambda k: decimal.Decimal(f"{k}.50"), pa.decimal128(10, 2), HALVES),
    case("decimals, some missing", lambda k: or_missing(decimal.Decimal(f"{k}.50"), k), pa.decimal128(10, 2), number(0.5, 39.5, missing=True)),
    case("long decimals", lambda k: decimal.Decimal(f"{k}.50"), pa.decimal256(50, 2), HALVES),
    case("true and false in Parquet", lambda k: k % 2 == 0, pa.bool_(), either(number(0, 1), category("True", "False"), category("true", "false"))),
    case("true and false, some missing", lambda k: or_missing(k % 2 == 0, k), pa.bool_(), either(number(0, 1, missing=True), category("True", "False"), category("true", "false"))),
    case("texts", lambda k: COLOURS[k % 3], pa.string(), category(*COLOURS)),
    case("large texts", lambda k: COLOURS[k % 3], pa.large_string(), category(*COLOURS)),
    case("viewed texts", lambda k: COLOURS[k % 3], pa.string_view(), category(*COLOURS)),
    case("texts, some missing", lambda k: or_missing(COLOURS[k % 3], k), pa.string(), category(*COLOURS)),
    case("categories", lambda k: COLOURS[k % 3], WORDS, category(*COLOURS)),
    case("categories, some missing", lambda k: or_missing(COLOURS[k % 3], k), WORDS, category(*COLOURS)),
    case("codes as texts", lambda k: f"0012{k % 3}", pa.string(), category("00120", "00121", "00122")),
    case("numbers as texts", lambda k: f"{k}.5", pa.string(), either(HALVES, told)),
    case("numbers as texts with commas", lambda k: f"{k},5", pa.string(), either(both(HALVES, told), told)),
    case("days", lambda k: moment(k).date(), pa.date32(), date("2024-01-01", "2024-02-09")),
    case("days in milliseconds", lambda k: moment(k).date(), pa.date64(), date("2024-01-01", "2024-02-09")),
    case("days as texts", lambda k: f"{moment(k):%Y-%m-%d}", pa.string(), date("2024-01-01", "2024-02-09")),
    case("moments", moment, pa.timestamp("us"), MOMENTS),
    case("moments in nanoseconds", moment, pa.timestamp("ns"), MOMENTS),
    case("moments in seconds", moment, pa.timestamp("s"), MOMENTS),
    case("moments in Greenwich", moment, pa.timestamp("us", "UTC"), MOMENTS),
    case("moments in Oslo", moment, pa.timestamp("us", "Europe/Oslo"), date(LOW, HIGH, hours=2)),
    case("moments, some missing", lambda k: or_missing(moment(k), k), pa.timestamp("us"), MOMENTS),
    case("moments at the end of time", lambda k: datetime.datetime(9999, 12, 31) if k == 20 else moment(k), pa.timestamp("us"), either(date(LOW, "9999-12-31"), told), refused=NAMED),
    case("hours of the day", lambda k: datetime.time(k % 24), pa.time64("us"), either(number(0, 82800), number(0, 23), told), refused=NAMED),
    case("durations", lambda k: datetime.timedelta(hours=k), pa.duration("us"), either(number(0, 140400), number(0, 39), told), refused=NAMED),
    case("lists in Parquet", lambda k: [k, k + 1], pa.list_(pa.int64()), both(left_out, told), refused=NAMED),
    case("vectors in Parquet", lambda k: [k, 0.5], pa.list_(pa.float32(), 2), both(left_out, told), refused=NAMED),
    case("records", lambda k: {"a": k, "b": "x"}, pa.struct({"a": pa.int64(), "b": pa.string()}), both(left_out, told), refused=NAMED),
    case("maps", lambda k: [("a", k)], pa.map_(pa.string(), pa.int64()), both(left_out, told), refused=NAMED),
    case("bytes of pictures", lambda k: bytes([137, 80, 78, 71, k]), pa.binary(), told, refused=NAMED),
    case("bytes of texts", lambda k: COLOURS[k % 3].encode(), pa.binary(), either(category(*COLOURS), told), refused=NAMED),
    case("nothing", lambda k: None, pa.null(), either(left_out, told), refused=NAMED),
    case("nothing of numbers", lambda k: None, pa.float64(), either(left_out, told), refused=NAMED),
    target("texts as classes", lambda i: COLOURS[i % 2], pa.string(), Read(classes=COLOURS[:2])),
    target("categories as classes", lambda i: COLOURS[i % 2], WORDS, Read(classes=COLOURS[:2])),
    target("whole numbers as classes", lambda i: i % 2, pa.int64(), Read(classes=("0", "1"))),
    target("floats as classes", lambda i: float(i % 2), pa.float64(), Read(classes=("0", "1")), Read(classes=("0.0", "1.0"))),
    target("true and false as classes", lambda i: i % 2 == 0, pa.bool_(), Read(classes=("True", "False")), Read(classes=("true", "false"))),
    target("decimals as classes", lambda i: decimal.Decimal(i % 2), pa.decimal128(5, 0), Read(classes=("0", "1")), Read(classes=("0.0", "1.0")), refused=("y",)),
    target("lists as classes", lambda i: [i % 2], pa.list_(pa.int64()), refused=("y",)),
    target("the text None as a class", lambda i: ("None", "low")[i % 2], pa.string(), Read(classes=("None", "low")), refused=("None",)),
    target("empty texts as no class", lambda i: ("yes", "no", "")[i % 3], pa.string(), Read(classes=("yes", "no"), labelled=14)),
    target("prices as classes", lambda i: 100.5 + i, pa.float64(), refused=("y",)),
    frame("pandas' rows chosen", lambda f: f.sort_values("size"), PLAIN, INDEXED),
    frame("pandas' rows with names", lambda f: f.set_index(pd.Index([f"p{i}" for i in range(ROWS)], name="patient")), PLAIN, BY_NAME),
    frame("pandas' whole numbers with gaps", lambda f: f.assign(gauge=pd.array([None, *range(59)], "Int64")), Read(columns={"size": SIZE, "gauge": number(0, 58, missing=True)}), Read(columns={"size": SIZE, "gauge": anything})),
    frame("pandas' periods", lambda f: f.assign(gauge=pd.period_range("2024-01", periods=ROWS, freq="M").astype(str)), Read(columns={"size": SIZE, "gauge": either(date("2024-01-01", "2028-12-01"), told)})),
    frame("pandas' target is the index", lambda f: f.set_index("y"), PLAIN, refused=("y",)),
    Case(name="a folder of parts", make=parts, data="t.parquet", read=PLAIN, refused=("table|parts",)),
]
