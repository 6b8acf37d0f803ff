import io

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient

from semisup.compare import compare, summarise
from semisup.errors import InputError
from semisup.finetune import finetune
from semisup.settings import CompareSettings, FinetuneSettings
from semisup.settings.compare import CLASSIFIERS

SMALL = {"steps": 20, "head_widths": [8], "learning_rate": 1e-2}
METHODS = ["frozen", "finetuned", "scratch", "logistic_regression", "pca_logistic_regression"]


@pytest.fixture(scope="module")
def compared(trained):
    folder, _ = trained
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield compare(CompareSettings(budgets=[30, 6], draws=2, **SMALL))


def test_every_cell_is_a_child_run_with_the_same_parameters_and_figures(compared):
    parent = MlflowClient().get_run(compared.run_id)
    children = MlflowClient().search_runs([parent.info.experiment_id], f"tags.mlflow.parentRunId = '{compared.run_id}'")
    assert len(children) == len(compared.cells) == 5 * 2 * 2
    for child in children:
        assert set(child.data.params) == set(parent.data.params)
        assert set(child.data.metrics) == {
            *("test_accuracy", "test_balanced_accuracy", "test_log_loss", "test_ece", "train_seconds")
        }
        assert child.info.status == "FINISHED"
        assert child.inputs.dataset_inputs


def test_a_cell_is_what_finetune_gives_for_its_seeds(compared):
    cells = compared.cells.set_index(["method", "labels", "draw"])
    for encoder in ("frozen", "finetuned", "scratch"):
        settings = FinetuneSettings(encoder=encoder, labels=30, draw=1, init_seed=1, order_seed=1, **SMALL)
        assert finetune(settings).metrics["test_log_loss"] == pytest.approx(
            cells.loc[(encoder, 30, 1), "test_log_loss"], rel=1e-5
        )


def test_the_parent_holds_table_cells_draws_and_plot(compared):
    files = {item.path for item in MlflowClient().list_artifacts(compared.run_id)}
    assert {"table.csv", "cells.csv", "label_draws.json", "accuracy_against_labels.png", "settings.json"} <= files
    text = mlflow.artifacts.load_text(f"runs:/{compared.run_id}/cells.csv")
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(text)), compared.cells)
    draws = mlflow.artifacts.load_dict(f"runs:/{compared.run_id}/label_draws.json")
    assert [len(rows) for rows in draws.values()] == [30, 30]


def test_the_table_is_the_mean_and_standard_deviation_of_the_draws():
    rows = [("b", 10, 0.5), ("b", 10, 0.7), ("a", 10, 0.9), ("a", 10, 0.9), ("b", 5, 0.1), ("b", 5, 0.1)]
    rows += [("a", 5, 0.2), ("a", 5, 0.4)]
    table = summarise(pd.DataFrame(rows, columns=["method", "labels", "test_accuracy"]))
    assert table.index.tolist() == ["b", "a"]
    assert table.columns.tolist() == [5, 10]
    assert table.loc["b", 10] == "60.0 ± 14.1"
    assert table.loc["a", 10] == "90.0 ± 0.0"


def test_methods_and_baselines_are_those_of_the_settings(in_trained):
    result = compare(
        CompareSettings(
            budgets=[9],
            draws=2,
            methods={"spread": {"method": "graph"}, "random": {"method": "graph", "graph_codes": "random"}},
            baselines=[prefix + name for prefix in ("", "codes_", "pca_") for name in CLASSIFIERS],
            **SMALL,
        )
    )
    names = result.cells["method"].unique().tolist()
    assert names[:3] == ["spread", "random", "logistic_regression"]
    assert len(names) == 17
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
