"""Read image classification datasets of TensorFlow Datasets. Prepared data is read without network access."""

import os
import socket
from pathlib import Path
from typing import Any

import numpy as np

from semisup.data.dataset import Arrays
from semisup.errors import InputError
from semisup.sources import cache, npy
from semisup.sources.source import Reading
from semisup.system import progress, tensorflow_import

NETWORK_PROBE = ("storage.googleapis.com", 443)  # where TensorFlow Datasets keeps its own copies
NETWORK_SECONDS = 5.0
AT_ONCE = 256  # images decoded between two steps of the progress bar


def read(source: str, reading: Reading) -> Arrays:
    """Read a dataset by `tfds:NAME`. Raises as `images`."""
    return images(source.removeprefix("tfds:"), reading.data_dir, reading.stream)


def images(name: str, data_dir: str | None = None, stream: bool = False) -> Arrays:
    """Read the splits `train` and `test` (or `validation`, if there is no `test`) into memory.

    Args:
        name: as in the TensorFlow Datasets catalogue: `mnist`, `fashion_mnist`, `cifar10`, ...
        data_dir: folder of prepared data, also for new downloads. Default: TFDS_DATA_DIR, else ~/tensorflow_datasets.
        stream: decode the images into a file of the cache and map that file, instead of reading them into memory.

    Raises:
        InputError: the name is unknown, the dataset is not for image classification, or it is not prepared and cannot
            be downloaded.
    """
    folder = Path(data_dir or os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets").expanduser()
    if not (folder / name.split("/")[0].split(":")[0]).is_dir():
        _check_network(name, folder)
    tensorflow_import.import_tensorflow()
    import tensorflow_datasets as tfds

    try:
        builder = tfds.builder(name, data_dir=folder)
    except (tfds.core.DatasetNotFoundError, ValueError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            f"data: expected a name of the TensorFlow Datasets catalogue, found {name!r} ({reason})"
        ) from None
    image, label = _keys(name, builder.info)
    if not builder.is_prepared():
        _prepare(name, builder, folder)
    splits = builder.info.splits
    test = next((split for split in ("test", "validation") if split in splits), None)
    if "train" not in splits:
        raise InputError(f"tfds:{name}: expected a split named train, found {', '.join(splits)}")
    parts = {split: suffix for split, suffix in (("train", ""), (test, "_test")) if split}
    class_names = builder.info.features[label].names
    if stream:
        key = repr((builder.info.full_name, str(builder.data_path), [splits[split].num_examples for split in parts]))
        return npy.opened(cache.kept(key, lambda folder: _write(builder, parts, image, label, folder)))
    data = {split: _read_split(builder, split) for split in parts}
    arrays = [data[split][key] for split in data for key in (image, label)]
    return Arrays(*arrays, class_names=class_names)


def _write(builder: Any, parts: dict[str, str], image: str, label: str, folder: Path) -> None:
    """Write the splits into a folder that `npy.opened` can read. `parts` maps each split to the suffix of its files."""
    import tensorflow_datasets as tfds

    features = builder.info.features
    for split, suffix in parts.items():
        blocks = tfds.as_numpy(builder.as_dataset(split=split, batch_size=AT_ONCE))
        classes = []
        with npy.appending(folder / f"x{suffix}.npy", features[image].shape) as append:
            for block in progress.steps(
                f"decode {split}", blocks, -(-builder.info.splits[split].num_examples // AT_ONCE)
            ):
                append(block[image])
                classes.append(block[label])
        np.save(folder / f"y{suffix}.npy", np.concatenate(classes))
    npy.write_names(folder, class_names=features[label].names)


def _keys(name: str, info: Any) -> tuple[str, str]:
    """Return the names of the image feature and of the label feature."""
    import tensorflow_datasets as tfds

    keys = info.supervised_keys
    if keys is not None and len(keys) == 2:
        image, label = (info.features[key] for key in keys)
        is_image, is_label = (
            isinstance(image, tfds.features.Image),
            isinstance(label, tfds.features.ClassLabel),
        )
        if is_image and is_label and None not in image.shape:
            return keys
    raise InputError(f"tfds:{name}: expected images of one size with one class label each, found {info.features}")


def _prepare(name: str, builder: Any, folder: Path) -> None:
    _check_network(name, folder)
    try:  # each dataset has its own download folder: the cache of extracted files is keyed by file name
        builder.download_and_prepare(download_dir=str(folder / "downloads" / name))
    except Exception as error:  # download managers, archives and manual steps raise different errors
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise _unprepared(name, folder, f"preparing it failed ({reason})") from None


def _check_network(name: str, folder: Path) -> None:
    try:
        socket.create_connection(NETWORK_PROBE, timeout=NETWORK_SECONDS).close()
    except OSError:
        raise _unprepared(name, folder, f"{NETWORK_PROBE[0]} cannot be reached") from None


def _unprepared(name: str, folder: Path, reason: str) -> InputError:
    return InputError(
        f"tfds:{name}: no prepared data in {folder / name} and {reason}; name the folder that holds {name}/ with "
        "--data_dir or TFDS_DATA_DIR, or run once with a network connection"
    )


def _read_split(builder: Any, split: str) -> dict[str, np.ndarray]:
    import tensorflow_datasets as tfds

    return tfds.as_numpy(builder.as_dataset(split=split, batch_size=-1))
