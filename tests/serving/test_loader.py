"""MLflow's server reads text/csv for a model of a table."""

import io

import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException
from mlflow.pyfunc.scoring_server import parse_csv_input
from mlflow.types import ColSpec, DataType, Schema, TensorSpec
from mlflow.types.schema import AnyType

from semisup.serving import loader


def test_columns_of_any_type_are_read_as_texts(monkeypatch):
    monkeypatch.setattr(Schema, "pandas_types", loader._types_of_csv)
    schema = Schema([ColSpec(DataType.string, "code"), ColSpec(AnyType(), "sum")])
    frame = parse_csv_input(io.StringIO('code,sum\n007,"1,234"\n,2\n'), schema)
    expected = pd.DataFrame({"code": ["007", np.nan], "sum": ["1,234", "2"]}, dtype=object)
    pd.testing.assert_frame_equal(frame, expected)
    with pytest.raises(MlflowException, match="TensorSpec only supports numpy types"):
        Schema([TensorSpec(np.dtype("float64"), (-1, 6))]).pandas_types()
