"""Data: sources, label draws, batches.

A source is one file with a function that returns `Arrays` as they were found (`digits.read()`, `tfds.read(name,
data_dir)`, `npz.read(path)`); `load` sends its result through the same checks, the same hold-out and the same scaling
whatever the source.
"""

from pathlib import Path

from semisup.data.dataset import Dataset, build
from semisup.errors import InputError

__all__ = ["Dataset", "load"]


def load(source: str, data_dir: str | None = None) -> Dataset:
    """Load a dataset by the name that the command line takes.

    Args:
        source: `digits`, `tfds:NAME` or the path of an `.npz` file with `x`, `y` and optional `x_test`, `y_test`.
        data_dir: folder with prepared TensorFlow Datasets, for `tfds:` only.

    Raises:
        InputError: the source is unknown, unreadable, or breaks the promises of `Dataset`.
    """
    if source == "digits":
        from semisup.data import digits

        return build(source, digits.read())
    if source.startswith("tfds:"):
        from semisup.data import tfds

        return build(source, tfds.read(source.removeprefix("tfds:"), data_dir))
    if Path(source).suffix == ".npz":
        from semisup.data import npz

        return build(source, npz.read(Path(source)))
    raise InputError(f"data: expected digits, tfds:NAME or the path of an .npz file, found {source!r}")
