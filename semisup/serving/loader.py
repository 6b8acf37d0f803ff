"""What MLflow calls to load a registered model, in a process that need not have this package."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE

from semisup.errors import InputError
from semisup.serving import bundle
from semisup.serving.predictor import predictor

ERROR_RATE = 0.1


def _load_pyfunc(folder: str) -> "Served":
    return Served(Path(folder))


class Served:
    """MLflow's interface: an object with `predict`."""

    def __init__(self, folder: Path) -> None:
        self._predict = predictor(bundle.read(folder))

    def predict(self, inputs: np.ndarray | pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """See `predictor`; `params` may have an `error_rate`.

        Raises:
            MlflowException: the inputs are not as expected, which the server answers with status 400.
        """
        error_rate = (params or {}).get("error_rate", ERROR_RATE)
        try:
            if not 0 < error_rate < 1:
                raise InputError(f"error_rate: expected a number in (0, 1), found {error_rate}")
            return self._predict(inputs, error_rate)
        except InputError as error:
            raise MlflowException(str(error), error_code=INVALID_PARAMETER_VALUE) from None
