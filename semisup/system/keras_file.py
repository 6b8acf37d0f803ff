"""Read `.keras` files as data: no code in them is run, and a model takes no more memory than the file's weights.

Keras' safe mode refuses Lambda layers and classes of other packages. Before Keras sees a file, this module refuses:

- layers of Keras itself that open other files or run code of another framework;
- archives that unpack to far more than their size;
- architectures with more weights than the file can hold.
"""

import io
import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import keras

from semisup.system.zip_archive import opened

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
SLACK = 2**20  # bytes of variables that Keras makes without the file: seeds of noise, counters
MOST_LAYERS = 2000
NOT_READ = (  # layers that need data from outside the file, or hold code
    "Lambda",
    "TFSMLayer",
    "JaxLayer",
    "FlaxLayer",
    "TorchModuleWrapper",
    "StringLookup",
    "IntegerLookup",
    "TextVectorization",
    "PyDataset",
)


def read(path: Path) -> keras.Model:
    """Read a model.

    Raises:
        OSError, ValueError: the file is missing, damaged, of another kind, or refused for a reason above.
    """
    try:
        with opened(path) as archive:
            unknown = set(archive.namelist()) - {CONFIG, METADATA, WEIGHTS}
            if unknown:
                raise ValueError(f"it has an unknown file {sorted(unknown)[0]!r}")
            config = json.loads(archive.read(CONFIG))
            stored = archive.read(WEIGHTS)
        _check_classes(config)
        _check_size(config, stored)
        return keras.saving.load_model(path, compile=False)  # in safe mode, the default
    except OSError:
        raise
    except Exception as error:  # a damaged file can raise anything
        raise ValueError(str(error) or type(error).__name__) from None


def _check_classes(config: Any) -> None:
    """Raise ValueError if an architecture has classes that are not read from a file, or too many parts."""
    waiting, parts = [config], 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend(part.values())
            if isinstance(part.get("class_name"), str) and part["class_name"] != "__tensor__":
                module, name = part.get("module"), part["class_name"]
                stock = module in (None, "builtins") or str(module).split(".")[0] == "keras"
                if not stock or name in NOT_READ or name.startswith("__lambda"):
                    raise ValueError(f"it is made of {module}.{name}, which is not read from a file")
                parts += 1
        elif isinstance(part, list):
            waiting.extend(part)
    if parts > MOST_LAYERS:
        raise ValueError(f"it has more than {MOST_LAYERS} parts")


def _check_size(config: Any, stored: bytes) -> None:
    """Raise ValueError if a weights file is too small for the weights of an architecture."""
    with h5py.File(io.BytesIO(stored), "r") as file:
        declared = []
        file.visititems(lambda _, item: declared.append(item.nbytes) if isinstance(item, h5py.Dataset) else None)
    if sum(declared) > len(stored):
        raise ValueError(f"its weights file of {len(stored):,} bytes declares {sum(declared):,}")
    with ThreadPoolExecutor(1) as thread:  # in this thread, Keras would allocate the variables later
        needed = thread.submit(_needed, config).result()
    if needed > len(stored) + SLACK:
        raise ValueError(f"its architecture has weights of {needed:,} bytes, its weights file {len(stored):,}")


def _needed(config: Any) -> int:
    """Return how many bytes the weights of an architecture need."""
    with keras.StatelessScope(initialize_variables=False):  # only shapes, no memory
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        if not isinstance(model, keras.Model):
            raise ValueError("it is no model")
        return sum(math.prod(weight.shape) * _bytes(weight.dtype) for weight in model.weights)


def _bytes(dtype: str) -> int:
    """Return the bytes of one number."""
    return {"float16": 2, "bfloat16": 2, "float64": 8, "int64": 8, "uint64": 8, "bool": 1, "uint8": 1, "int8": 1}.get(
        dtype, 4
    )
