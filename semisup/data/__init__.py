"""Data: sources, label draws, batches.

A source is one file with a function that returns `Arrays` as they were found (`digits.read()`, `tfds.read(name,
data_dir)`, `npz.read(path)`); `load` sends its result through the same checks, the same hold-out and the same scaling
whatever the source.
"""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from semisup.data.dataset import Dataset, build
from semisup.data.leaks import guarded
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.settings.checks import SOURCES
from semisup.settings.images import ImageSettings, is_image_folder, is_mapped
from semisup.settings.table import TableSettings

if TYPE_CHECKING:
    from semisup.data.columns import Columns

__all__ = ["Dataset", "load"]


def load(
    source: str,
    data_dir: str | None = None,
    scaling: "Scaling | Columns | None" = None,
    table: TableSettings | None = None,
    images: ImageSettings | None = None,
    leaks: str = "keep",
) -> Dataset:
    """Load a dataset by the name that the command line takes.

    Args:
        source: `digits`, `tfds:NAME`, the path of an `.npz` file with `x`, `y` and optional `x_test`, `y_test`, that of
            an `.npy` file or a folder of them, which are mapped, of a folder of pictures, or of a table.
        data_dir: folder with prepared TensorFlow Datasets, for `tfds:` only.
        scaling: of the inputs, where an encoder expects a certain one; default: fitted to the training inputs.
        table: how a table is read; default: as the one that the scaling was fitted to.
        images: how pictures are read; default: as the defaults of `ImageSettings` say.
        leaks: whether to "keep" or to "remove" training rows whose input is in the test set too; they are counted.

    Raises:
        InputError: the source is unknown, unreadable, or breaks the promises of `Dataset`.
    """
    return guarded(_found(source, data_dir, scaling, table, images or ImageSettings()), leaks == "remove")


def _found(
    source: str,
    data_dir: str | None,
    scaling: "Scaling | Columns | None",
    table: TableSettings | None,
    images: ImageSettings,
) -> Dataset:
    """As it is in the source."""
    fitted = None if scaling is None or isinstance(scaling, Scaling) else scaling
    table = table if table is not None and table.target is not None else fitted.table if fitted is not None else None
    if table is not None:
        from semisup.data import table as tables

        arrays, fitted = tables.read(Path(source), table, fitted)
        dataset = build(source, arrays)  # in [0, 1] already
        return dataclasses.replace(dataset, scaling=fitted, held_out=table.test is None)
    if source == "digits":
        from semisup.data import digits

        return build(source, digits.read(), scaling)
    if source.startswith("tfds:"):
        from semisup.data import tfds

        return build(source, tfds.read(source.removeprefix("tfds:"), data_dir, images.stream), scaling)
    if is_mapped(source):
        from semisup.data import npy

        return build(source, npy.read(Path(source)), scaling)
    if is_image_folder(source):
        from semisup.data import image_folder

        return build(source, image_folder.read(Path(source), images), scaling)
    if Path(source).suffix == ".npz":
        from semisup.data import npz

        return build(source, npz.read(Path(source)), scaling)
    raise InputError(f"data: expected {SOURCES}, found {source!r}")
