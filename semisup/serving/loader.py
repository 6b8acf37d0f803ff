"""The code that MLflow calls to load a registered model. Its process does not need this package."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.types import DataType, Schema

from semisup.errors import InputError
from semisup.serving import bundle
from semisup.serving.predictor import predictor

ERROR_RATE = 0.1  # default
PANDAS_TYPES = Schema.pandas_types  # MLflow's own method


def _load_pyfunc(folder: str) -> "Served":
    """Load a model. MLflow calls this function by its name."""
    Schema.pandas_types = _types_of_csv
    return Served(Path(folder))


def _types_of_csv(schema: Schema) -> list[np.dtype]:
    """Return the types as which MLflow's server reads the columns of text/csv.

    MLflow's own method refuses columns that may have any type, as the numbers and dates of a table may. They are read
    as texts, and the model reads the numbers and dates in them, as it does where it is trained on a CSV file.
    """
    if schema.is_tensor_spec():  # an array: MLflow's own method refuses CSV
        return PANDAS_TYPES(schema)
    kinds = (column.type for column in schema.inputs)
    return [kind.to_pandas() if isinstance(kind, DataType) else np.dtype(object) for kind in kinds]


class Served:
    """A registered model as MLflow expects it: an object with `predict`."""

    def __init__(self, folder: Path) -> None:
        self._predict = predictor(bundle.read(folder))

    def predict(self, inputs: np.ndarray | pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Return the answers of `predictor` for raw inputs. `params` may hold an `error_rate` in (0, 1).

        Raises:
            MlflowException: the inputs are not as expected. The server then answers with status 400.
        """
        error_rate = (params or {}).get("error_rate", ERROR_RATE)
        try:
            if not 0 < error_rate < 1:
                raise InputError(f"error_rate: expected a number in (0, 1), found {error_rate}")
            return self._predict(inputs, error_rate)
        except InputError as error:
            raise MlflowException(str(error), error_code=INVALID_PARAMETER_VALUE) from None
