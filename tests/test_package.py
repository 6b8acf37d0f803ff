"""What is installed."""

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import semisup

ROOT = Path(__file__).parents[1]


def is_editable() -> bool:
    """An editable installation has left a second, older list of files in the checkout."""
    told = (each.read_text("direct_url.json") for each in importlib.metadata.distributions(name="semisup"))
    return any(json.loads(text).get("dir_info", {}).get("editable", False) for text in told if text)


def run_in(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Python in a folder, which sees what is installed and not this checkout."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=True,
    )


def test_the_command_says_its_version_in_an_empty_directory(tmp_path):
    assert run_in(tmp_path, "-m", "semisup", "--version").stdout.strip() == f"semisup {semisup.__version__}"
    assert importlib.metadata.version("semisup") == semisup.__version__


def test_every_module_and_the_mark_of_types_are_installed():
    if is_editable():
        pytest.skip("an editable installation is this checkout")
    installed = {str(path) for path in importlib.metadata.files("semisup")}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "semisup").rglob("*.py")}
    assert modules | {"semisup/py.typed"} <= installed
    assert {"Keywords", "License-Expression", "License-File"} <= set(importlib.metadata.metadata("semisup"))


def test_importing_it_loads_neither_tensorflow_nor_mlflow(tmp_path):
    script = (
        "import semisup, sys; heavy = {'tensorflow', 'keras', 'mlflow'}; print({*heavy, 'sklearn'} & set(sys.modules))"
        "; semisup.model_selection.LabelledSplit(); print(heavy & set(sys.modules))"
    )
    assert run_in(tmp_path, "-c", script).stdout.split() == ["set()", "set()"]


def test_every_public_name_is_there():
    assert all(hasattr(semisup, name) for name in semisup.__all__)


@pytest.mark.slow
def test_a_wheel_builds_and_runs_from_an_empty_directory(tmp_path):
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT], check=True)
    (wheel,) = tmp_path.glob("semisup-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", tmp_path / "lib", wheel], check=True)
    (tmp_path / "here").mkdir()
    where = run_in(tmp_path / "here", "-c", "import semisup; print(semisup.__file__)", PYTHONPATH=str(tmp_path / "lib"))
    assert Path(where.stdout.strip()).is_relative_to(tmp_path / "lib")

    def semisup_says(*arguments: str) -> str:
        return run_in(tmp_path / "here", "-m", "semisup", *arguments, PYTHONPATH=str(tmp_path / "lib")).stdout

    assert "stage-one run" in semisup_says("pretrain", "--epochs", "1")
    assert "stage-two run" in semisup_says("finetune", "--labels", "50", "--method", "graph")
    told = semisup_says("compare", "--budgets", "50", "--draws", "2", "--methods", '{"graph": {"method": "graph"}}')
    assert "logistic regression" in told
