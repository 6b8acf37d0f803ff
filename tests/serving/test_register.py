"""What goes with a registered model: the modules that it needs, and nothing of them from this package."""

import ast
import subprocess
import sys

import pytest

from semisup.serving import register
from semisup.serving.register import PACKAGE, SHIPPED


def imported(name: str) -> set[str]:
    """The modules of ours that a shipped one imports, at its top or within a function, but for its type hints."""
    tree = ast.parse((PACKAGE / name).read_text())
    hints = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    for hint in hints:
        hint.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert not any(alias.name.split(".")[0] == "semisup" for alias in node.names), name
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "semisup":
            folder = "/".join(node.module.split(".")[1:])
            for alias in node.names:
                of_folder, itself = f"{folder}/{alias.name}.py", f"{folder}.py"
                assert (PACKAGE / itself).is_file() != (PACKAGE / of_folder).is_file(), f"{name}: {ast.unparse(node)}"
                found.add(itself if (PACKAGE / itself).is_file() else of_folder)
    return found


def test_what_is_shipped_is_what_the_loader_needs():
    """No module that one of them imports is missing, and none is there for nothing; those of folders are not read:
    the copies have empty ones."""
    needed, waiting = set(), ["serving/loader.py"]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting.extend(imported(name))
    assert needed == set(SHIPPED)
    assert len(SHIPPED) == len(set(SHIPPED))


@pytest.mark.slow
def test_the_copies_are_imported_without_this_package_and_without_scikit_learn(tmp_path):
    """A model of arrays does not require scikit-learn; one of a table does, for its columns."""
    code = register._shipped_code(tmp_path)
    assert not [path for path in code.rglob("*.py") if "from semisup." in path.read_text()]
    script = (
        "import sys\n"
        "away = {'semisup', 'sklearn'}\n"
        "class Blocker:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in away: raise ImportError(name)\n"
        "sys.meta_path.insert(0, Blocker())\n"
        f"import {code.name}.serving.loader\n"
        "away.remove('sklearn')\n"
        f"import {code.name}.data.columns\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
