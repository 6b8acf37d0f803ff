"""`.keras` files, read as data: no code of theirs is run, and they take no more memory than they have bytes.

Keras' safe mode refuses Lambda layers and classes from elsewhere. Before it gets to see a file, more is refused here:
layers of Keras itself that open other files or run another framework's code, archives that unpack to far more than they
are, and architectures whose weights cannot be in the file.
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
SLACK = 2**20  # bytes of what Keras makes without the file: seeds of noise, counters
MOST_LAYERS = 2000
NOT_READ = (  # what they are made of lies outside of the file, or is code
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
        OSError, ValueError: it is missing, damaged, of another kind, or refused as said above.
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
    except Exception as error:  # whatever a damaged file raises
        raise ValueError(str(error) or type(error).__name__) from None


def _check_classes(config: Any) -> None:
    waiting, layers = [config], 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend(part.values())
            if isinstance(part.get("class_name"), str) and part["class_name"] != "__tensor__":
                module, name = part.get("module"), part["class_name"]
                stock = module in (None, "builtins") or str(module).split(".")[0] == "keras"
                if not stock or name in NOT_READ or name.startswith("__lambda"):
                    raise ValueError(f"it is made of {module}.{name}, which is not read from a file")
                layers += 1
        elif isinstance(part, list):
            waiting.extend(part)
    if layers > MOST_LAYERS:
        raise ValueError(f"it has more than {MOST_LAYERS} parts")


def _check_size(config: Any, stored: bytes) -> None:
    """Whether the weights of an architecture can be in a weights file."""
    with h5py.File(io.BytesIO(stored), "r") as file:
        declared = []
        file.visititems(lambda _, item: declared.append(item.nbytes) if isinstance(item, h5py.Dataset) else None)
    if sum(declared) > len(stored):
        raise ValueError(f"its weights file of {len(stored):,} bytes declares {sum(declared):,}")
    with ThreadPoolExecutor(1) as thread:  # Keras would give this thread's variables their memory later
        needed = thread.submit(_needed, config).result()
    if needed > len(stored) + SLACK:
        raise ValueError(f"its architecture has weights of {needed:,} bytes, its weights file {len(stored):,}")


def _needed(config: Any) -> int:
    """Bytes of an architecture's weights."""
    with keras.StatelessScope(initialize_variables=False):  # shapes alone, no memory
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        if not isinstance(model, keras.Model):
            raise ValueError("it is no model")
        return sum(math.prod(weight.shape) * _bytes(weight.dtype) for weight in model.weights)


def _bytes(dtype: str) -> int:
    return {"float16": 2, "bfloat16": 2, "float64": 8, "int64": 8, "uint64": 8, "bool": 1, "uint8": 1, "int8": 1}.get(
        dtype, 4
    )
