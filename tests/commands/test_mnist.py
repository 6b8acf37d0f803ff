"""The README's figures on MNIST, by the shipped configurations: ten minutes on 2 cores, and needs prepared data."""

from pathlib import Path

import pytest
import yaml

from semisup.commands.compare import compare
from semisup.commands.pretrain import pretrain
from semisup.settings import CompareSettings, PretrainSettings
from tests.sources.test_tfds import PREPARED

CONFIGS = Path(__file__).parents[2] / "configs"


def read(stage: str) -> dict:
    return yaml.safe_load((CONFIGS / stage / "mnist.yaml").read_text())


@pytest.mark.slow
@pytest.mark.skipif(not (PREPARED / "mnist").is_dir(), reason="no prepared MNIST")
def test_the_figures_of_the_readme(workspace):
    stage_one = pretrain(PretrainSettings(data_dir=str(PREPARED), **read("pretrain")))
    assert stage_one.metrics["test_mse_pca"] == pytest.approx(0.0168, abs=1e-4)
    assert stage_one.metrics["test_mse"] < 0.6 * 0.0168
    accuracy = compare(CompareSettings(**read("compare"))).cells.groupby("method")["test_accuracy"].mean()
    assert accuracy["finetuned"] >= 0.96
    assert accuracy["frozen"] >= 0.93
    assert accuracy["finetuned"] > accuracy["scratch"]
