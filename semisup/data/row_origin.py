"""Which file, and which row of it, each input is from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from semisup.data.memory_mapped import numbers


@dataclass(frozen=True)
class RowOrigin:
    """In few bytes a row: of data that is larger than memory, they count.

    Attributes:
        rows: (n,) integers, the row of the file, counted from 0; 0 where a file is one input.
        file: (n,) integers, which of the files.
        files: their names: of a folder's, the places in it.
    """

    rows: np.ndarray
    file: np.ndarray
    files: Sequence[str]

    def __getitem__(self, rows: np.ndarray) -> "RowOrigin":
        """Those of some rows, by their numbers or a mask."""
        return RowOrigin(self.rows[rows], self.file[rows], self.files)

    def names(self) -> list[str]:
        """n names of files."""
        return [self.files[number] for number in self.file]


def of_files(names: Sequence[str]) -> RowOrigin:
    """Of inputs that are a file each."""
    return RowOrigin(np.zeros(len(names), np.uint8), numbers(len(names)), names)


def in_file(name: str, rows: np.ndarray) -> RowOrigin:
    """Of rows of one file."""
    return RowOrigin(rows, np.zeros(len(rows), np.uint8), [name])


def one_after_another(first: RowOrigin, second: RowOrigin) -> RowOrigin:
    return RowOrigin(
        np.concatenate([first.rows, second.rows]),
        np.concatenate([first.file.astype(np.intp), second.file.astype(np.intp) + len(first.files)]),
        [*first.files, *second.files],
    )
