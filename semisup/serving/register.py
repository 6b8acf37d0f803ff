"""Register a classifier with MLflow: `mlflow models serve` and `mlflow.pyfunc.load_model` then need no semisup.

The model carries Python code for the columns of a table, the answers and the error messages. This code is a copy of the
modules that `predict` uses. The copy is a package with a digest of the code in its name. So it neither needs this
package nor clashes with another version of it.
"""

import contextlib
import hashlib
import io
import tempfile
import warnings
from pathlib import Path

import mlflow
import numpy as np
from mlflow import MlflowClient
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec
from mlflow.types.schema import AnyType

from semisup.data.scaling import Scaling
from semisup.data.validation import BYTES
from semisup.runs.registry import FILES
from semisup.serving import bundle as bundles
from semisup.serving.bundle import Bundle
from semisup.serving.loader import ERROR_RATE
from semisup.system import provenance
from semisup.system.interrupts import uninterrupted

PACKAGE = Path(__file__).resolve().parent.parent
SHIPPED = (  # modules that are copied into the model
    "errors.py",
    "settings/options.py",
    "settings/checks.py",
    "settings/sources.py",
    "system/zip_archive.py",
    "system/keras_file.py",
    "data/memory_mapped.py",
    "data/row_origin.py",
    "data/scaling.py",
    "data/cells.py",
    "data/cleaning.py",
    "data/dates.py",
    "data/text_features.py",
    "data/column.py",
    "data/column_values.py",
    "data/column_kinds.py",
    "data/columns.py",
    "data/labels.py",
    "data/test_split.py",
    "data/dataset.py",
    "data/validation.py",
    "metrics/conformal.py",
    "serving/bundle.py",
    "serving/predictor.py",
    "serving/loader.py",
)
REQUIRED = ("tensorflow", "keras", "numpy", "pandas")  # MLflow adds its own version


def register(bundle: Bundle, name: str, alias: str) -> int:
    """Log a model to the active run, register it under a name, and give the new version an alias.

    Returns:
        The version.
    """
    packages = [*REQUIRED, *([] if isinstance(bundle.scaling, Scaling) else ["scikit-learn"])]
    with tempfile.TemporaryDirectory() as aside, uninterrupted():
        files = Path(aside) / Path(FILES).name
        files.mkdir()
        bundles.write(files, bundle)
        code = _shipped_code(Path(aside))
        # MLflow prints what this program tells the user itself, and asks for an example though there is a signature.
        with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*input example was not provided")
            logged = mlflow.pyfunc.log_model(
                name="served",
                loader_module=f"{code.name}.serving.loader",
                data_path=str(files),
                code_paths=[str(code)],
                signature=_signature(bundle),
                pip_requirements=[f"{package}=={provenance.version(package)}" for package in packages],
                metadata={"class_names": bundle.metadata.class_names, "scaling": bundle.scaling.rule},
                registered_model_name=name,
            )
        MlflowClient().set_registered_model_alias(name, alias, str(logged.registered_model_version))
    return int(logged.registered_model_version)


def _shipped_code(folder: Path) -> Path:
    """Write the shipped modules into a folder as a package that imports them from itself. Return its path."""
    sources = {name: (PACKAGE / name).read_text() for name in SHIPPED}
    digest = hashlib.sha256("".join(sources.values()).encode()).hexdigest()[:8]
    code = folder / f"semisup_served_{digest}"
    for name, source in sources.items():
        path = code / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.replace("from semisup.", f"from {code.name}."))
    for inner in (code, *(path for path in code.rglob("*") if path.is_dir())):
        (inner / "__init__.py").touch()
    return code


def _signature(bundle: Bundle) -> ModelSignature:
    """Return the signature for raw inputs.

    Numbers and dates of a table have any type, since MLflow refuses an integer where it expects a float. The model
    itself refuses values that are no numbers or dates.
    """
    metadata, scaling = bundle.metadata, bundle.scaling
    if isinstance(scaling, Scaling):
        kind = np.dtype("uint8" if scaling.rule == BYTES else "float64")
        inputs = Schema([TensorSpec(kind, (-1, *metadata.shape))])
    else:
        kinds = {"category": DataType.string, "text": DataType.string, "number": AnyType(), "date": AnyType()}
        inputs = Schema([ColSpec(kinds[column.kind], column.name) for column in scaling.columns])
    answers = [ColSpec(DataType.string, "class")]
    answers += [ColSpec(DataType.float, f"probability_{name}") for name in metadata.class_names]
    answers.append(ColSpec(DataType.float, "anomaly"))
    rate = ParamSchema([ParamSpec("error_rate", DataType.double, ERROR_RATE)])
    if metadata.conformity is None:
        return ModelSignature(inputs, Schema(answers))
    return ModelSignature(inputs, Schema([*answers, ColSpec(DataType.boolean, "abstain")]), rate)
