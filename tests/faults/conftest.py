"""Faults, each made for real; at the end of `pytest tests/faults -m "slow or not slow"` a table says what happened."""

import os
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]


@pytest.fixture
def fault(record_property):
    """A function to call, when a test has seen what it wanted, with (fault, how it was made, what happened)."""
    return lambda *row: record_property("fault", row)


def command(*arguments):
    return [sys.executable, "-m", "semisup", *map(str, arguments)]


def surroundings(**more):
    return os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "500"} | more


def one_sentence(stderr):
    """The refusal, if that is all there is: one line and no traceback."""
    assert "Traceback" not in stderr, stderr
    lines = [line for line in stderr.splitlines() if line.startswith("semisup: ") and "warning" not in line]
    assert len(lines) == 1, stderr
    return lines[0]


def pytest_terminal_summary(terminalreporter):
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    rows = [row for report in reports for name, row in getattr(report, "user_properties", []) if name == "fault"]
    if rows:
        table = Table("fault", "how it was made", "what happened", show_lines=True)
        for row in rows:
            table.add_row(*row)
        terminalreporter.section("faults")
        with Path(os.devnull).open("w") as nowhere:
            console = Console(file=nowhere, record=True, width=150)
            console.print(table)
        terminalreporter.write(console.export_text())
