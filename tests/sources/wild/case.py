"""What a case states: a file, the options that a user types, and the right reading. And whether a reading is right."""

import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from semisup import sources
from semisup.data.column import Column
from semisup.data.dataset import Dataset
from semisup.data.description import sentences
from semisup.errors import InputError
from semisup.settings.sources import ImageOptions, TableOptions
from semisup.system.progress import console

from .checks import Check


@dataclass(frozen=True, kw_only=True)
class Read:
    """The right reading.

    Attributes:
        rows: of the training and the test set together; one number, or any of some.
        labelled: rows with a label, in both sets.
        classes: their names, in any order; or how many, where their names are free.
        test_rows: rows of the test set, if the source has one; None if one is held out.
        columns: of a table, each with its check.
        shape: of one input; one shape, or any of some.
        told: words, all of which are in the sentences on what was guessed. `a|b` is any of two.
        holds: returns what is wrong in a dataset, or nothing.
    """

    rows: int | tuple[int, ...] = 60
    labelled: int | tuple[int, ...] = 20
    classes: Iterable[str] | int = ("yes", "no")
    test_rows: int | None = None
    columns: dict[str, Check] | None = None
    shape: tuple | None = None
    told: tuple[str, ...] = ()
    holds: Callable[[Dataset], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """A file that people have.

    Attributes:
        name: what is special in it.
        make: writes it to a folder.
        read: the right reading, or several that are right; none if it has to be refused.
        refused: words of the sentence that refuses it, `a|b` is any of two; None if it must not be refused.
        data: what the user types after `--data`, in that folder.
        options: of tables or pictures.
    """

    name: str
    make: Callable[[Path], None]
    read: Read | tuple[Read, ...] = ()
    refused: tuple[str, ...] | None = None
    data: str = "t.csv"
    options: dict = field(default_factory=dict)


def wrong(case: Case) -> str:
    """Read the case's file in the current folder. Return what is wrong with the reading, or nothing."""
    pictures = set(case.options) & {"image_size", "colour", "unreadable"}
    images = ImageOptions(**case.options) if pictures else None
    table = TableOptions(**({} if pictures else {"target": "y"} | case.options))
    try:
        with warnings.catch_warnings(), console.capture() as heard:
            warnings.simplefilter("ignore")  # as for a user: a warning of pandas stops nothing, and nobody reads it
            dataset = sources.load(case.data, table=table, images=images)
    except InputError as error:
        return _wrong_refusal(str(error), case.refused)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    readings = case.read if isinstance(case.read, tuple) else (case.read,)
    if not readings:
        return "not refused: " + " / ".join(sentences(dataset))
    notes = " / ".join([*sentences(dataset)[3:], *heard.get().splitlines()])
    found = [_wrong_reading(dataset, reading, notes) for reading in readings]
    return "" if "" in found else " OR ".join(found)


def lacking(words: tuple[str, ...], text: str) -> list[str]:
    """Return which of the words, `a|b` is any of two, are not in a text of any case. Short words are whole ones."""
    return [word for word in words if not any(_is_in(option, text) for option in word.split("|"))]


def _is_in(word: str, text: str) -> bool:
    if len(word) > 2:
        return word.lower() in text.lower()
    return re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", text, re.IGNORECASE) is not None


def _wrong_refusal(message: str, words: tuple[str, ...] | None) -> str:
    if words is None:
        return f"refused: {message}"
    if "\n" in message.strip():
        return f"refused in several lines: {message}"
    if "np." in message:
        return f"refused with a word of the program: {message}"
    missing = lacking(words, message)
    return f"refused without {missing}: {message}" if missing else ""


def _wrong_reading(dataset: Dataset, right: Read, notes: str) -> str:
    rows = len(dataset.x_train) + len(dataset.x_test)
    labelled = dataset.labelled + int((dataset.y_test >= 0).sum() if dataset.classes else 0)
    found = []
    if not _is_one_of(rows, right.rows):
        found.append(f"{rows} rows")
    if not _is_one_of(labelled, right.labelled):
        found.append(f"{labelled} labelled")
    names = len(dataset.class_names) if isinstance(right.classes, int) else set(dataset.class_names)
    if names != (right.classes if isinstance(right.classes, int) else set(right.classes)):
        found.append(f"classes {dataset.class_names}")
    if dataset.held_out != (right.test_rows is None) or right.test_rows not in (None, len(dataset.x_test)):
        found.append(f"{len(dataset.x_test)} test rows, held out: {dataset.held_out}")
    if right.shape is not None and dataset.shape not in (right.shape, *right.shape):
        found.append(f"shape {dataset.shape}")
    if right.columns is not None:
        found += _wrong_columns({column.name: column for column in dataset.scaling.columns}, right.columns, notes)
    if right.holds is not None:
        found.append(right.holds(dataset))
    found += [f"not told: {word}" for word in lacking(right.told, notes)]
    found = [text for text in found if text]
    return f"{', '.join(found)} (told: {notes or 'nothing'})" if found else ""


def _is_one_of(found: int, right: int | tuple[int, ...]) -> bool:
    return found in (right if isinstance(right, tuple) else (right,))


def _wrong_columns(found: dict[str, Column], right: dict[str, Check], notes: str) -> list[str]:
    unexpected = [f"column {name!r}, which is not in the file" for name in found if name not in right]
    return unexpected + [check(name, found.get(name), notes) for name, check in right.items()]
