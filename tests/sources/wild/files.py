"""Files: encodings, compression, and files that are no tables of text."""
# ruff: noqa: E501 one case a line

import bz2
import gzip
import io
import json
import lzma
import pickle
import sqlite3
import zipfile
from pathlib import Path

from .case import Case, Read
from .checks import category, told
from .layouts import PLAIN, TABLE
from .write import SIZE, file, files, joined, lines

CITIES = ("Zürich", "Málaga", "Köln")
TEXT = joined(PLAIN)
BYTES = TEXT.encode()
CITY = joined(lines({"city": lambda i: CITIES[i % 3]}))
CZECH = joined(lines({"city": lambda i: ("Plzeň", "Děčín")[i % 2]}))
RUSSIAN = joined(lines({"city": lambda i: ("Омск", "Тверь")[i % 2]}))
JAPANESE = joined(lines({"city": lambda i: ("東京", "大阪")[i % 2]}))
EUROS = joined(lines({"price": lambda i: f"{i % 40}.5 €"}))
IN_CITIES = Read(columns={"size": SIZE, "city": category(*CITIES)})
GUESSED = Read(columns={"size": SIZE, "city": category()}, told=("encoding|cp1252|Windows",))
TOLD = Read(columns={"size": SIZE, "city": told})
RECORDS = [dict(zip(PLAIN[0].split(","), row.split(","), strict=True)) for row in PLAIN[1:]]
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "4d7a" * 16 + "\nsize 132735\n"
HTML = "<!DOCTYPE html>\n<html><head><title>Sign in, please</title></head>\n<body><p>a, b</p></body></html>\n"
XML = '<?xml version="1.0"?>\n<rows>\n' + '<row size="1" y="yes"/>\n' * 9 + "</rows>\n"
SQL = "CREATE TABLE t (size int, y text);\n" + "INSERT INTO t VALUES (1,'yes');\n" * 9
ARFF = "% a comment\n@relation t\n@attribute size numeric\n@attribute y {yes,no}\n@data\n1,yes\n2,no\n"
SAS = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011") + bytes(1000)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1000)
OTHER = ("csv|parquet",)
PACKED = ("compressed|unpack|unzip|one table|one file|several files",)


