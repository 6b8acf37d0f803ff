import dataclasses
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from mlflow import MlflowClient

from semisup import tasks
from semisup.cli import run as command_line
from semisup.commands.evaluate import evaluate
from semisup.commands.finetune import finetune
from semisup.commands.inputs.evaluate import load
from semisup.errors import InputError
from semisup.retrieval import hasher
from semisup.settings import EvaluateSettings, FinetuneSettings
from semisup.settings.tasks import TASKS
from semisup.tasks import manifold, probe, reconstruction
from semisup.tasks.task import Score


def is_task(module):
    return hasattr(module, "score") and "evaluated" in inspect.signature(module.score).parameters


def test_every_task_is_offered_and_nothing_else():
    types = {option.name: option.type for option in dataclasses.fields(EvaluateSettings)}
    assert types["task"].__args__ == tuple(TASKS)
    files = [path.stem for path in Path(tasks.__file__).parent.glob("*.py") if not path.stem.startswith("_")]
    modules = {name: import_module(f"semisup.tasks.{name}") for name in files}
    assert {name for name, module in modules.items() if is_task(module)} == set(TASKS)


def test_what_a_task_finds_is_added_to_the_run_which_stays_as_it_was(in_trained, capsys):
    before = MlflowClient().get_run(in_trained.run_id)
    assert command_line.main(["evaluate", "--task", "reconstruction"]) == 0
    assert "among the run's artifacts, in reconstruction/: best_and_worst.png" in capsys.readouterr().out
    run = MlflowClient().get_run(in_trained.run_id)
    assert run.info.status == "FINISHED"
    assert run.info.end_time == before.info.end_time
    assert run.data.params == before.data.params
    found = run.data.metrics["reconstruction/test_mse"]
    assert found == pytest.approx(before.data.metrics["test_mse"], rel=1e-5)
    paths = {item.path for item in MlflowClient().list_artifacts(in_trained.run_id, "reconstruction")}
    assert paths == {"reconstruction/best_and_worst.png", "reconstruction/settings.json"}


def test_nothing_is_logged_of_a_task_that_fails(in_trained, monkeypatch):
    def fails(*_):
        raise InputError("nothing")

    monkeypatch.setattr(manifold, "score", fails)
    before = MlflowClient().get_run(in_trained.run_id), MlflowClient().list_artifacts(in_trained.run_id, "manifold")
    with pytest.raises(InputError):
        evaluate(EvaluateSettings(task="manifold"))
    after = MlflowClient().get_run(in_trained.run_id), MlflowClient().list_artifacts(in_trained.run_id, "manifold")
    assert [run.to_dictionary() for run in (before[0], after[0])] == [before[0].to_dictionary()] * 2
    assert [(file.path, file.file_size) for file in after[1]] == [(file.path, file.file_size) for file in before[1]]


@pytest.mark.slow
def test_a_stage_two_run_is_scored_by_its_own_encoder(in_trained, monkeypatch):
    run_id = finetune(FinetuneSettings(labels=30, steps=30)).run_id
    seen = []
    monkeypatch.setattr(probe, "score", lambda given, *_: seen.append(given) or Score({"test_x": 1.0}))
    evaluate(EvaluateSettings(task="probe", run=run_id))
    assert MlflowClient().get_run(run_id).data.metrics["probe/test_x"] == 1
    (given,) = seen
    assert given.decoder is None
    assert given.classifier(given.dataset.x_test).shape == (30, 3)
    stage_one = in_trained.encoder(given.dataset.x_train).numpy()
    assert abs(given.train_codes - stage_one).max() > 1e-3
    with pytest.raises(InputError, match="reconstruction expects a stage-one run, found"):
        reconstruction.score(given, 0)
    with pytest.raises(InputError, match="code_size trains the autoencoder of a stage-one run anew"):
        load(EvaluateSettings(task="code_size", run=run_id))


def test_probes_and_hashing_score_the_small_run(in_trained, monkeypatch):
    metrics = evaluate(EvaluateSettings(task="probe", budgets=[6, 30], draws=3)).score.metrics
    assert metrics["test_linear_30"] > 0.9
    assert metrics["test_nearest_neighbour_all"] > 0.9
    assert metrics["test_k_means"] > 0.9
    assert metrics["test_linear_30_deviation"] >= 0
    monkeypatch.setattr(hasher, "STEPS", 200)
    score = evaluate(EvaluateSettings(task="hashing", bits=[8])).score
    assert score.metrics["test_mean_average_precision_graph_8"] > 0.8
    assert set(score.figures) == {"first_answers.png"}
    assert not any(re.search("_itq_8", name) for name in score.metrics)  # six features and four codes have no 8 bits
    assert Path("mlruns").is_dir()
