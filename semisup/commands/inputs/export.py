"""Read and check the inputs of `export`."""

from dataclasses import dataclass
from importlib.util import find_spec

from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.runs import find
from semisup.runs.dataset import of_run
from semisup.runs.find import StoredRun
from semisup.settings import ExportSettings

ONNX = ("onnx", "tf2onnx", "onnxruntime")  # packages that export needs


@dataclass(frozen=True)
class ExportInputs:
    """The stage-two run, and its data, on which predictions are compared."""

    run: StoredRun
    dataset: Dataset


def load(settings: ExportSettings) -> ExportInputs:
    """Return the run and its data.

    Raises:
        InputError: the run or its data cannot be read, or a package is missing.
    """
    missing = [name for name in ONNX if find_spec(name) is None]
    if missing:
        raise InputError(f"export: expected the packages of semisup[onnx] to be installed, found no {missing[0]}")
    run = find.find_stage_two(settings.run)
    return ExportInputs(run, of_run(None, None, run))
