"""Readers of CSV and Parquet files."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sklearn.compose  # noqa: F401 - the seconds of its import are none of a reader's
from hypothesis import strategies as st
from pyarrow import parquet

from semisup import sources
from semisup.data import columns
from semisup.settings.sources import TableOptions
from semisup.sources import frame
from tests.fuzz.attempts import counts, fuzz
from tests.fuzz.damage import damaged
from tests.fuzz.test_arrays import sound

pytestmark = pytest.mark.filterwarnings("ignore")

TABLE = TableOptions(target="y")
FRAME = pd.DataFrame(
    {
        "a": np.arange(20) / 7,
        "b": pd.date_range("2020-01-01", periods=20),
        "c": ["red", "green, or blue", None, 'a "quote"'] * 5,
        "y": ["yes", "no", None, "yes"] * 5,
    }
)


def csv(frame, **options):
    return frame.to_csv(index=False, **options).encode()


def parquet_of(arrow, **options):
    buffer = io.BytesIO()
    parquet.write_table(arrow, buffer, **options)
    return buffer.getvalue()


def nested():
    return pa.table(
        {
            "list": pa.array([[1, 2], None, [3]] * 4),
            "struct": pa.array([{"a": 1}, {"a": None}, None] * 4),
            "map": pa.array([[("k", 1)], None, []] * 4, pa.map_(pa.string(), pa.int64())),
            "dictionary": pa.array(["u", "v", None] * 4).dictionary_encode(),
            "decimal": pa.array([1, None, 3] * 4, pa.decimal128(9, 2)),
            "bytes": pa.array([b"\xff", None, b""] * 4),
            "seconds": pa.array([1, 2, None] * 4, pa.duration("s")),
            "time": pa.array([1, 2, None] * 4, pa.time64("us")),
            "zoned": pa.array([1, 2, None] * 4, pa.timestamp("us", "Asia/Seoul")),
            "far": pa.array([2**62, -(2**62), None] * 4, pa.timestamp("us")),
            "y": pa.array(["p", "q", "p"] * 4),
        }
    )


CSV = [csv(FRAME), csv(FRAME, sep=";"), csv(FRAME, sep="\t", quoting=1), b"\xef\xbb\xbf" + csv(FRAME)]
CSV += [csv(FRAME).decode().encode("utf-16"), csv(FRAME[["a", "y"]] * 1), b"a,a,y\n1,2,p\n3,4,q\n1,2,p\n3,4,q\n"]
ARROW = pa.Table.from_pandas(FRAME)
PARQUET = [parquet_of(ARROW), parquet_of(ARROW, compression="zstd"), parquet_of(ARROW, use_dictionary=False)]
PARQUET += [parquet_of(nested().select([name, "y"])) for name in nested().column_names if name != "y"]
PARQUET += [
    parquet_of(ARROW.rename_columns(["a", "a", "c", "y"])),
    parquet_of(pa.Table.from_pandas(FRAME.set_index("a"))),
]

cell = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ["", '"', "1", "-1e308", "1e999", "nan", "inf", "2020-01-01", "9999-99-99", "0001-01-01", "\0", "x" * 3000]
    ),
    st.sampled_from([",", ";", "\t", "\n", "\r", "yes", "no", "1_0", "0x10", "9" * 400, "True"]),
)


def _written(rows, mark, end, target):
    lines = [mark.join(["a", "b", target])] + [mark.join(row) for row in rows]
    return end.join(lines).encode("utf-8", "surrogatepass")


rows = st.lists(st.lists(cell, min_size=0, max_size=5), max_size=12)
csv_files = st.one_of(
    damaged(CSV),
    st.builds(
        _written, rows, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n", "\r"]), st.just("y")
    ),
)


def fuzz_table(name, strategy, count, tally):
    path = Path(name)

    def one(content):
        path.write_bytes(content)
        tally.attempt(lambda: sources.load(name, table=TABLE), sound)

    fuzz(strategy, count, one)


@counts(25, 1_000)
def test_csv(count, tally):
    fuzz_table("a.csv", csv_files, count, tally)


@counts(25, 1_000)
def test_parquet(count, tally):
    fuzz_table("a.parquet", damaged(PARQUET), count, tally)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@counts(12, 400)
def test_chunks_of_tables(suffix, count, tally):
    """As a run reads new rows, with the columns that it knows."""
    path = Path("a" + suffix)
    known = columns.fit(FRAME[["a", "b", "c"]], ["no", "yes"], TABLE, "a")

    def read():
        return [known(rows, "a") for _, rows in frame.chunks(path, TABLE, 7)]

    def right(found):
        x = np.concatenate(found)
        assert np.isfinite(x).all()
        assert x.min() >= 0
        assert x.max() <= 1

    def one(content):
        path.write_bytes(content)
        tally.attempt(read, right)

    fuzz(csv_files if suffix == ".csv" else damaged(PARQUET[:3]), count, one)


HOSTILE = {
    "one cell of 30 MB": b"a,b,y\n1,2,p\n" + b"x" * 30_000_000 + b",2,q\n1,2,p\n3,4,q\n",
    "a quote that never ends": b'a,b,y\n1,2,p\n"' + b"x,\n" * 3_000_000,
    "a hundred thousand columns": b",".join(b"c%d" % i for i in range(100_000)) + b",y\n" + b"1," * 100_000 + b"p\n",
    "quotes and separators": b',"a' * 20_000,
    "lines of a quote": b'"a";' * 3 + b"\n" * 60_000,
    "quoted commas": b',"' * 30_000,
    "a line of zeros": b"\0" * 1_000_000,
    "open fields": b'"a,\n' * 16_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_refused_at_once(kind, tally):
    Path("a.csv").write_bytes(HOSTILE[kind])
    tally.attempt(lambda: sources.load("a.csv", table=TABLE), sound)


def test_a_parquet_file_of_many_columns_is_refused_at_once(tally):
    Path("a.parquet").write_bytes(parquet_of(pa.table({f"c{i}": [1] for i in range(5000)})))
    tally.attempt(lambda: sources.load("a.parquet", table=TABLE))
    assert tally.outcomes["refused"] == 1
