"""Printed commands: what is pasted into a shell is what was meant."""

import shlex

import pytest

from semisup.cli import report
from semisup.cli.parser import parse
from semisup.commands.finetune import FinetuneResult
from semisup.commands.index import IndexResult

ODD = "it's [red] :x: a folder"


def commands(text: str) -> list[list[str]]:
    return [shlex.split(line) for line in text.splitlines() if line.startswith("  ")]


@pytest.mark.parametrize("folder", ["index", ODD])
def test_the_commands_after_index_name_its_folder(capsys, folder):
    assert report.index(IndexResult(folder, 9, 8, 4)) == 0
    search, add = commands(capsys.readouterr().out)
    assert search[:3] == ["python", "-m", "semisup"]
    command, settings = parse(search[3:])
    assert (command, settings.folder, settings.queries) == ("search", folder, ["FILE"])
    assert [word for word in add if word == folder] or folder == "index"


def test_the_command_that_serves_names_the_store_and_the_model(capsys, empty):
    folder = empty / ODD
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert report.finetune(FinetuneResult("r", "p", {}, None, registered="models:/my digits@champion")) == 0
    serve, *_, predict = commands(capsys.readouterr().out)
    assert serve[0] == f"MLFLOW_TRACKING_URI=sqlite:///{folder}/mlruns/mlflow.db"
    assert serve[1:6] == ["mlflow", "models", "serve", "-m", "models:/my digits@champion"]
    assert predict[3:] == ["predict", "--run", "models:/my digits@champion", "FILE"]
