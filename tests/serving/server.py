"""`mlflow models serve` on loopback."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow

from tests.conftest import free_port, wait_until_healthy


@contextmanager
def serving(model: str, python: str = sys.executable) -> Iterator[str]:
    """Serve a registered model with a Python's packages. Yields the URL that answers."""
    port = free_port()
    options = ["--model-uri", model, "--port", str(port), "--host", "127.0.0.1", "--env-manager", "local"]
    # The server imports MLflow from where `python` has it, and no semisup: that is what is tested.
    path = f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}"  # MLflow calls uvicorn by its name
    environment = os.environ | {"MLFLOW_TRACKING_URI": mlflow.get_tracking_uri(), "PATH": path}
    environment.pop("PYTHONPATH", None)
    command = [python, "-W", "ignore", "-m", "mlflow", "models", "serve", *options]
    process = subprocess.Popen(
        command, env=environment, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_until_healthy(port)
        yield f"http://127.0.0.1:{port}/invocations"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def ask(url: str, content: object, kind: str = "application/json") -> tuple[int, dict]:
    """Status and answer to a JSON body, or to text of another kind as it is."""
    body = content if isinstance(content, str) else json.dumps(content)
    request = urllib.request.Request(url, body.encode(), {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
