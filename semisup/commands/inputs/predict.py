"""Read and check the inputs of `predict`."""

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
from semisup.system import progress

if TYPE_CHECKING:
    import pandas as pd

    from semisup.data.columns import Columns


@dataclass(frozen=True)
class PredictInputs:
    """The classifier and its inputs.

    Attributes:
        source: a stage-two run, or the folder of a registered model.
        shape: shape of one input of the network.
        scaling: how raw inputs are brought to [0, 1]; for a table, its columns.
    """

    source: StoredRun | Path
    shape: tuple[int, ...]
    scaling: "Scaling | Columns"


def load(settings: PredictSettings) -> PredictInputs:
    """Return the classifier, after checking that the first chunk of the inputs fits it.

    Raises:
        InputError: the classifier or the inputs cannot be read, or they do not fit.
    """
    if settings.run is not None and settings.run.startswith(registry.PREFIX):
        inputs = _registered(settings.run)
    else:
        run = find.find_stage_two(settings.run)
        inputs = PredictInputs(run, run.parameters["input_shape"], run.scaling)
    first, raw = next(chunks(Path(settings.inputs), inputs.shape, inputs.scaling))
    if not isinstance(inputs.scaling, Scaling):
        _tell(Path(settings.inputs), raw, inputs.scaling)
    validation.scaled(raw, inputs.shape, inputs.scaling, settings.inputs, first)
    return inputs


def _tell(path: Path, rows: "pd.DataFrame", columns: "Columns") -> None:
    """Tell the user what was guessed about a table, of which the first rows have been read."""
    from semisup.sources import frame, surprises  # import pandas

    for note in (*frame.notes(path, columns.table), *surprises.codes(path, rows, columns)):
        progress.say(note)


def _registered(uri: str) -> PredictInputs:
    """Return a classifier of MLflow's registry. Raise InputError if it cannot be read."""
    folder = registry.find_model(uri)
    try:
        metadata, content = (json.loads((folder / name).read_text()) for name in ("prediction.json", "scaling.json"))
        return PredictInputs(folder, tuple(metadata["shape"]), scaling.from_json(content))
    except Exception as error:  # whatever is wrong with a file
        raise InputError(f"run: {uri} cannot be read, a file is missing or damaged ({error})") from None
