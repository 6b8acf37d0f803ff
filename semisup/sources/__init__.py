"""Sources of data, one in each module: digits, TensorFlow Datasets, arrays, tables, folders of pictures.

`source.py` says which function a source has. The table `SOURCES` in `semisup.settings.sources` lists all sources.
"""

from importlib import import_module
from pathlib import Path
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
    """Load a dataset by its name on the command line.

    Args:
        source: `digits`, `tfds:NAME`, or a path: of an `.npz` file with `x`, `y` and optional `x_test`, `y_test`; of an
            `.npy` file or a folder of them, which are memory-mapped; of a folder of pictures; or of a table.
        data_dir: folder with prepared TensorFlow Datasets, for `tfds:` only.
        scaling: the scaling that an encoder expects of its inputs. Default: fitted to the training inputs.
        table: how to read a table. Default: in the same way as the table that the scaling was fitted to.
        images: how to read pictures.
        stream: whether to decode images once into a file, and read batches from it.
        leaks: "keep" or "remove" training rows whose input is in the test set too. They are counted in both cases.

    Raises:
        InputError: the source is unknown or unreadable, or its arrays do not pass the checks of `dataset.build`.
    """
    columns = None if scaling is None or isinstance(scaling, Scaling) else scaling
    if columns is not None and (table is None or table.target is None):
        table = columns.table
    name = source_of(source)
    spec = SOURCES[name]
    if columns is not None and TableOptions not in spec.options:
        raise InputError(f"data: expected a table as in training, found {source!r}")
    own_scaling = scaling if columns is None else None
    if name == "image_folder" and any(Path(source).glob("*.parquet")):
        raise InputError(f"{source}: expected pictures, found parts of a table; join them into one file")
    reading = Reading(data_dir, table, images or ImageOptions(), stream, columns, own_scaling)
    arrays = import_module(spec.module or f"semisup.sources.{name}").read(source, reading)
    dataset = build(source, arrays, own_scaling)
    return guarded(dataset, leaks == "remove")
