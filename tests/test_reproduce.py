import mlflow
import pytest

from semisup import __main__ as command_line
from semisup.finetune import finetune
from semisup.pretrain import pretrain
from semisup.reproduce import Reproduction, reproduce
from semisup.settings import FinetuneSettings, PretrainSettings, ReproduceSettings
from tests.conftest import write_npz


@pytest.fixture
def run(workspace):
    write_npz(workspace / "a.npz")
    settings = PretrainSettings(data="a.npz", objective="denoising", widths=[8], code_size=3, epochs=3, init_seed=5)
    return pretrain(settings).run_id


def test_runs_of_both_stages_are_reproduced_to_the_last_bit(run, capsys):
    two = finetune(FinetuneSettings(labels=30, steps=20, draw=3, augment=["masking"])).run_id
    latest = pretrain(PretrainSettings(data="a.npz", widths=[8], code_size=3, epochs=1))
    result = reproduce(ReproduceSettings(run=two))
    assert result.same
    assert result.new_run_id not in (two, latest.run_id)
    assert {"test_accuracy", "test_log_loss", "test_mse"} <= set(result.figures)
    assert mlflow.get_run(result.new_run_id).data.params["pretrain_run"] == run
    assert command_line.main(["reproduce", "--run", run]) == 0
    assert "reproduced, to the last bit" in capsys.readouterr().out


def test_what_differs_is_said_and_other_data_are_refused(run, workspace, capsys):
    mlflow.tracking.MlflowClient().log_metric(run, "test_mse", 0.25)
    assert command_line.main(["reproduce", "--run", run]) == 1
    told = capsys.readouterr().out
    assert "not reproduced" in told
    assert "0.25" in told
    write_npz(workspace / "a.npz", rows=90)
    assert command_line.main(["reproduce", "--run", run]) == 2
    assert "data: expected a.npz as it was when run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("figures", "weights", "same"),
    [
        ({"a": (1.0, 1.0)}, {"encoder": 0.0}, True),
        ({"a": (1.0, 1.0 + 1e-15)}, {"encoder": 0.0}, False),
        ({"a": (1.0, float("nan"))}, {"encoder": 0.0}, False),
        ({"a": (1.0, 1.0)}, {"encoder": 1e-9}, False),
        ({"a": (1.0, 1.0)}, {"encoder": float("inf")}, False),
    ],
)
def test_the_same_means_to_the_last_bit(figures, weights, same):
    assert Reproduction("a", "b", figures, weights, {}).same == same
