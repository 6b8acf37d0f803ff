"""The house: each folder imports only from those below it, and no module imports itself by way of others."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from semisup.settings.methods import METHODS
from semisup.settings.objectives import OBJECTIVES
from semisup.settings.tasks import TASKS

HOUSE = Path(__file__).parents[1] / "semisup"

LAYERS = (  # from above; a folder imports only from lines below its own
    ("__main__",),
    ("cli",),
    ("commands",),
    ("commands/inputs",),
    ("estimators",),
    ("comparison", "reading"),
    ("tasks", "serving", "methods"),
    ("objectives", "retrieval", "runs"),
    ("sources", "training", "baselines", "model_selection"),
    ("data", "graphs"),
    ("settings", "system"),
    ("networks", "metrics", "plots", "errors"),
)
LEVEL = {folder: len(LAYERS) - line for line, folders in enumerate(LAYERS) for folder in folders}
AT_THE_ROOT = {"__init__", "__main__", "errors", "plots", "_version"}


def modules() -> dict[str, Path]:
    """By dotted name."""
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        parts = path.relative_to(HOUSE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(path: Path, at_import_only: bool = False) -> set[str]:
    """The modules of this package that a file imports, and their folders, as Python would load them."""
    tree, found = ast.parse(path.read_text()), set()
    nodes = tree.body if at_import_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "semisup":
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in MODULES else node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in MODULES}
    return found


def folder(module: str) -> str:
    """The folder of a module, or the module itself where it lies in the root."""
    parts = module.split(".")[1:]
    if parts[:2] == ["commands", "inputs"]:
        return "commands/inputs"
    return parts[0] if parts else "__init__"


def test_nothing_else_lies_in_the_root():
    assert {path.stem for path in HOUSE.glob("*.py")} <= AT_THE_ROOT
    assert {path.parent.name for path in HOUSE.glob("*/*.py")} <= set(LEVEL)


@pytest.mark.parametrize("module", [name for name in MODULES if folder(name) not in ("__init__", "_version")])
def test_a_folder_imports_only_from_those_below_it(module):
    own = folder(module)
    for other in imports(MODULES[module]):
        there = folder(other)
        if there in ("__init__", "_version", own):  # the root's names are light
            continue
        assert LEVEL[there] < LEVEL[own], f"{module} imports {other}"


def test_no_module_imports_itself_by_way_of_others():
    graph = {name: imports(path, at_import_only=True) - {name, "semisup"} for name, path in MODULES.items()}
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError


def test_tests_mirror_the_house():
    here, beside = Path(__file__).parent, {"benchmarks", "faults", "fuzz", "security", "sources/wild"}
    folders = {path.parent.relative_to(here).as_posix() for path in here.rglob("*.py")}
    for name in folders - beside - {"."}:
        assert (HOUSE / name).is_dir(), f"tests/{name} mirrors no folder of the package"


def test_no_module_compares_with_the_name_of_an_idea():
    ideas = {*METHODS, *OBJECTIVES, *TASKS}
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                texts = {part.value for side in sides for part in ast.walk(side) if isinstance(part, ast.Constant)}
                assert not texts & ideas, f"{module}, line {node.lineno}: {texts & ideas}"


def test_nothing_below_the_commands_takes_all_options_of_stage_two_or_of_a_comparison():
    for module, path in MODULES.items():
        if LEVEL.get(folder(module), 99) >= LEVEL["commands/inputs"]:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                named = [ast.unparse(each.annotation) for each in node.args.args if each.annotation is not None]
                assert not {"FinetuneSettings", "CompareSettings"} & set(" ".join(named).split()), (
                    f"{module}: {node.name}"
                )
