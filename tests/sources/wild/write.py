"""Small tables as people have them, written from functions of the row number."""

from collections.abc import Callable
from pathlib import Path

from .case import Case, Read
from .checks import Check, number

ROWS, LABELLED, DISTINCT = 60, 20, 40
SIZE = number(1, DISTINCT)  # a plain column that stands beside the one that is special


def label(i: int) -> str:
    """The first 20 rows are labelled, in turn."""
    return ("yes", "no")[i % 2] if i < LABELLED else ""


def size(i: int) -> int:
    """Whole numbers from 1 to 40. The rows without a label have all of them."""
    return i % DISTINCT + 1


def lines(
    columns: dict[str, Callable[[int], object]], sep: str = ",", rows: int = ROWS, target: Callable = label
) -> list[str]:
    """The header and the rows of a table with the columns `size`, those given, and `y`."""
    columns = {"size": size} | columns | {"y": target}
    return [sep.join(columns), *(sep.join(str(cell(i)) for cell in columns.values()) for i in range(rows))]


def file(content: str | bytes, name: str = "t.csv", encoding: str = "utf-8") -> Callable[[Path], None]:
    """A file with this content, byte for byte."""
    data = content.encode(encoding) if isinstance(content, str) else content

    def make(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return make


def files(*makers: Callable[[Path], None]) -> Callable[[Path], None]:
    """Several files in one folder."""

    def make(folder: Path) -> None:
        for one in makers:
            one(folder)

    return make


def joined(rows: list[str], end: str = "\n") -> str:
    """Lines as a text that ends with a line end."""
    return end.join(rows) + end


def quoted(text: object) -> str:
    """A field in quotes."""
    return '"' + str(text).replace('"', '""') + '"'


def column(
    name: str, cell: Callable[[int], object], check: Check, sep: str = ",", distinct: int = DISTINCT, **more
) -> Case:
    """A table whose column `gauge` is special: `cell` writes it, from numbers 0 to 39, and `check` says what it is."""
    read = {key: more.pop(key) for key in ("told", "rows", "labelled") if key in more}
    columns = {"size": SIZE, "gauge": check}
    content = joined(lines({"gauge": lambda i: cell(i % distinct)}, sep))
    return Case(name=name, make=file(content), read=Read(columns=columns, **read), **more)


def some(often: Callable[[int], object], rare: object, every: int = 10) -> Callable[[int], object]:
    """A cell that is `rare` in one of `every` rows; the least and the greatest number are never replaced."""
    return lambda k: rare if k % every == every // 2 else often(k)
