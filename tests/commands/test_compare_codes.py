import mlflow
import pytest
from mlflow import MlflowClient

from semisup.commands.compare_codes import compare_codes
from semisup.settings import CompareCodesSettings
from tests.conftest import write_npz

CODES = ["plain", "masked", "pca", "kernel_pca", "inputs"]


@pytest.fixture
def compared(workspace):
    write_npz(workspace / "a.npz", rows=300, shape=(5, 4))
    small = {"widths": [16], "code_size": 3, "epochs": 20, "batch_size": 16}
    grid = {"plain": small, "masked": small | {"objective": "denoising"}}
    return compare_codes(CompareCodesSettings(data="a.npz", labels=9, draws=3, pretrain=grid))


def test_every_code_has_a_row_and_a_run_with_what_it_reconstructs_and_what_probes_find(compared):
    rows = compared.rows.set_index("name")
    assert list(rows.index) == CODES
    probes = rows[["test_linear_probe", "test_linear_probe_9", "test_nearest_neighbour"]]
    assert ((probes > 0.6) & (probes <= 1)).all(axis=None)
    assert (rows["test_linear_probe_9_deviation"] >= 0).all()
    assert 0 < rows.loc["pca", "test_mse"] < rows.loc["masked", "test_mse"]
    stage_one = mlflow.get_run(rows.loc["plain", "pretrain_run"])
    assert stage_one.data.metrics["test_mse"] == rows.loc["plain", "test_mse"]
    experiment = stage_one.info.experiment_id
    children = MlflowClient().search_runs([experiment], f"tags.mlflow.parentRunId = '{compared.run_id}'")
    assert {child.data.params["method"] for child in children} == set(CODES)
    for child in children:
        expected = rows.loc[child.data.params["method"], "test_linear_probe_9"]
        assert child.data.metrics["test_linear_probe_9"] == expected
    assert "masked" in mlflow.artifacts.load_text(f"runs:/{compared.run_id}/table.csv")
