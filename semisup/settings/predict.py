"""Options of `predict`."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options

TABLES = (".csv", ".parquet")


@dataclass(frozen=True)  # not kw_only: the command line takes `inputs` without its flag
class PredictSettings(Options):
    """Classify the inputs of a file of any size, and write the predictions to another file.

    Args:
        inputs: file with the inputs to classify: an array (.npy, .npz with x), a table with the columns of the training
            rows, a picture, or a folder of pictures.
        run: id of the stage-two run, or a model of MLflow's registry (models:/NAME@ALIAS or models:/NAME/VERSION).
            Default: the latest finished stage-two run.
        output: .csv or .parquet file to write. Its columns are row, file (for a folder), class, probability_NAME of
            each class, anomaly and, after finetune --calibrate, abstain. anomaly is the fraction of training inputs
            that stage one reconstructs better.
        error_rate: fraction of errors to allow. For each input, predict finds a set of classes. These sets miss the
            true class in at most this fraction of inputs. abstain is true if the set is empty or has several classes.
    """

    title: ClassVar[str] = "Prediction"

    inputs: str
    run: str | None = None
    output: str = "predictions.csv"
    error_rate: float = 0.1

    def check(self) -> None:
        if not (checks.is_number(self.error_rate) and 0 < self.error_rate < 1):
            raise InputError(f"error_rate: expected a number in (0, 1), found {self.error_rate!r}")
        checks.run_id(self)
        checks.output(self, *TABLES)
        if not Path(self.inputs).exists():
            raise InputError(f"{self.inputs}: no such file, expected an array (.npy, .npz), a table or a picture")
        if Path(self.output).resolve() == Path(self.inputs).resolve():
            raise InputError(f"output: expected another file than the inputs, found {self.output}")
