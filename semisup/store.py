"""The store: where the runs are, and which one is meant.

MLflow takes seconds to import, so a SQLite store is read by the standard library: an unknown run is refused at once.
"""

import json
import logging
import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlparse

import numpy as np

from semisup.data import scaling
from semisup.data.scaling import Scaling
from semisup.errors import InputError

if TYPE_CHECKING:
    from semisup.data.columns import Columns

T = TypeVar("T")

EXPERIMENT = "semisup"
FOLDER = Path("mlruns")  # of the default store, in the current directory
RETRIES = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"
ABSENT = "none"  # value of a parameter that does not apply to a run


def uri() -> str:
    """Where runs go: MLFLOW_TRACKING_URI if set, else SQLite in ./mlruns."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{(FOLDER / 'mlflow.db').resolve()}"


def _is_default() -> bool:
    return not os.environ.get("MLFLOW_TRACKING_URI")


def _name() -> str:
    """The store as an error may name it: a tracking URI can hold a password."""
    return str(FOLDER.resolve() / "mlflow.db") if _is_default() else "MLFLOW_TRACKING_URI"


def check_writable() -> None:
    """Make the folder of the default store where it is missing.

    Raises:
        InputError: it cannot be written to.
    """
    if not _is_default():
        return
    try:
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / ".writable").touch()
        (FOLDER / ".writable").unlink(missing_ok=True)  # by another process, perhaps
    except OSError as error:
        raise InputError(
            f"{FOLDER.resolve()}: expected a folder that can be written to, for the runs ({error.strerror})"
        ) from None


def open_store() -> None:
    """Make the store MLflow's current one, and create it and the experiment where they are missing.

    Raises:
        InputError: the store cannot be written or reached.
    """
    check_writable()
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    default = _is_default()
    mlflow.set_tracking_uri(uri())
    if default:  # MLflow has put it there; it is the user's to set
        os.environ.pop("MLFLOW_TRACKING_URI", None)
    retries = os.environ.get(RETRIES)
    os.environ[RETRIES] = "1"  # to open the store; a run that is under way is worth the default's minutes of patience
    try:
        if mlflow.MlflowClient().get_experiment_by_name(EXPERIMENT) is None:
            location = (FOLDER / "artifacts").resolve().as_uri() if default else None
            tags = {"mlflow.experimentKind": "custom_model_development"}  # the UI opens on its model-training view
            mlflow.MlflowClient().create_experiment(EXPERIMENT, artifact_location=location, tags=tags)
        mlflow.set_experiment(EXPERIMENT)
    except Exception as error:  # whatever the store is: a file, a database driver, an HTTP client
        raise _cannot_be_opened(error) from None
    finally:
        os.environ.pop(RETRIES)
        if retries is not None:
            os.environ[RETRIES] = retries


def _cannot_be_opened(error: Exception) -> InputError:
    reason = re.sub(r"//[^/@\s]*@", "//", first_line(error))  # without user and password
    return InputError(f"{_name()}: expected an MLflow store that can be opened ({reason})")


@dataclass(frozen=True)
class StoredRun:
    """What a finished run of either stage logged, but for its models; `parameters` has those that were set."""

    run_id: str
    parameters: dict[str, str]
    scaling: "Scaling | Columns"  # of the inputs that it was trained on
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Record:
    run_id: str
    status: str
    parameters: dict[str, str]
    artifacts: str  # URI
    tags: dict[str, str]


def find_unfinished(run_id: str) -> _Record:
    """Find a run that has not finished, whether it was killed, failed, or is under way.

    Raises:
        InputError: the id is unknown, the run has finished, or the store cannot be read.
    """
    found = _found(run_id, "any")
    if found is None:
        raise InputError(f"resume: expected the id of a run in {_name()}, found {run_id!r}")
    if found.status == "FINISHED":
        raise InputError(f"resume: expected a run that has not finished, found {run_id}, which has")
    return found


def find_run(run_id: str | None = None) -> StoredRun:
    """Find a finished run of either stage; without an id, the latest one of stage one. Raises as `find_stage_one`."""
    return _find(run_id, {"pretrain": "stage-one run (pretrain)", "finetune": "stage-two run (finetune)"})


def find_stage_one(run_id: str | None = None) -> StoredRun:
    """Find a finished stage-one run.

    Args:
        run_id: its id; None takes the latest one in the store.

    Raises:
        InputError: there is none, the id is unknown, the run is of another kind or did not finish, or the store
            cannot be read.
    """
    return _find(run_id, {"pretrain": "stage-one run (pretrain)"})


def find_stage_two(run_id: str | None = None) -> StoredRun:
    """Find a finished stage-two run; without an id, the latest one. Raises as `find_stage_one`."""
    return _find(run_id, {"finetune": "stage-two run (finetune)"})


def _find(run_id: str | None, stages: dict[str, str]) -> StoredRun:
    """A run of one of these stages, each with its name for the user; without an id, the latest of the first of them."""
    first = next(iter(stages))
    found = _found(run_id, first)
    if found is None and run_id is None:
        kind = stages[first].partition(" (")[0]
        raise InputError(f"run: no finished {kind} in {_name()}, start with: python -m semisup {first}")
    if found is None:
        raise InputError(f"run: expected the id of a run in {_name()}, found {run_id!r}")
    stage = found.parameters.get("stage", "unknown")
    if stage not in stages:
        raise InputError(
            f"run: expected the id of a {' or '.join(stages.values())}, found {found.run_id}, a {stage} run"
        )
    if found.status != "FINISHED":
        raise InputError(f"run: expected a finished run, found {found.run_id}, which is {found.status}")
    parameters = {key: value for key, value in found.parameters.items() if value != ABSENT}
    return StoredRun(found.run_id, parameters, _artifact(found, "scaling.json", scaling.from_json), found.tags)


def _found(run_id: str | None, stage: str) -> _Record | None:
    """A run by its id, or the latest finished one of a stage."""
    return _in_sqlite(run_id, stage) if uri().startswith("sqlite:///") else _on_server(run_id, stage)


def _in_sqlite(run_id: str | None, stage: str) -> _Record | None:
    database = Path(uri().removeprefix("sqlite:///")).resolve()
    if not database.is_file():
        return None
    with reading(database) as connection:
        query = (
            "SELECT run_uuid, status, artifact_uri FROM runs WHERE run_uuid = :run_id"
            if run_id is not None
            else "SELECT runs.run_uuid, status, artifact_uri FROM runs JOIN params USING (run_uuid) "
            "JOIN experiments USING (experiment_id) WHERE key = 'stage' AND value = :stage "
            "AND status = 'FINISHED' AND runs.lifecycle_stage = 'active' AND experiments.name = :experiment "
            "ORDER BY end_time DESC LIMIT 1"
        )
        row = connection.execute(query, {"run_id": run_id, "stage": stage, "experiment": EXPERIMENT}).fetchone()
        if row is None:
            return None
        found, status, artifacts = row
        parameters, tags = (
            dict(connection.execute(f"SELECT key, value FROM {table} WHERE run_uuid = ?", (found,)))
            for table in ("params", "tags")
        )
    return _Record(found, status, parameters, artifacts, tags)


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite store that is there, to read from. Raises InputError if it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise _cannot_be_opened(error) from None


def _on_server(run_id: str | None, stage: str) -> _Record | None:
    open_store()
    import mlflow

    if run_id is None:
        runs = mlflow.search_runs(
            experiment_names=[EXPERIMENT],
            filter_string=f"params.stage = '{stage}' and attributes.status = 'FINISHED'",
            order_by=["attributes.end_time DESC"],
            max_results=1,
            output_format="list",
        )
    else:
        try:
            runs = [mlflow.get_run(run_id)]
        except mlflow.MlflowException:
            runs = []
    if not runs:
        return None
    info, data = runs[0].info, runs[0].data
    return _Record(info.run_id, info.status, data.params, info.artifact_uri, data.tags)


def label_draw(run_id: str, n: int) -> np.ndarray:
    """(labels,) int64 rows of `x_train`, of n rows, whose labels a stage-two run was trained on.

    Raises:
        InputError: its record of them cannot be read.
    """

    def rows(content: dict[str, list[int]]) -> np.ndarray:
        return np.arange(n)[content["rows_of_x_train"]]

    return _artifact(_found(run_id, "any"), "label_draw.json", rows)


def _artifact(found: _Record, name: str, read: Callable[[Any], T]) -> T:
    """What a function makes of a JSON file that a run has logged."""
    location = urlparse(found.artifacts)
    try:
        if location.scheme == "file":
            path = Path(unquote(location.path)) / name
        else:
            open_store()
            from mlflow.artifacts import download_artifacts

            path = Path(download_artifacts(f"runs:/{found.run_id}/{name}"))
        return read(json.loads(path.read_text()))
    except InputError:
        raise
    except Exception as error:  # whatever the artifact store is
        raise unreadable(found.run_id, name, error) from None


def unreadable(run_id: str, name: str, error: Exception) -> InputError:
    """The refusal of a run whose artifact `name` is missing or damaged."""
    return InputError(f"run: {name} of run {run_id} cannot be read ({first_line(error)})")


def first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
