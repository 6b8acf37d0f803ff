from pathlib import Path

import mlflow
import pytest

from semisup.data.dataset import Arrays, build
from semisup.errors import InputError
from semisup.runs import find, log, store
from tests.conftest import blobs


def test_the_default_store_is_sqlite_in_the_current_directory(empty):
    store.open_store()
    assert (empty / "mlruns" / "mlflow.db").is_file()
    location = mlflow.get_experiment_by_name(store.EXPERIMENT).artifact_location
    assert location == (empty / "mlruns" / "artifacts").as_uri()


def test_the_tracking_uri_of_the_environment_is_respected(empty, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{empty}/elsewhere.db")
    store.open_store()
    assert (empty / "elsewhere.db").is_file()
    assert not (empty / "mlruns").exists()


def test_the_experiment_of_the_environment_is_respected(workspace, monkeypatch):
    dataset = build("blobs", Arrays(*blobs(60)))

    def experiment_of_new_run() -> str:
        store.open_store()
        with log.run("a", {"stage": "pretrain"}, dataset) as run_id:
            pass
        assert find.find_stage_one().run_id == find._on_server(None, "pretrain").run_id == run_id
        return mlflow.get_experiment(mlflow.get_run(run_id).info.experiment_id).name

    assert experiment_of_new_run() == "semisup"
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "it's mine")
    with pytest.raises(InputError, match="no finished stage-one run"):
        find.find_stage_one()
    assert experiment_of_new_run() == "it's mine"
    monkeypatch.delenv("MLFLOW_EXPERIMENT_NAME")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", mlflow.create_experiment("third"))
    assert experiment_of_new_run() == "third"
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", "77")
    with pytest.raises(InputError, match="MLFLOW_EXPERIMENT_ID: expected the id of an experiment in .*, found '77'"):
        store.open_store()
    monkeypatch.delenv("MLFLOW_EXPERIMENT_ID")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "it's mine")
    mlflow.delete_experiment(mlflow.get_experiment_by_name("it's mine").experiment_id)
    with pytest.raises(InputError, match='MLFLOW_EXPERIMENT_NAME: .* found "it\'s mine", which has been'):
        store.open_store()


def test_an_unwritable_store_is_refused_by_its_path(empty):
    Path("mlruns").write_text("a file where a folder should be")
    with pytest.raises(InputError, match="mlruns: expected a folder that can be written to"):
        store.open_store()


def test_a_damaged_store_is_refused_by_its_path(empty):
    Path("mlruns").mkdir()
    Path("mlruns/mlflow.db").write_text("not a database" * 100)
    for read in (store.open_store, find.find_stage_one):
        with pytest.raises(InputError, match=r"mlflow.db: expected an MLflow store that can be opened"):
            read()


def test_unknown_and_unfit_runs_are_refused(in_trained):
    dataset = build("blobs", Arrays(*blobs(60)))
    with pytest.raises(InputError, match="expected the id of a run in .*, found 'nonsense'"):
        find.find_stage_one("nonsense")
    with log.run("a", {"stage": "compare"}, dataset) as other:
        pass
    with pytest.raises(InputError, match=f"expected the id of a stage-one run .*, found {other}, a compare run"):
        find.find_stage_one(other)
    with pytest.raises(RuntimeError), log.run("a", {"stage": "pretrain"}, dataset) as failed:
        raise RuntimeError
    with pytest.raises(InputError, match=f"found {failed}, which is FAILED"):
        find.find_stage_one(failed)


def test_an_empty_store_says_how_to_start(workspace):
    store.open_store()
    with pytest.raises(InputError, match="no finished stage-one run .* start with: python -m semisup pretrain"):
        find.find_stage_one()


def test_the_latest_stage_one_run_is_the_default(in_trained):
    assert find.find_stage_one().run_id == in_trained.run_id


@pytest.mark.parametrize("run_id", ["latest", "named", "nonsense"])
def test_the_standard_library_reads_of_a_run_what_mlflow_reads(in_trained, run_id):
    run_id = {"latest": None, "named": in_trained.run_id}.get(run_id, run_id)
    assert find._in_sqlite(run_id, "any") == find._on_server(run_id, "any")


def test_a_run_whose_scaling_is_lost_is_refused_by_name(workspace):
    store.open_store()
    with log.run("a", {"stage": "pretrain"}, build("blobs", Arrays(*blobs(60)))) as run_id:
        pass
    next(workspace.rglob("scaling.json")).unlink()
    with pytest.raises(InputError, match=f"run: scaling.json of run {run_id} cannot be read"):
        find.find_stage_one(run_id)


def test_errors_do_not_show_the_password_of_a_tracking_uri(workspace, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@127.0.0.1:9")
    with pytest.raises(InputError, match="^MLFLOW_TRACKING_URI: expected an MLflow store that can be opened") as error:
        store.open_store()
    assert "secret" not in str(error.value)
