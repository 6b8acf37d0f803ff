"""The file, and the row in it, that each input comes from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from semisup.data.memory_mapped import numbers


@dataclass(frozen=True)
class RowOrigin:
    """File and row of each of n inputs, in few bytes for each: there may be very many.

    Attributes:
        rows: (n,) integers, row in the file, counted from 0; 0 if the file is one input.
        file: (n,) integers, index into `files`.
        files: names of the files; those in a folder as paths relative to it.
    """

    rows: np.ndarray
    file: np.ndarray
    files: Sequence[str]

    def __getitem__(self, rows: np.ndarray) -> "RowOrigin":
        """Return the origins of some of the inputs, by their numbers or a mask."""
        return RowOrigin(self.rows[rows], self.file[rows], self.files)

    def names(self) -> list[str]:
        """Return the name of the file of each of the n inputs."""
        return [self.files[number] for number in self.file]


def of_files(names: Sequence[str]) -> RowOrigin:
    """Return the origin of inputs that are one file each."""
    return RowOrigin(np.zeros(len(names), np.uint8), numbers(len(names)), names)


def in_file(name: str, rows: np.ndarray) -> RowOrigin:
    """Return the origin of inputs that are rows of one file."""
    return RowOrigin(rows, np.zeros(len(rows), np.uint8), [name])


def one_after_another(first: RowOrigin, second: RowOrigin) -> RowOrigin:
    """Concatenate two origins."""
    return RowOrigin(
        np.concatenate([first.rows, second.rows]),
        np.concatenate([first.file.astype(np.intp), second.file.astype(np.intp) + len(first.files)]),
        [*first.files, *second.files],
    )
