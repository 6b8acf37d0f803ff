"""Find runs in the store and read what they logged, except their models."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlparse

import numpy as np

from semisup.data import scaling
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.runs import store
from semisup.runs.parameters import typed
from semisup.runs.store import name, open_store, reading, sqlite_file, unreadable

if TYPE_CHECKING:
    from semisup.data.columns import Columns

T = TypeVar("T")

STAGE_ONE, STAGE_TWO = "stage-one run (pretrain)", "stage-two run (finetune)"


@dataclass(frozen=True)
class StoredRun:
    """What a finished run of either stage logged, except its models.

    Attributes:
        run_id: id of the run.
        parameters: the parameters that apply to the run, by name, each with its type.
        scaling: scaling of the inputs that the run was trained on.
        tags: tags of the run.
    """

    run_id: str
    parameters: dict[str, Any]
    scaling: "Scaling | Columns"
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Record:
    """A run as it is in the store, finished or not."""

    run_id: str
    status: str
    parameters: dict[str, Any]  # as in `StoredRun`
    artifacts: str  # URI
    tags: dict[str, str]


def find_unfinished(run_id: str) -> _Record:
    """Find a run that has not finished: it was killed, failed or is still running.

    Raises:
        InputError: the id is unknown, the run has finished, or the store cannot be read.
    """
    record = _found(run_id, "any")
    if record is None:
        raise InputError(f"resume: expected the id of a run in {name()}, found {run_id!r}")
    if record.status == "FINISHED":
        raise InputError(f"resume: expected a run that has not finished, found {run_id}, which has")
    return record


def find_run(run_id: str | None = None) -> StoredRun:
    """Find a finished run of either stage; without an id, the latest of stage one. Raises as `find_stage_one` does."""
    return _find(run_id, {"pretrain": STAGE_ONE, "finetune": STAGE_TWO})


def find_trained(run_id: str | None = None) -> StoredRun:
    """Find a finished run of pretrain or finetune, with any head; otherwise the same as `find_run`."""
    return _find(run_id, {"pretrain": STAGE_ONE, "finetune": STAGE_TWO, "reader": "reader (finetune --head reader)"})


def find_stage_one(run_id: str | None = None) -> StoredRun:
    """Find a finished stage-one run.

    Args:
        run_id: its id; None takes the latest one in the store.

    Raises:
        InputError: there is no such run, the id is unknown, the run is of another kind or did not finish, or the
            store cannot be read.
    """
    return _find(run_id, {"pretrain": STAGE_ONE})


def find_stage_two(run_id: str | None = None) -> StoredRun:
    """Find a finished stage-two run; without an id, the latest one. Raises as `find_stage_one` does."""
    return _find(run_id, {"finetune": STAGE_TWO})


def _find(run_id: str | None, stages: dict[str, str]) -> StoredRun:
    """Find a finished run of one of several stages.

    Args:
        run_id: its id; None takes the latest run of the first stage.
        stages: name for the user of each stage.
    """
    first = next(iter(stages))
    record = _found(run_id, first)
    if record is None and run_id is None:
        kind = stages[first].partition(" (")[0]
        raise InputError(f"run: no finished {kind} in {name()}, start with: python -m semisup {first}")
    if record is None:
        raise InputError(f"run: expected the id of a run in {name()}, found {run_id!r}")
    stage = record.parameters.get("stage", "unknown")
    if stage not in stages:
        raise InputError(
            f"run: expected the id of a {' or '.join(stages.values())}, found {record.run_id}, a {stage} run"
        )
    if record.status != "FINISHED":
        raise InputError(f"run: expected a finished run, found {record.run_id}, which is {record.status}")
    return StoredRun(
        record.run_id, record.parameters, _artifact(record, "scaling.json", scaling.from_json), record.tags
    )


def _found(run_id: str | None, stage: str) -> _Record | None:
    """Return a run by its id; without an id, the latest finished run of a stage; None if there is no such run.

    Raises:
        InputError: the run's parameters are damaged, or the store cannot be read.
    """
    record = _in_sqlite(run_id, stage) if sqlite_file() else _on_server(run_id, stage)
    try:
        return record and replace(record, parameters=typed(record.parameters))
    except (ValueError, SyntaxError) as error:
        raise unreadable(record.run_id, "parameters", error) from None


def _in_sqlite(run_id: str | None, stage: str) -> _Record | None:
    database = sqlite_file()
    if not database.is_file():
        return None
    with reading(database) as connection:
        query = (
            "SELECT run_uuid, status, artifact_uri FROM runs WHERE run_uuid = :run_id"
            if run_id is not None
            else "SELECT runs.run_uuid, status, artifact_uri FROM runs JOIN params USING (run_uuid) "
            "JOIN experiments USING (experiment_id) WHERE key = 'stage' AND value = :stage "
            "AND status = 'FINISHED' AND runs.lifecycle_stage = 'active' "
            "AND (experiments.name = :name OR experiment_id = :experiment_id) "
            "ORDER BY end_time DESC LIMIT 1"
        )
        values = {"run_id": run_id, "stage": stage, "name": None, "experiment_id": None} | store.experiment()
        row = connection.execute(query, values).fetchone()
        if row is None:
            return None
        run_id, status, artifacts = row
        parameters = dict(connection.execute("SELECT key, value FROM params WHERE run_uuid = ?", (run_id,)))
        tags = dict(connection.execute("SELECT key, value FROM tags WHERE run_uuid = ?", (run_id,)))
    return _Record(run_id, status, parameters, artifacts, tags)


def _on_server(run_id: str | None, stage: str) -> _Record | None:
    open_store()
    import mlflow

    if run_id is None:
        runs = mlflow.search_runs(
            experiment_ids=[store.experiment_id()],
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
    """Return the rows of `x_train` whose labels a stage-two run was trained on: (labels,) int64 in [0, n).

    Args:
        run_id: id of the run.
        n: number of rows of `x_train`.

    Raises:
        InputError: `label_draw.json` of the run cannot be read.
    """

    def rows(content: dict[str, list[int]]) -> np.ndarray:
        numbers = content["rows_of_x_train"]
        if not all(type(row) is int and 0 <= row < n for row in numbers):
            raise ValueError(f"expected rows below {n}")
        return np.array(numbers, np.int64)

    return _artifact(_found(run_id, "any"), "label_draw.json", rows)


def _artifact(record: _Record, name: str, read: Callable[[Any], T]) -> T:
    """Read a JSON file that a run has logged. `read` turns its content into the result."""
    location = urlparse(record.artifacts)
    try:
        if location.scheme == "file":
            path = Path(unquote(location.path)) / name
        else:
            open_store()
            from mlflow.artifacts import download_artifacts

            path = Path(download_artifacts(f"runs:/{record.run_id}/{name}"))
        return read(json.loads(path.read_text()))
    except InputError:
        raise
    except Exception as error:  # any kind of artifact store
        raise unreadable(record.run_id, name, error) from None
