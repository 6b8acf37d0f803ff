"""The configurations in `configs/`, a folder a command."""

import re
from pathlib import Path

import pytest
import yaml

from semisup.settings import CompareCodesSettings, CompareSettings, FinetuneSettings, PretrainSettings

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = sorted(CONFIGS.rglob("*.yaml"))
DEFAULTS = {
    "pretrain": PretrainSettings(),
    "finetune": FinetuneSettings(),
    "compare": CompareSettings(),
    "compare_codes": CompareCodesSettings(pretrain={"a": {}}),  # which has no default
}


def test_every_folder_is_of_a_command():
    assert {path.parent.name for path in FILES} == set(DEFAULTS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_shipped_configuration_is_valid_and_says_what_it_reaches(path, empty):
    text = path.read_text()
    assert text.startswith("# ")
    for file in re.findall(r"^(?:data|test): ([^\s:]+\.\w+)$", text, re.MULTILINE):
        (empty / file).touch()
    for folder in re.findall(r"^data: (\S+)/$", text, re.MULTILINE):
        (empty / folder).mkdir()
    defaults = DEFAULTS[path.parent.name]
    settings = type(defaults)(**yaml.safe_load(text))
    for name in yaml.safe_load(text):
        assert getattr(settings, name) != getattr(defaults, name), f"{name} is the default and needs no line"


def test_the_comparison_on_mnist_uses_the_settings_of_the_finetuning():
    finetune, compare = (
        yaml.safe_load((CONFIGS / stage / "mnist.yaml").read_text()) for stage in ("finetune", "compare")
    )
    assert compare.pop("budgets") == [finetune.pop("labels")]
    assert compare.pop("defaults") == finetune
    assert not compare
