"""What listens, listens on loopback; nothing reports home unless it is asked to."""

import os
import subprocess
import sys

import pytest

from semisup.commands import ui
from semisup.settings import UiSettings
from tests.conftest import free_port


@pytest.fixture
def started(monkeypatch, workspace):
    """Commands that are started instead of run, with their environments."""
    commands = []

    class Started:
        def __init__(self, command, env):
            commands.append((command, env))

        def wait(self):
            return 0

        terminate = wait

    monkeypatch.setattr(subprocess, "Popen", Started)
    return commands


def test_the_ui_listens_on_loopback_and_says_where(started, capsys, monkeypatch):
    monkeypatch.setenv("MLFLOW_HOST", "0.0.0.0")  # the server's own variable: the option wins
    port = free_port()
    ui.ui(UiSettings(port=port))
    command, environment = started[0]
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert "sqlite" not in " ".join(command)
    assert environment["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert f"http://127.0.0.1:{port}" in capsys.readouterr().out


ASKS = "import semisup, os; print(os.environ['MLFLOW_DISABLE_TELEMETRY'])"
SENDS = "import semisup, mlflow.telemetry as t; print(t.get_telemetry_client() is not None)"


@pytest.mark.parametrize(
    ("code", "environment", "expected"),
    [
        (ASKS, {}, "true"),
        (ASKS, {"MLFLOW_DISABLE_TELEMETRY": "false"}, "false"),
        (ASKS.replace("import semisup", "import semisup.comparison.worker_process"), {}, "true"),
        (SENDS, {}, "False"),
    ],
)
def test_telemetry_is_off_unless_asked_for(code, environment, expected):
    reset = ("MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK", "CI", "PYTEST_CURRENT_TEST", "PYTEST_VERSION")
    known = {name: value for name, value in os.environ.items() if name not in reset} | environment
    done = subprocess.run([sys.executable, "-c", code], env=known, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected
