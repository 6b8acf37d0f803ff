"""`ui`: open the MLflow UI on the store of the runs."""

import os
import subprocess
import sys

from semisup.commands.inputs.ui import load
from semisup.runs import store
from semisup.settings import UiSettings


def ui(settings: UiSettings, inputs: None = None) -> None:
    """Serve the UI on 127.0.0.1 until interrupted. If the store is a server, only say that it serves the UI itself.

    Raises:
        InputError: the store cannot be opened, or the port is in use.
    """
    load(settings)
    uri = store.uri()
    if store.is_server():
        print("MLFLOW_TRACKING_URI is a server, open it in a browser: it serves the UI itself")
        return
    print(f"MLflow UI: http://127.0.0.1:{settings.port} (Ctrl-C ends it)", flush=True)
    command = [sys.executable, "-m", "mlflow", "ui", "--host", "127.0.0.1", "--port", str(settings.port)]
    # One worker and no job runner: two processes instead of fourteen.
    # The address of the store is passed in the environment: the process list would show a password in it.
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_BACKEND_STORE_URI": uri}
    server = subprocess.Popen([*command, "--workers", "1"], env=environment)
    try:
        server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.terminate()
        server.wait()