def zipped(**members: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_csv", ".csv"), content)
    return data.getvalue()


EXCEL = zipped(
    **{"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"<a/>"}
)


def database(folder: Path) -> None:
    connection = sqlite3.connect(folder / "t.sqlite")
    connection.execute("create table t (size int, y text)")
    connection.commit()
    connection.close()


def case(name: str, content: bytes | str, read=TABLE, data: str = "t.csv", **more) -> Case:
    return Case(name=name, make=file(content, data), read=read, data=data, **more)


def no_table(data: str, content: bytes | str, words=OTHER) -> Case:
    return case(f"no table: {data}", content, (), data, refused=words)


def with_mark(encoding: str, mark: str = "\ufeff") -> bytes:
    return (mark + CITY).encode(encoding)


# fmt: off
CASES = [
    case("UTF-8", CITY, IN_CITIES),
    case("UTF-8 with a mark", with_mark("utf-8"), IN_CITIES),
    case("UTF-8 with a mark, the target first", "\ufeff" + joined([",".join(row.split(",")[::-1]) for row in PLAIN])),
    case("UTF-8 with a mark and quoted names", '\ufeff"size","weight","y"\n' + joined(PLAIN[1:])),
    case("UTF-16, little end first", with_mark("utf-16-le"), IN_CITIES),
    case("UTF-16, big end first", with_mark("utf-16-be"), IN_CITIES),
    case("UTF-16 without a mark", with_mark("utf-16-le", ""), IN_CITIES, refused=("encoding",)),
    case("UTF-16 with tabs, Excel's Unicode text", with_mark("utf-16").decode("utf-16").replace(",", "\t").encode("utf-16"), IN_CITIES),
    case("UTF-32", with_mark("utf-32"), IN_CITIES, refused=("encoding",)),
    case("Latin-1", CITY.encode("latin-1"), IN_CITIES),
    case("Windows' euro", EUROS.encode("cp1252"), Read(columns={"size": SIZE, "price": TABLE.columns["weight"]})),
    case("Czech", CZECH.encode("cp1250"), (GUESSED, TOLD), refused=("encoding",)),
    case("Czech, typed", CZECH.encode("cp1250"), Read(columns={"size": SIZE, "city": category("Plzeň", "Děčín")}), options={"encoding": "cp1250"}),
    case("Russian", RUSSIAN.encode("cp1251"), (GUESSED, TOLD), refused=("encoding",)),
    case("Japanese", JAPANESE.encode("shift-jis"), (GUESSED, TOLD), refused=("encoding",)),
    case("Mac's Latin", CITY.encode("mac-roman"), (GUESSED, TOLD), refused=("encoding",)),
    case("UTF-8 and Latin-1 in one file", CITY.encode() + "3,Zürich,\n".encode("latin-1"), (Read(rows=61, told=("encoding|cp1252|line",)),), refused=("encoding|line|row",)),
    case("gzip", gzip.compress(BYTES), data="t.csv.gz", refused=PACKED),
    case("gzip of tabs", gzip.compress(TEXT.replace(",", "\t").encode()), data="t.tsv.gz", refused=PACKED),
    case("bzip2", bz2.compress(BYTES), data="t.csv.bz2", refused=PACKED),
    case("xz", lzma.compress(BYTES), data="t.csv.xz", refused=PACKED),
    case("gzip without its ending", gzip.compress(BYTES), refused=PACKED),
    case("gzip cut short", gzip.compress(BYTES)[:100], (), "t.csv.gz", refused=("t.csv.gz",)),
    case("zip", zipped(t_csv=BYTES), data="t.zip", refused=PACKED),
    case("zip with the ending .csv.zip", zipped(t_csv=BYTES), data="t.csv.zip", refused=PACKED),
    case("zip from a Mac", zipped(t_csv=BYTES, **{"__MACOSX/._t.csv": b"\0\5\26\7"}), data="t.zip", refused=PACKED),
    case("zip of two", zipped(t_csv=BYTES, u_csv=BYTES), (), "t.zip", refused=PACKED),
    case("zip of a folder with a table", zipped(**{"data/t.csv": BYTES}), data="t.zip", refused=PACKED),
    case("zip of pictures", zipped(**{"cat/1.png": b"x", "dog/1.png": b"y"}), (), "t.zip", refused=("unpack|unzip|extract",)),
    case("an empty zip", zipped(), (), "t.zip", refused=("t.zip",)),
    no_table("t.xlsx", EXCEL),
    no_table("t.xls", OLE),
    no_table("t.ods", zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content=b"<a/>")),
    no_table("t.csv", EXCEL, ("excel",)),
    no_table("t.jsonl", "\n".join(map(json.dumps, RECORDS))),
    no_table("t.json", json.dumps(RECORDS)),
    case("lines of JSON called .csv", "\n".join(map(json.dumps, RECORDS)), (), refused=("json",)),
    case("JSON called .csv", json.dumps(RECORDS, indent=1), (), refused=("json",)),
    no_table("t.sas7bdat", SAS),
    no_table("t.sav", b"$FL2@(#) SPSS DATA FILE" + bytes(1000)),
    no_table("t.dta", b"<stata_dta><header><release>118</release>" + bytes(1000)),
    no_table("t.rds", gzip.compress(b"X\n\0\0\0\3" + bytes(100))),
    no_table("t.feather", b"ARROW1\0\0" + bytes(1000)),
    no_table("t.pkl", pickle.dumps(RECORDS)),
    no_table("t.h5", b"\x89HDF\r\n\x1a\n" + bytes(1000)),
    no_table("t.mat", b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(1000)),
    no_table("t.arff", ARFF),
    no_table("t.sql", SQL),
    no_table("t.xml", XML),
    no_table("t.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(1000)),
    no_table("t.png", b"\x89PNG\r\n\x1a\n" + bytes(1000)),
    Case(name="no table: a database", make=database, data="t.sqlite", refused=OTHER),
    case("a pointer of Git LFS", LFS, (), refused=("lfs",)),
    case("a pointer of Git LFS, Parquet", LFS, (), "t.parquet", refused=("lfs",)),
    case("a web page", HTML, (), refused=("html|web page",)),
    case("a message instead of a table", "404: Not Found", (), refused=("t.csv",)),
    case("empty", "", (), refused=("empty",)),
    case("empty lines only", "\n\n\n", (), refused=("empty",)),
    case("a header only", PLAIN[0] + "\n", (), refused=("row",)),
    case("zeros", bytes(5000), (), refused=("t.csv",)),
    case("Parquet called .csv", b"PAR1" + bytes(500) + b"PAR1", (), refused=("parquet",)),
    case("CSV called .parquet", TEXT, TABLE, "t.parquet", refused=("parquet",)),
    case("Parquet cut short", b"PAR1" + bytes(500), (), "t.parquet", refused=("t.parquet",)),
    Case(name="no such file", make=files(), refused=("no such file",)),
    Case(name="blanks and umlauts in the name", make=file(TEXT, "my täble (1).csv"), data="my täble (1).csv", read=TABLE),
]
