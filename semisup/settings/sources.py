"""Sources of data, and the options for reading them. The table `SOURCES` has one row per source."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import UNLOGGED, Options

LARGEST_SIDE = 4096


@dataclass(frozen=True, kw_only=True)
class TableOptions(Options):
    """How to read a table. The run records these options, so stage two does not need them again.

    Args:
        target: column with the classes. A row is unlabelled if the column is empty there.
        test: table with the test set. Default: hold out a fifth of the labelled rows.
        unlabelled: table with more rows, all unlabelled. Its target column is not read.
        columns: names of the columns. Default: the first line of the file has them.
        drop: columns to leave out, such as identifiers.
        missing: texts that mean a missing value. An empty field always does.
        comment: character that starts a comment. The rest of its line is not read. Default: no comments.
        strip: characters to remove from both ends of every text, besides spaces.
        decimal: decimal sign of the numbers, a point or a comma. Default: a comma if a column has numbers only with it.
        strict: refuse a column of numbers with a few texts. Default: these cells are missing values, and are told of.
        encoding: encoding of a CSV file. Default: UTF-8 or UTF-16, or cp1252 (Windows) if it is neither.
        text: columns of free text. Default: those that have many different texts of several words.
        category: columns of categories, though they look like numbers, dates or free text.
        classes: words that are classes, though they usually mean a missing value, such as None or NA.
    """

    title: ClassVar[str] = "Tables"

    target: str | None = field(default=None, metadata=UNLOGGED)
    test: str | None = field(default=None, metadata=UNLOGGED)
    unlabelled: str | None = field(default=None, metadata=UNLOGGED)
    columns: list[str] | None = field(default=None, metadata=UNLOGGED)
    drop: list[str] = field(default_factory=list, metadata=UNLOGGED)
    missing: list[str] = field(default_factory=list, metadata=UNLOGGED)
    comment: str | None = field(default=None, metadata=UNLOGGED)
    strip: str = field(default="", metadata=UNLOGGED)
    decimal: Literal[".", ","] | None = field(default=None, metadata=UNLOGGED)
    strict: bool = field(default=False, metadata=UNLOGGED)
    encoding: str | None = field(default=None, metadata=UNLOGGED)
    text: list[str] = field(default_factory=list, metadata=UNLOGGED)
    category: list[str] = field(default_factory=list, metadata=UNLOGGED)
    classes: list[str] = field(default_factory=list, metadata=UNLOGGED)

    def check(self) -> None:
        checks.texts(self, "columns", "drop", "missing", "text", "category", "classes")
        checks.true_or_false(self, "strict")
        if self.decimal not in (None, ".", ","):
            raise InputError(f"decimal: expected a point or a comma, found {self.decimal!r}")
        if self.encoding is not None and not _is_encoding(self.encoding):
            raise InputError(f"encoding: expected the name of an encoding, such as utf-8, found {self.encoding!r}")
        if self.columns is not None and len(set(self.columns)) < len(self.columns):
            raise InputError(f"columns: expected each name once, found {self.columns}")
        if self.comment is not None and len(self.comment) != 1:
            raise InputError(f"comment: expected one character, found {self.comment!r}")
        both = sorted(set(self.text) & set(self.category))
        if both:
            raise InputError(f"category: expected columns that --text has not, found {both[0]}")
        if self.target in self.drop:
            raise InputError(f"drop: expected columns other than the target, found {self.target}")


def _is_encoding(name: str) -> bool:
    try:
        return "".encode(name) is not None
    except (LookupError, TypeError):
        return False


@dataclass(frozen=True, kw_only=True)
class ImageOptions(Options):
    """How to read a folder of pictures. The run records these options, so stage two does not need them again.

    Args:
        image_size: height and width, in pixels, to resize all pictures to. Default: the most common size; if a side of
            it is longer than 64 pixels, that side is 64, in the same proportions.
        colour: read the pictures in colour (true) or in grey (false). Default: true if any picture is in colour.
        unreadable: refuse the folder if a file in it is not a picture, or skip that file.
    """

    title: ClassVar[str] = "Pictures"

    image_size: list[int] | None = field(default=None, metadata=UNLOGGED)  # the shape of the inputs records these two
    colour: bool | None = field(default=None, metadata=UNLOGGED)
    unreadable: Literal["refuse", "skip"] = "refuse"

    def check(self) -> None:
        size = self.image_size
        whole = isinstance(size, list) and all(isinstance(n, int) and not isinstance(n, bool) for n in size)
        if size is not None and not (whole and len(size) == 2 and all(1 <= n <= LARGEST_SIDE for n in size)):
            raise InputError(f"image_size: expected [height, width], each from 1 to {LARGEST_SIDE}, found {size!r}")
        checks.one_of(self, "unreadable")
        if self.colour is not None:
            checks.true_or_false(self, "colour")


@dataclass(frozen=True, kw_only=True)
class StreamOptions(Options):
    """How to read data that is larger than memory.

    Args:
        stream: decode a folder of pictures or a TensorFlow dataset into a file once (in XDG_CACHE_HOME, else ~/.cache),
            and read batches from that file. Use it for data that is larger than memory.
    """

    title: ClassVar[str] = "Pictures"

    stream: bool = False

    def check(self) -> None:
        checks.true_or_false(self, "stream")


OPTIONS = (TableOptions, ImageOptions, StreamOptions)


@dataclass(frozen=True)
class SourceSpec:
    """A row of the table `SOURCES`.

    Attributes:
        what: the kind of source, in words for messages.
        recognises: function that says whether a value of `--data` names such a source. The first row that says yes
            reads it.
        options: groups of options that the source reads.
        module: its module, which defines `read(source, reading)`. Default: `semisup.sources.NAME`.
        is_file: whether the source is a file or a folder that has to exist.
        needs: options that the source requires, each with what it is in words.
    """

    what: str
    recognises: Callable[[str], bool]
    options: tuple[type[Options], ...] = ()
    module: str | None = None
    is_file: bool = True
    needs: dict[str, str] = field(default_factory=dict)


def is_mapped(data: str) -> bool:
    """Return whether a source is an `.npy` file, or a folder with such files and no other folders."""
    path = Path(data)
    if not path.is_dir():
        return path.suffix == ".npy"
    return any(path.glob("*.npy")) and not any(inside.is_dir() for inside in path.iterdir())


SOURCES = {
    "digits": SourceSpec("scikit-learn's digits", lambda data: data == "digits", is_file=False),
    "tfds": SourceSpec("tfds:NAME", lambda data: data.startswith("tfds:"), (StreamOptions,), is_file=False),
    "npy": SourceSpec("an .npy file, or a folder of them", is_mapped),
    "image_folder": SourceSpec("a folder of pictures", lambda data: Path(data).is_dir(), (ImageOptions, StreamOptions)),
    "npz": SourceSpec("an .npz archive", lambda data: Path(data).suffix == ".npz"),
    "table": SourceSpec(
        "a table",
        lambda data: Path(data).suffix != "",
        (TableOptions,),
        needs={"target": "the column of the classes"},
    ),
}


def source_of(data: str) -> str:
    """Return the key of the row of `SOURCES` that reads a source.

    Raises:
        InputError: no row recognises the source, or its file does not exist.
    """
    for name, spec in SOURCES.items():
        if spec.recognises(data):
            if spec.is_file and not Path(data).exists():
                raise InputError(
                    f"{data}: no such file, expected an .npz archive with x and y, an .npy file, or a table"
                )
            return name
    raise InputError(
        "data: expected digits, tfds:NAME, an .npz or .npy file, a folder of pictures, or a table with its --target, "
        f"found {data!r}"
    )


def single_file(data: str) -> str | None:
    """Return the file that holds the inputs of a source, if there is one: a table or an array."""
    path = Path(data)
    if path.is_file():
        return data if source_of(data) in ("npy", "npz", "table") else None
    return str(path / "x.npy") if (path / "x.npy").is_file() else None


def check_needs(settings: Options, data: str) -> None:
    """Check that the options that a source requires are set, and that the other files of a table are there.

    Raises:
        InputError: one of them is not.
    """
    spec = SOURCES[source_of(data)]
    for option, what in spec.needs.items():
        if getattr(settings, option) is None:
            raise InputError(f"{option}: expected with {spec.what}, {what}, found none beside {data}")
    for option in ("test", "unlabelled"):
        path = getattr(settings, option)
        if path is not None and not Path(path).is_file():
            raise InputError(f"{option}: {path}: no such file, expected a table")


def unused(data: str) -> dict[type[Options], str]:
    """Return the groups of options that a source does not read, each with what was expected instead."""
    own = SOURCES[source_of(data)].options
    readers = {group: [spec.what for spec in SOURCES.values() if group in spec.options] for group in OPTIONS}
    return {
        group: f"expected with {' or '.join(kinds)}, not with {data}"
        for group, kinds in readers.items()
        if group not in own
    }
