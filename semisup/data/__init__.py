"""Data: sources, label draws, batches.

A source is one file with a function that returns `Arrays` as they were found (`digits.read()`, `tfds.read(name,
data_dir)`, `npz.read(path)`); `load` sends its result through the same checks, the same hold-out and the same scaling
whatever the source.
"""

from pathlib import Path

from semisup.data.dataset import Dataset, build
from semisup.data.scaling import Scaling
from semisup.errors import InputError

__all__ = ["Dataset", "load"]


def load(source: str, data_dir: str | None = None, scaling: Scaling | None = None) -> Dataset:
    """Load a dataset by the name that the command line takes.

    Args:
        source: `digits`, `tfds:NAME` or the path of an `.npz` file with `x`, `y` and optional `x_test`, `y_test`.
        data_dir: folder with prepared TensorFlow Datasets, for `tfds:` only.
        scaling: of the inputs, where an encoder expects a certain one; default: fitted to the training inputs.

    Raises:
        InputError: the source is unknown, unreadable, or breaks the promises of `Dataset`.
    """
    if source == "digits":
        from semisup.data import digits

        return build(source, digits.read(), scaling)
    if source.startswith("tfds:"):
        from semisup.data import tfds

        return build(source, tfds.read(source.removeprefix("tfds:"), data_dir), scaling)
    if Path(source).suffix == ".npz":
        from semisup.data import npz

        return build(source, npz.read(Path(source)), scaling)
    raise InputError(f"data: expected digits, tfds:NAME or the path of an .npz file, found {source!r}")
