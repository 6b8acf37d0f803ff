"""`predict`: classify the inputs of a file."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from semisup.commands.inputs.predict import PredictInputs, load
from semisup.errors import InputError
from semisup.runs.find import StoredRun
from semisup.runs.store import open_store
from semisup.serving import bundle as bundles
from semisup.serving import stored
from semisup.serving.bundle import Bundle
from semisup.serving.output import written_whole
from semisup.serving.predictor import predictor
from semisup.settings import PredictSettings
from semisup.sources.chunks import chunks, names
from semisup.sources.listing import left_out
from semisup.system import progress


@dataclass(frozen=True)
class PredictResult:
    """What was written.

    Attributes:
        output: path of the file.
        rows: how many rows it has.
        classes: how many rows each class has, by name.
        abstained: in how many rows `abstain` is true; None if the run has kept no labels to calibrate with.
        error_rate: error rate that the user asked for.
        calibration: how many labels the run has kept to calibrate with.
    """

    output: str
    rows: int
    classes: dict[str, int]
    abstained: int | None
    error_rate: float
    calibration: int


def predict(settings: PredictSettings, inputs: PredictInputs | None = None) -> PredictResult:
    """Classify the inputs of a file, a chunk at a time.

    Args:
        settings: the file to classify, the run and the output.
        inputs: the classifier that the settings name, if it has been found already.

    Raises:
        InputError: the run or the file is not as expected, or the output cannot be written.
    """
    inputs = inputs or load(settings)
    bundle = _bundle(inputs.source)
    classify = predictor(bundle)
    rows, abstained, classes = 0, 0, Counter(dict.fromkeys(bundle.metadata.class_names, 0))
    path = Path(settings.inputs)
    pictures = names(path)
    for sentence in left_out(path) if pictures is not None else ():
        progress.say(sentence)
    with written_whole(Path(settings.output)) as write, progress.rows("predict") as report:
        for first, raw in chunks(path, inputs.shape, inputs.scaling):
            answers = classify(raw, settings.error_rate, settings.inputs, first)
            answers.insert(0, "row", range(first, first + len(answers)))
            if pictures is not None:
                answers.insert(1, "file", pictures[first : first + len(answers)])
            write(answers)
            report(len(answers))
            rows += len(answers)
            classes.update(answers["class"])
            abstained += int(answers["abstain"].sum()) if "abstain" in answers else 0
    kept = bundle.metadata.conformity
    counts = (None, 0) if kept is None else (abstained, len(kept))
    return PredictResult(settings.output, rows, dict(classes), counts[0], settings.error_rate, counts[1])


def _bundle(source: StoredRun | Path) -> Bundle:
    """Read the classifier of a run, or of the folder of a registered model."""
    if isinstance(source, StoredRun):
        open_store()
        return stored.read(source)
    try:
        return bundles.read(source)
    except Exception as error:  # whatever is wrong with a file
        raise InputError(f"run: {source} cannot be read, a file is missing or damaged ({error})") from None
