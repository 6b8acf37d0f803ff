"""The runs in the store: which one is meant, and what it logged, but for its models."""

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
from semisup.runs.parameters import typed
from semisup.runs.store import EXPERIMENT, name, open_store, reading, sqlite_file, unreadable

if TYPE_CHECKING:
    from semisup.data.columns import Columns

T = TypeVar("T")

STAGE_ONE, STAGE_TWO = "stage-one run (pretrain)", "stage-two run (finetune)"


@dataclass(frozen=True)
class StoredRun:
    """What a finished run of either stage logged, except its models.

    Attributes:
        run_id: its id.
        parameters: those that apply to it, each with its type.
        scaling: of the inputs that it was trained on.
        tags: of the run.
    """

    run_id: str
    parameters: dict[str, Any]
    scaling: "Scaling | Columns"
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Record:
    run_id: str
    status: str
    parameters: dict[str, Any]  # as in `StoredRun`
    artifacts: str  # URI
    tags: dict[str, str]


def find_unfinished(run_id: str) -> _Record:
    """Find a run that has not finished, whether it was killed, failed, or is under way.

    Raises:
        InputError: the id is unknown, the run has finished, or the store cannot be read.
    """
    found = _found(run_id, "any")
    if found is None:
        raise InputError(f"resume: expected the id of a run in {name()}, found {run_id!r}")
    if found.status == "FINISHED":
        raise InputError(f"resume: expected a run that has not finished, found {run_id}, which has")
    return found


def find_run(run_id: str | None = None) -> StoredRun:
    """Find a finished run of either stage; without an id, the latest one of stage one. Raises as `find_stage_one`."""
    return _find(run_id, {"pretrain": STAGE_ONE, "finetune": STAGE_TWO})


def find_trained(run_id: str | None = None) -> StoredRun:
    """Find a finished run of pretrain or finetune, whatever the head; else as `find_run`."""
    return _find(run_id, {"pretrain": STAGE_ONE, "finetune": STAGE_TWO, "reader": "reader (finetune --head reader)"})


def find_stage_one(run_id: str | None = None) -> StoredRun:
    """Find a finished stage-one run.

    Args:
        run_id: its id; None takes the latest one in the store.

    Raises:
        InputError: there is none, the id is unknown, the run is of another kind or did not finish, or the store
            cannot be read.
    """
    return _find(run_id, {"pretrain": STAGE_ONE})


def find_stage_two(run_id: str | None = None) -> StoredRun:
    """Find a finished stage-two run; without an id, the latest one. Raises as `find_stage_one`."""
    return _find(run_id, {"finetune": STAGE_TWO})


def _find(run_id: str | None, stages: dict[str, str]) -> StoredRun:
    """A run of one of these stages, each with its name for the user; without an id, the latest of the first of them."""
    first = next(iter(stages))
    found = _found(run_id, first)
    if found is None and run_id is None:
        kind = stages[first].partition(" (")[0]
        raise InputError(f"run: no finished {kind} in {name()}, start with: python -m semisup {first}")
    if found is None:
        raise InputError(f"run: expected the id of a run in {name()}, found {run_id!r}")
    stage = found.parameters.get("stage", "unknown")
    if stage not in stages:
        raise InputError(
            f"run: expected the id of a {' or '.join(stages.values())}, found {found.run_id}, a {stage} run"
        )
    if found.status != "FINISHED":
        raise InputError(f"run: expected a finished run, found {found.run_id}, which is {found.status}")
    return StoredRun(found.run_id, found.parameters, _artifact(found, "scaling.json", scaling.from_json), found.tags)


def _found(run_id: str | None, stage: str) -> _Record | None:
    """A run by its id, or the latest finished one of a stage.

    Raises:
        InputError: its parameters are not what a run logs, or the store cannot be read.
    """
    found = _in_sqlite(run_id, stage) if sqlite_file() else _on_server(run_id, stage)
    try:
        return found and replace(found, parameters=typed(found.parameters))
    except (ValueError, SyntaxError) as error:
        raise unreadable(found.run_id, "parameters", error) from None


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
            "AND status = 'FINISHED' AND runs.lifecycle_stage = 'active' AND experiments.name = :experiment "
            "ORDER BY end_time DESC LIMIT 1"
        )
        row = connection.execute(query, {"run_id": run_id, "stage": stage, "experiment": EXPERIMENT}).fetchone()
        if row is None:
            return None
        found, status, artifacts = row
        parameters = dict(connection.execute("SELECT key, value FROM params WHERE run_uuid = ?", (found,)))
        tags = dict(connection.execute("SELECT key, value FROM tags WHERE run_uuid = ?", (found,)))
    return _Record(found, status, parameters, artifacts, tags)


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
        found = content["rows_of_x_train"]
        if not all(type(row) is int and 0 <= row < n for row in found):
            raise ValueError(f"expected rows below {n}")
        return np.array(found, np.int64)

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
