import dataclasses
import io

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient

from semisup.commands.compare import compare
from semisup.commands.finetune import finetune
from semisup.comparison import scorer
from semisup.errors import InputError
from semisup.runs import read
from semisup.settings import CompareSettings, FinetuneSettings
from semisup.settings.compare import CLASSIFIERS

SMALL = {"steps": 20, "head_widths": [8], "learning_rate": 1e-2}
GRID = {
    "budgets": [30, 6],
    "draws": 2,
    "methods": {encoder: {"encoder": encoder} for encoder in ("frozen", "finetuned", "scratch")},
    "baselines": ["logistic_regression", "pca_logistic_regression"],
}


@pytest.fixture(scope="module")
def compared(trained):
    folder, _ = trained
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield compare(CompareSettings(processes=1, **GRID, defaults=SMALL))


def cells_of(run_id):
    experiment = MlflowClient().get_run(run_id).info.experiment_id
    return MlflowClient().search_runs([experiment], f"tags.mlflow.parentRunId = '{run_id}'")


def test_every_cell_is_a_child_run_with_the_same_parameters_and_metrics(compared):
    parent = MlflowClient().get_run(compared.run_id)
    children = cells_of(compared.run_id)
    assert len(children) == len(compared.cells) == 5 * 2 * 2
    for child in children:
        assert set(child.data.params) == set(parent.data.params)
        assert set(child.data.metrics) == {
            *("test_accuracy", "test_balanced_accuracy", "test_log_loss", "test_auc", "test_ece", "train_seconds")
        }
        assert child.info.status == "FINISHED"
        assert child.inputs.dataset_inputs


@pytest.mark.slow
@pytest.mark.parametrize("encoder", ["frozen", "finetuned", "scratch"])
def test_a_cell_is_what_finetune_gives_for_its_seeds(compared, encoder):
    settings = FinetuneSettings(encoder=encoder, labels=30, draw=1, init_seed=1, order_seed=1, **SMALL)
    expected = compared.cells.set_index(["method", "labels", "draw"]).loc[(encoder, 30, 1), "test_log_loss"]
    assert finetune(settings).metrics["test_log_loss"] == pytest.approx(expected, rel=1e-5)


def test_the_parent_holds_table_cells_draws_and_plot(compared):
    files = {item.path for item in MlflowClient().list_artifacts(compared.run_id)}
    tables, told = {"table.csv", "cells.csv", "label_draws.json", "settings.json"}, {"verdict.md", "verdict.json"}
    drawn = {"accuracy_against_labels.png", "paired_differences.png", "calibration.png", "time.png", "report.html"}
    assert tables | told | drawn <= files
    text = mlflow.artifacts.load_text(f"runs:/{compared.run_id}/cells.csv")
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(text)), compared.cells)
    draws = mlflow.artifacts.load_dict(f"runs:/{compared.run_id}/label_draws.json")
    assert [len(rows) for rows in draws.values()] == [30, 30]


@pytest.mark.slow
def test_methods_and_baselines_are_those_of_the_settings(in_trained):
    result = compare(
        CompareSettings(
            budgets=[9],
            draws=2,
            processes=1,
            methods={"spread": {"method": "graph"}, "random": {"method": "graph", "graph_codes": "random"}},
            baselines=[prefix + name for prefix in ("", "codes_", "pca_") for name in CLASSIFIERS],
        )
    )
    names = result.cells["method"].unique().tolist()
    assert names[:3] == ["spread", "random", "logistic_regression"]
    assert len(names) == 20
    assert result.cells["test_accuracy"].between(0.5, 1).all()  # chance: a third
    accuracy = result.cells.groupby("method")["test_accuracy"].mean()
    single = finetune(FinetuneSettings(method="graph", labels=9, draw=0)).metrics["test_accuracy"]
    assert single == result.cells.query("method == 'spread' and draw == 0")["test_accuracy"].item()
    assert accuracy["spread"] != accuracy["random"]


def test_a_budget_below_one_a_class_is_refused_before_any_run(in_trained):
    before = len(mlflow.search_runs(experiment_names=["semisup"], output_format="list"))
    with pytest.raises(InputError, match="labels: expected at least 3"):
        compare(CompareSettings(budgets=[2]))
    assert len(mlflow.search_runs(experiment_names=["semisup"], output_format="list")) == before


@pytest.mark.slow
def test_finished_cells_are_not_trained_again(compared, in_trained, monkeypatch):
    for _ in range(2):  # another comparison takes its cells from here, and this one does not take them back
        overlapping = compare(CompareSettings(processes=1, **(GRID | {"reference": "scratch"}), defaults=SMALL))
        assert overlapping.run_id != compared.run_id
        assert compare(CompareSettings(processes=1, **GRID, defaults=SMALL)).run_id == compared.run_id
        assert len(cells_of(overlapping.run_id)) == len(cells_of(compared.run_id)) == 20
    trained = []
    score = scorer.Scorer.__call__
    monkeypatch.setattr(scorer.Scorer, "__call__", lambda self, cell: trained.append(cell.title) or score(self, cell))
    again = compare(CompareSettings(processes=1, **GRID, defaults=SMALL))
    assert trained == []
    assert again.run_id == compared.run_id
    assert len(cells_of(compared.run_id)) == 20
    pd.testing.assert_frame_equal(again.cells, compared.cells)
    other = GRID | {"methods": {"renamed": {"encoder": "frozen"}}, "draws": 3}
    wider = compare(CompareSettings(processes=1, **other, defaults=SMALL))
    assert wider.run_id != compared.run_id
    assert {title.split(", ")[-1] for title in trained} == {"draw 2"}
    assert len(cells_of(wider.run_id)) == 18
    known = compared.cells.query("method == 'frozen'")["test_log_loss"].tolist()
    assert wider.cells.query("method == 'renamed' and draw < 2")["test_log_loss"].tolist() == known


