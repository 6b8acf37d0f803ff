"""What a prediction works on."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from semisup.data import scaling, validation
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.runs import find, registry
from semisup.runs.find import StoredRun
from semisup.settings import PredictSettings
from semisup.sources.chunks import chunks

if TYPE_CHECKING:
    from semisup.data.columns import Columns


@dataclass(frozen=True)
class PredictInputs:
    """The classifier: a stage-two run, or the folder of a registered model; and what its inputs are like."""

    source: StoredRun | Path
    shape: tuple[int, ...]
    scaling: "Scaling | Columns"


def load(settings: PredictSettings) -> PredictInputs:
    """The classifier, and whether the inputs are what it was trained on, as far as the first of them say so.

    Raises:
        InputError: either cannot be read, or they do not fit.
    """
    if settings.run is not None and settings.run.startswith(registry.PREFIX):
        inputs = _registered(settings.run)
    else:
        run = find.find_stage_two(settings.run)
        inputs = PredictInputs(run, run.parameters["input_shape"], run.scaling)
    first, raw = next(chunks(Path(settings.inputs), inputs.shape, inputs.scaling))
    validation.scaled(raw, inputs.shape, inputs.scaling, settings.inputs, first)
    return inputs


def _registered(uri: str) -> PredictInputs:
    folder = registry.find_model(uri)
    try:
        known, scaled = (json.loads((folder / name).read_text()) for name in ("prediction.json", "scaling.json"))
        return PredictInputs(folder, tuple(known["shape"]), scaling.from_json(scaled))
    except Exception as error:  # whatever is wrong with a file
        raise InputError(f"run: {uri} cannot be read, a file is missing or damaged ({error})") from None
