"""Name files of other kinds by how they begin, and say what to do with them."""

import codecs
import re
from pathlib import Path

from semisup.errors import InputError

SAVE = "save it as CSV or Parquet"
KINDS = {  # how a file begins, what it is, and what to do
    rb"\s*$": "an empty file",
    rb"version https://git-lfs": "a Git LFS pointer; fetch the file itself by `git lfs pull`",
    rb"(?i)\s*(<!doctype|<html)": "a web page; download the file itself",
    rb"\s*<\?xml": f"an XML file; {SAVE}",
    rb'\s*(\[\s*[\[{"]|\{\s*")': f"a JSON file; {SAVE}, for example by pandas.read_json",
    rb"\xd0\xcf\x11\xe0": "an Excel workbook; save the sheet as CSV",
    rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\0|MM\0\*": "a picture; name its folder",
    rb"%PDF": "a PDF file; save the table as CSV",
    rb"BZh": "a file packed by bzip2; unpack it",
    rb"\xfd7zXZ": "a file packed by xz; unpack it",
    rb"7z\xbc\xaf": "a file packed by 7-Zip; unpack it",
    rb"PAR1[^ -~]": "a Parquet file that ends too early",
    rb"(ARROW1|FEA1)[^ -~]": f"a Feather file; {SAVE}",
    rb"\x89HDF": f"an HDF5 file; {SAVE}",
    rb"MATLAB \d": f"a MATLAB file; {SAVE}",
    rb"\x93NUMPY": "a NumPy array; give it the ending .npy",
    rb"(\$FL|@\(#\) SPSS)": f"an SPSS file; {SAVE}",
    rb"<stata_dta>": f"a Stata file; {SAVE}",
    rb"\0{12}\xc2\xea\x81": f"a SAS file; {SAVE}",
    rb"(RDX\d\n|[XA]\n\0)": f"an R file; {SAVE}",
    rb"SQLite format 3": f"an SQLite database; {SAVE}",
    rb"(?i)(%[^\n]*\n|\s)*@relation": f"an ARFF file; {SAVE}",
    rb"(?i)(--[^\n]*\n|\s)*(create table|insert into)": f"an SQL file; {SAVE}",
    rb"\x80[\x02-\x05]": f"a pickle, which may run code; {SAVE}",
}
BEGINNING = 4096  # bytes that are enough to tell


def refuse(path: Path, start: bytes, expected: str) -> None:
    """Raise InputError if a file begins as one of another kind."""
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise InputError(f"{path}: expected {expected}, found a text in the encoding UTF-32; save it in UTF-8")
    beginning = start.removeprefix(codecs.BOM_UTF8)[:BEGINNING]
    for pattern, what in KINDS.items():
        if re.match(pattern, beginning):
            raise InputError(f"{path}: expected {expected}, found {what}")