def test_an_interrupted_comparison_goes_on_where_it_was(in_trained, monkeypatch):
    grid = {"budgets": [12], "draws": 3, "methods": {"graph": {"method": "graph"}}, "baselines": ["svm"]}
    settings = CompareSettings(processes=1, **grid)
    score, calls = scorer.Scorer.__call__, []

    def interrupted(self, cell):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(cell.title)
        return score(self, cell)

    monkeypatch.setattr(scorer.Scorer, "__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        compare(settings)
    killed = MlflowClient().search_runs(
        [mlflow.get_experiment_by_name("semisup").experiment_id], "params.stage = 'compare'", max_results=1
    )[0]
    assert killed.info.status == "KILLED"
    assert len(cells_of(killed.info.run_id)) == 2
    monkeypatch.setattr(scorer.Scorer, "__call__", lambda self, cell: calls.append(cell.title) or score(self, cell))
    whole = compare(settings)
    assert whole.run_id == killed.info.run_id
    assert MlflowClient().get_run(whole.run_id).info.status == "FINISHED"
    assert len(calls) == len(set(calls)) == len(cells_of(whole.run_id)) == 6


def test_a_failing_cell_is_reported_and_does_not_stop_the_others(in_trained, monkeypatch):
    score, broken = scorer.Scorer.__call__, [True]

    def fails(self, cell):
        if broken and cell.draw == 1:
            raise FloatingPointError("the training loss became nan")
        return score(self, cell)

    monkeypatch.setattr(scorer.Scorer, "__call__", fails)
    grid = {"budgets": [15], "draws": 3, "methods": {"graph": {"method": "graph"}}, "baselines": ["svm"]}
    result = compare(CompareSettings(processes=1, **grid))
    assert result.verdict.failed["svm, 15 labels, draw 1"] == "FloatingPointError: the training loss became nan"
    assert len(result.cells) == 4
    failed = [run for run in cells_of(result.run_id) if run.info.status == "FAILED"]
    assert [run.data.tags["semisup.error"] for run in failed] == [
        "FloatingPointError: the training loss became nan"
    ] * 2
    broken.clear()
    mended = compare(CompareSettings(processes=1, **grid))
    assert mended.run_id == result.run_id
    assert len(mended.cells) == len(cells_of(result.run_id)) == 6
    assert not mended.verdict.failed


def test_nothing_scored_is_an_error(in_trained, monkeypatch):
    monkeypatch.setattr(scorer.Scorer, "__call__", lambda self, cell: 1 / 0)
    with pytest.raises(InputError, match="expected a cell that can be trained, found none: ZeroDivisionError"):
        compare(CompareSettings(budgets=[18], draws=2, processes=1, methods={}, baselines=["svm"]))


@pytest.mark.slow
def test_metrics_do_not_depend_on_order_or_on_how_many_run_at_once(compared, in_trained, monkeypatch):
    monkeypatch.setattr(read, "finished", lambda *_: {})
    turned = GRID | {"baselines": GRID["baselines"][::-1], "methods": dict(reversed(GRID["methods"].items()))}
    parallel = compare(CompareSettings(processes=2, **turned, defaults=SMALL))
    keys = ["method", "labels", "draw"]
    metrics = [
        result.cells.set_index(keys).sort_index().drop(columns="train_seconds") for result in (compared, parallel)
    ]
    pd.testing.assert_frame_equal(*metrics, check_exact=True, check_like=True)


@pytest.mark.slow
def test_a_grid_over_several_stage_one_runs_trains_those_that_are_not_there(in_trained):
    data = mlflow.get_run(in_trained.run_id).data.params["data"]
    small = {"widths": [8], "code_size": 3, "epochs": 2}
    grid = {"methods": {"graph": {"method": "graph"}}, "baselines": ["svm", "codes_svm"], "budgets": [21], "draws": 2}
    settings = CompareSettings(
        data=data, stage_one={"given": {"run": in_trained.run_id}, "new": small}, processes=1, **grid
    )
    result = compare(settings)
    assert result.cells["method"].unique().tolist() == settings.rows()
    assert settings.rows() == ["given: graph", "new: graph", "svm", "given: codes_svm", "new: codes_svm"]
    accuracy = result.cells.set_index(["method", "draw"])["test_log_loss"]
    assert accuracy["given: graph", 0] != accuracy["new: graph", 0]
    told = dataclasses.replace(settings, reference="given: graph")
    assert {budget.reference for budget in compare(told).verdict.budgets} == {"given: graph"}
    stage_one = len(pretrain_runs())
    again = compare(settings)
    assert again.run_id == result.run_id
    assert len(pretrain_runs()) == stage_one


def pretrain_runs():
    experiment = mlflow.get_experiment_by_name("semisup").experiment_id
    return MlflowClient().search_runs([experiment], "params.stage = 'pretrain'")


def test_stage_one_runs_of_a_grid_are_checked_before_any_is_trained(in_trained):
    before = len(pretrain_runs())
    with pytest.raises(InputError, match="stage_one: conv: network: the convolutional one expects images"):
        compare(CompareSettings(data=mlflow.get_run(in_trained.run_id).data.params["data"],
                                stage_one={"a": {"epochs": 1}, "conv": {"network": "convolutional"}}))  # fmt: skip
    with pytest.raises(InputError, match="stage_one: b: run: expected the id of a run in .*, found 'no'"):
        compare(CompareSettings(stage_one={"b": {"run": "no"}}))
    assert len(pretrain_runs()) == before
