"""Sources of data, one a file: digits, TensorFlow Datasets, arrays, tables, folders of pictures.

`source.py` says what a source has to offer, the table `SOURCES` in `semisup.settings.sources` lists them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from semisup.data.dataset import Dataset, build
from semisup.data.leakage import guarded
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.settings.sources import SOURCES, ImageOptions, TableOptions, source_of
from semisup.sources.source import Reading

if TYPE_CHECKING:
    from semisup.data.columns import Columns

__all__ = ["Reading", "load"]


def load(
    source: str,
    data_dir: str | None = None,
    scaling: "Scaling | Columns | None" = None,
    table: TableOptions | None = None,
    images: ImageOptions | None = None,
    stream: bool = False,
    leaks: str = "keep",
) -> Dataset:
    """Load a dataset by the name that the command line takes.

    Args:
        source: `digits`, `tfds:NAME`, the path of an `.npz` file with `x`, `y` and optional `x_test`, `y_test`, of an
            `.npy` file or a folder of them, which are mapped, of a folder of pictures, or of a table.
        data_dir: folder with prepared TensorFlow Datasets, for `tfds:` only.
        scaling: of the inputs, where an encoder expects a certain one. Default: fitted to the training inputs.
        table: how to read a table. Default: as the one that the scaling was fitted to.
        images: how to read pictures.
        stream: whether to decode images once into a file, and read batches from it.
        leaks: whether to "keep" or to "remove" training rows whose input is in the test set too; they are counted.

    Raises:
        InputError: the source is unknown, unreadable, or breaks the promises of `Dataset`.
    """
    columns = None if scaling is None or isinstance(scaling, Scaling) else scaling
    if columns is not None and (table is None or table.target is None):
        table = columns.table
    name = source_of(source)
    spec = SOURCES[name]
    if columns is not None and TableOptions not in spec.options:
        raise InputError(f"data: expected a table as in training, found {source!r}")
    reading = Reading(data_dir, table, images or ImageOptions(), stream, columns)
    arrays = import_module(spec.module or f"semisup.sources.{name}").read(source, reading)
    dataset = build(source, arrays, None if columns is not None else scaling)
    return guarded(dataset, leaks == "remove")
