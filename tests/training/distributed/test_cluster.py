import json
import socket
import subprocess
import sys

import pytest

from semisup.cli import run as command_line
from semisup.errors import InputError
from semisup.training.distributed import cluster
from semisup.training.distributed.cluster import Cluster
from tests.training.distributed.processes import ROOT

WORKERS = ["10.0.0.1:2222", "10.0.0.2:2222"]


def config(workers=WORKERS, task={"type": "worker", "index": 1}):  # noqa: B006
    return json.dumps({"cluster": {"worker": workers}, "task": task})


def test_a_cluster_has_its_workers_the_first_of_which_is_the_chief(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", config())
    assert cluster.here() == Cluster(tuple(WORKERS), 1)
    assert not cluster.here().is_chief
    monkeypatch.setenv("TF_CONFIG", config(task={"type": "worker", "index": 0}))
    assert cluster.here().is_chief


@pytest.mark.parametrize("text", [None, "", config(WORKERS[:1], {"type": "worker", "index": 0})])
def test_one_process_is_no_cluster(monkeypatch, text):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if text is not None:
        monkeypatch.setenv("TF_CONFIG", text)
    assert cluster.here() is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "expected JSON, found '{'"),
        ("[]", "found no cluster in it"),
        ('{"cluster": {"worker": ["a:1", "b:1"]}}', "found no task in it"),
        (config(task={"type": "ps", "index": 0}), "expected a task of type worker, found 'ps'"),
        (config(task={"type": "worker", "index": 2}), "expected a task index of 0 to 1, found 2"),
        (config(task={"type": "worker", "index": -1}), "expected a task index of 0 to 1, found -1"),
        (config(task={"type": "worker", "index": "0"}), "expected a task index of 0 to 1, found '0'"),
        (config(task={"type": "worker", "index": True}), "expected a task index of 0 to 1, found True"),
        (config([]), "expected a list of workers, found []"),
        (config(["a:1", "a:1"]), "expected workers with an address each, found a:1, a:1"),
        (config(["a:1", "b"]), "expected workers as HOST:PORT, found 'b'"),
        (config(["a:1", "b:99999"]), "expected workers as HOST:PORT, found 'b:99999'"),
        (config(["a:1", 3]), "expected workers as HOST:PORT, found 3"),
        ('{"cluster": {"ps": ["a:1"], "worker": ["b:1"]}, "task": {}}', "a cluster of worker alone, found ps, worker"),
    ],
)
def test_what_tensorflow_would_stumble_over_is_refused_in_one_sentence(monkeypatch, capsys, empty, text, sentence):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(InputError) as refusal:
        cluster.here()
    assert str(refusal.value).startswith("TF_CONFIG: expected ")
    assert sentence in str(refusal.value)
    assert command_line.main(["pretrain"]) == 2
    assert capsys.readouterr().err == f"semisup: {refusal.value}\n"
    assert not list(empty.iterdir())


@pytest.mark.parametrize("command", ["finetune", "compare", "suggest", "ui"])
def test_other_commands_are_refused_in_a_cluster(monkeypatch, capsys, empty, command):
    monkeypatch.setenv("TF_CONFIG", config())
    assert command_line.main([command]) == 2
    assert f"TF_CONFIG: expected with pretrain only, found with {command}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--train", "decoder", "--run", "x"], "run: expected none with TF_CONFIG"),
        (["--data", "nothing.npz"], "nothing.npz"),
        (["--batch_norm", "true"], "batch_norm: expected false where several processes share each batch, found true"),
        (["--network", "convolutional", "--epochs", "0"], "epochs: expected a whole number of at least 1, found 0"),
    ],
)
def test_a_refusal_waits_for_no_other_process_and_no_tensorflow(monkeypatch, empty, arguments, sentence):
    code = (
        "import sys; from semisup.cli.run import main; status = main(sys.argv[1:]); "
        "assert not {'tensorflow', 'keras', 'mlflow', 'sklearn'} & set(sys.modules); sys.exit(status)"
    )
    monkeypatch.setenv("TF_CONFIG", config())
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    done = subprocess.run([sys.executable, "-c", code, "pretrain", *arguments], capture_output=True, text=True)
    assert done.returncode == 2, done.stderr
    assert sentence in done.stderr
    assert not list(empty.iterdir())


def test_a_port_that_another_process_has_is_refused():
    refusal = pytest.raises(InputError, match="TF_CONFIG: expected a free port of this machine, found h:")
    with socket.create_server(("", 0)) as taken, refusal:
        cluster.check_port(Cluster((f"h:{taken.getsockname()[1]}", "i:1"), 0))


def test_those_who_do_not_answer_are_named():
    with socket.create_server(("127.0.0.1", 0)) as there, socket.create_server(("127.0.0.1", 0)) as gone:
        ports = [each.getsockname()[1] for each in (there, gone)]
        gone.close()
        found = Cluster(("127.0.0.1:1", *(f"127.0.0.1:{port}" for port in ports)), 0).silent()
    assert found == [f"worker 2 at 127.0.0.1:{ports[1]}"]
