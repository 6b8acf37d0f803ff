"""What a prediction takes."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options

TABLES = (".csv", ".parquet")


@dataclass(frozen=True)  # the file is named without its option
class PredictSettings(Options):
    """Classify the inputs of a file, of any size, and write what was found to another.

    Args:
        inputs: file whose inputs to classify: an array (.npy, .npz with x), a table with the columns of the training
            rows, a picture, or a folder of pictures.
        run: id of the stage-two run, or models:/NAME@ALIAS or models:/NAME/VERSION of MLflow's registry; default: the
            latest stage-two run.
        output: .csv or .parquet file to write: row, file (of a folder), class, probability of each class, anomaly
            (share of the training inputs that stage one reconstructs better) and, after finetune --calibrate, abstain.
        error_rate: of the sets of classes that abstain looks at: where the true class cannot be told from others at
            this rate, or is none of them, it is true.
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
