"""User and password in MLFLOW_TRACKING_URI appear nowhere but where MLFLOW_TRACKING_URI was set."""

import base64
import http.server
import json
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from semisup.errors import InputError
from semisup.runs import credentials, store

SECRET = "hunter2"
USER = "someone"


@pytest.fixture
def uri(monkeypatch):
    """Sets a tracking URI as a user would; what is made of it is undone."""
    for name in (credentials.USER, credentials.PASSWORD):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return lambda text: monkeypatch.setenv(credentials.URI, text)


@pytest.mark.parametrize(
    ("given", "kept", "user", "password"),
    [
        ("http://someone:hunter2@host:5000/base", "http://host:5000/base", "someone", "hunter2"),
        ("https://someone:p%40ss%2Fword@host", "https://host", "someone", "p@ss/word"),
        ("http://someone:with@sign@host", "http://host", "someone", "with@sign"),
        ("http://someone@host", "http://host", "someone", ""),
    ],
)
def test_user_and_password_are_set_apart_from_the_address_of_a_server(uri, given, kept, user, password):
    uri(given)
    assert store.uri() == kept
    assert os.environ[credentials.URI] == kept
    assert (os.environ[credentials.USER], os.environ[credentials.PASSWORD]) == (user, password)


@pytest.mark.parametrize("given", ["http://host:5000", "sqlite:////tmp/a.db", "postgresql://someone:hunter2@host/db"])
def test_other_addresses_stay_as_they_are(uri, given):
    uri(given)
    assert store.uri() == given
    assert credentials.USER not in os.environ


@pytest.mark.parametrize(
    "text",
    [
        "ftp://someone:hunter2@host/a is gone",
        "(postgresql://a:hunter2@h1, http://b:x@hunter2@h2)",
        "s3://hunter2@bucket",
    ],
)
def test_an_error_shows_no_credentials_of_any_address(text):
    assert SECRET not in store.first_line(OSError(text))
    assert SECRET not in str(store.unreadable("abc", "scaling.json", OSError(text)))


def test_what_is_sent_to_a_cluster_shows_no_password_and_brings_it(uri):
    uri(f"http://{USER}:{SECRET}@host")
    store.uri()
    known = credentials.of_environment()
    assert SECRET not in repr(known)
    assert SECRET not in str((known,))
    del os.environ[credentials.PASSWORD]
    pickle.loads(pickle.dumps(known)).use()
    assert os.environ[credentials.PASSWORD] == SECRET


def run(arguments, folder, **environment):
    """A command in a process of its own: status, and all that it said."""
    known = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])} | environment
    done = subprocess.run(
        [sys.executable, "-m", "semisup", *arguments], cwd=folder, env=known, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def everything_in(folder):
    return b"".join(path.read_bytes() for path in Path(folder).rglob("*") if path.is_file())


def test_a_server_that_refuses_is_one_sentence_without_the_password(tmp_path):
    status, said = run(["finetune"], tmp_path, MLFLOW_TRACKING_URI=f"http://{USER}:{SECRET}@127.0.0.1:9")
    assert status == 2
    assert "Traceback" not in said
    assert SECRET not in said
    assert SECRET.encode() not in everything_in(tmp_path)


def test_a_server_is_told_them_and_nobody_else(tmp_path):
    """A server that answers everything with an error that quotes the request's address."""
    told = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            told.append(self.headers.get("Authorization", ""))
            content = json.dumps({"error_code": "INTERNAL_ERROR", "message": f"no {self.path}"}).encode()
            self.send_response(400)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://{USER}:{SECRET}@127.0.0.1:{server.server_address[1]}"
        status, said = run(["finetune"], tmp_path, MLFLOW_TRACKING_URI=address)
        server.shutdown()
    assert status == 2
    assert SECRET not in said
    assert base64.b64encode(f"{USER}:{SECRET}".encode()).decode() in told[0]
    assert SECRET.encode() not in everything_in(tmp_path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_whole_job_on_a_server_leaves_the_password_nowhere(tmp_path):
    """Stage one, stage two and a comparison in two processes: what they say, the store and the processes' own words."""
    from tests.conftest import free_port, wait_until_healthy, write_npz

    write_npz(tmp_path / "blobs.npz")
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += [
        "--backend-store-uri",
        f"sqlite:///{tmp_path}/mlflow.db",
        "--artifacts-destination",
        str(tmp_path / "kept"),
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    server = subprocess.Popen(command, cwd=tmp_path, env=environment, **quiet)
    try:
        wait_until_healthy(port)
        address = {"MLFLOW_TRACKING_URI": f"http://{USER}:{SECRET}@127.0.0.1:{port}"}
        small = ["--widths", "[8]", "--code_size", "4", "--epochs", "3"]
        jobs = [
            ["pretrain", "--data", "blobs.npz", *small],
            ["finetune", "--labels", "12", "--steps", "20", "--register", "blobs"],
            ["compare", "--budgets", "[6]", "--draws", "2", "--defaults.steps", "20", "--processes", "2"],
            ["ui"],
            ["finetune", "--run", "none"],
        ]
        for job, expected in zip(jobs, (0, 0, 0, 0, 2), strict=True):
            status, said = run(job, tmp_path, **address)
            assert status == expected, said
            assert SECRET not in said
    finally:
        server.terminate()
        server.wait()
    assert SECRET.encode() not in everything_in(tmp_path)


def test_a_refusal_of_a_database_does_not_show_its_password(uri, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    uri(f"postgresql://{USER}:{SECRET}@127.0.0.1:9/runs")
    with pytest.raises(InputError) as refusal:
        store.open_store()
    assert SECRET not in str(refusal.value)
