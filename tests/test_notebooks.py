import ast
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import semisup

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_are_three():
    assert [path.stem for path in NOTEBOOKS] == ["tour", "your_images", "your_table"]


@every
def test_it_opens_with_what_the_reader_will_have_and_has_been_executed_in_order(path):
    first, *cells = nbformat.read(path, 4).cells
    assert "At the end of this notebook, in about two minutes, you have" in first.source
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if "Traceback" in str(output) or "Warning" in str(output)]


@every
def test_it_uses_public_names_alone(path):
    code = "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code")
    used, modules = set(), set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "semisup":
            used.add(node.attr)
        elif isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "semisup":
            modules.add(node.module)
            used.update(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names if alias.name.split(".")[0] == "semisup")
    assert modules == {"semisup"}
    assert {"pretrain", "PretrainSettings"} <= used <= set(semisup.__all__)


@pytest.mark.slow
@every
def test_it_runs(path, tmp_path):
    notebook = nbformat.read(path, 4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert list(tmp_path.iterdir()) == []  # what it writes is elsewhere
