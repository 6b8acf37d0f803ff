import ast

from semisup.serving.register import PACKAGE, SHIPPED


def test_what_is_shipped_imports_nothing_of_ours_that_is_not():
    for name in SHIPPED:
        for node in ast.walk(ast.parse((PACKAGE / name).read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("semisup"):
                parts = node.module.split(".")[1:]
                files = {"/".join([*parts, alias.name]) + ".py" for alias in node.names} | {"/".join(parts) + ".py"}
                assert files & set(SHIPPED), f"{name} imports {node.module}"
