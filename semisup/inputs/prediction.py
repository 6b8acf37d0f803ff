"""What a prediction and an export work on."""

import ast
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from semisup import registry, stored_runs
from semisup.data import Dataset, matching, scaling
from semisup.data.chunks import chunks
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.inputs.shared import of_run
from semisup.settings import ExportSettings, PredictSettings
from semisup.store import unreadable
from semisup.stored_runs import StoredRun

if TYPE_CHECKING:
    from semisup.data.columns import Columns

ONNX = ("onnx", "tf2onnx", "onnxruntime")


@dataclass(frozen=True)
class PredictionInputs:
    """The classifier: a stage-two run, or the folder of a registered model; and what its inputs are like."""

    source: StoredRun | Path
    shape: tuple[int, ...]
    scaling: "Scaling | Columns"


@dataclass(frozen=True)
class ExportInputs:
    """The stage-two run, and its data to compare answers on."""

    run: StoredRun
    dataset: Dataset


def for_prediction(settings: PredictSettings) -> PredictionInputs:
    """The classifier, and whether the inputs are what it was trained on, as far as the first of them say so.

    Raises:
        InputError: either cannot be read, or they do not fit.
    """
    if settings.run is not None and settings.run.startswith(registry.PREFIX):
        given = _registered(settings.run)
    else:
        run = stored_runs.find_stage_two(settings.run)
        given = PredictionInputs(run, _shape(run), run.scaling)
    first, raw = next(chunks(Path(settings.inputs), given.shape, given.scaling))
    matching.scaled(raw, given.shape, given.scaling, settings.inputs, first)
    return given


def _shape(run: StoredRun) -> tuple[int, ...]:
    try:
        return tuple(int(size) for size in ast.literal_eval(run.parameters["input_shape"]))
    except Exception as error:  # whatever is wrong with it
        raise unreadable(run.run_id, "input_shape", error) from None


def _registered(uri: str) -> PredictionInputs:
    folder = registry.find_model(uri)
    try:
        facts, scaled = (json.loads((folder / name).read_text()) for name in ("prediction.json", "scaling.json"))
        return PredictionInputs(folder, tuple(facts["shape"]), scaling.from_json(scaled))
    except Exception as error:  # whatever is wrong with a file
        raise InputError(f"run: {uri} cannot be read, a file is missing or damaged ({error})") from None


def for_export(settings: ExportSettings) -> ExportInputs:
    """The run and its data.

    Raises:
        InputError: either cannot be read, or a package is missing.
    """
    from importlib.util import find_spec

    missing = [name for name in ONNX if find_spec(name) is None]
    if missing:
        raise InputError(f"export: expected the packages of semisup[onnx] to be installed, found no {missing[0]}")
    run = stored_runs.find_stage_two(settings.run)
    return ExportInputs(run, of_run(None, None, run))
