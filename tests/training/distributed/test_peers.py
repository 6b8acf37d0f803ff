"""What becomes of a cluster whose processes differ, end or are interrupted."""

import os
import signal
import time

import pytest
import tensorflow as tf
from mlflow import MlflowClient

from semisup.errors import PeerError
from semisup.training.distributed import peers
from semisup.training.distributed.cluster import Cluster
from tests.conftest import write_npz
from tests.runs.test_resume import assert_alike, runs
from tests.training.distributed.processes import ended, started

SECONDS = 30.0  # within which the others have to end
UNHEALTHY = (
    "Collective ops is aborted by: Error reported from /job:worker/task:1: The following tasks are unhealthy (stopped "
    "sending heartbeats):\n/job:worker/replica:0/task:2\nThe tasks have crashed."
)
NO_LEADER = "Collective ops is aborted by: Failed to send RPC to coordination service. Either the leader task was"


@pytest.mark.parametrize(
    ("message", "lost"), [(UNHEALTHY, "worker 2 at c:3"), (NO_LEADER, "worker 0 (the chief) at a:1")]
)
def test_what_tensorflow_says_of_a_peer_becomes_a_sentence_that_names_it(message, lost):
    with (
        pytest.raises(PeerError, match="has ended or cannot be reached") as error,
        peers.watched(Cluster(("a:1", "b:2", "c:3"), 1)),
    ):
        raise tf.errors.UnavailableError(None, None, message)
    assert str(error.value).startswith(f"{lost} has ended")


def test_a_peer_that_still_accepts_connections_as_it_ends_is_named(monkeypatch):
    answers = [[], ["worker 0 (the chief) at a:1"]]
    monkeypatch.setattr(Cluster, "silent", lambda self: answers.pop(0))
    with (
        pytest.raises(PeerError, match=r"worker 0 \(the chief\) at a:1 has ended"),
        peers.watched(Cluster(("a:1", "b:2"), 1)),
    ):
        raise tf.errors.UnavailableError(None, None, "Collective ops is aborted by: Socket closed")


def test_an_error_that_has_nothing_to_do_with_peers_stays_what_it_is(monkeypatch):
    monkeypatch.setattr(Cluster, "silent", lambda self: [])
    monkeypatch.setattr(peers, "ENDING_SECONDS", 0.0)
    with pytest.raises(tf.errors.InternalError, match="other"), peers.watched(Cluster(("a:1", "b:2"), 0)):
        raise tf.errors.InternalError(None, None, "other")


def pretrain(folder, *arguments, workers=2, each=()):
    return started(workers, folder, "semisup", "pretrain", *arguments, each=each)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A folder of clusters, the arguments of their runs, and a finished run of one that nothing has happened to."""
    folder = tmp_path_factory.mktemp("cluster")
    write_npz(folder / "a.npz", rows=2000)
    arguments = ["--data", str(folder / "a.npz"), "--widths", "[8]", "--code_size", "3", "--epochs", "120"]
    arguments += ["--objective", "denoising"]
    found = ended(pretrain(folder, *arguments))
    assert [status for status, _, _ in found] == [0, 0], found
    assert "took part in the run of the chief" in found[1][1]
    assert not list((folder / "1").iterdir())
    before = os.getcwd()  # noqa: PTH109
    os.chdir(folder / "0")
    yield folder, arguments, runs()[0].info.run_id
    os.chdir(before)


@pytest.mark.slow
@pytest.mark.parametrize("victim", [0, 1], ids=["chief", "worker"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_when_one_ends_the_others_end_soon_and_all_go_on_together(undisturbed, victim, number):
    folder, arguments, expected = undisturbed
    known = {run.info.run_id for run in runs()}
    processes = pretrain(folder, *arguments)
    while not list((folder / "0").glob("mlruns/checkpoints/*/*.checkpoint")):
        time.sleep(0.2)
        assert all(process.poll() is None for process in processes)
    processes[victim].send_signal(number)
    start = time.monotonic()
    found = ended(processes)
    seconds = time.monotonic() - start
    assert found[victim][0] == (-signal.SIGKILL if number == signal.SIGKILL else 130)
    status, _, errors = found[1 - victim]
    assert status == 1, errors
    sentences = [line for line in errors.splitlines() if line.startswith("semisup:")]
    assert len(sentences) == 1, errors
    assert f"worker {victim}" in sentences[0]
    assert "Traceback" not in errors
    assert seconds < SECONDS
    (run_id,) = {run.info.run_id for run in runs()} - known
    wanted = {0: "KILLED" if number == signal.SIGINT else "RUNNING", 1: "FAILED"}[victim]
    assert MlflowClient().get_run(run_id).info.status == wanted
    if victim == 1:
        assert f"--resume {run_id}" in sentences[0]
    resumed = ended(pretrain(folder, "--resume", run_id))
    assert [status for status, _, _ in resumed] == [0, 0], resumed
    assert_alike(run_id, expected, ["encoder", "decoder"])
    assert MlflowClient().get_run(run_id).data.params["workers"] == "2"
    print(f"worker {victim} got {number!r}: the other ended after {seconds:.1f} s")


def interrupted_as_it_waits(process):
    """It goes on waiting for others until it is told to stop."""
    for line in process.stderr:
        if "waits for the others" in line:
            break
    time.sleep(5)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130


@pytest.mark.slow
@pytest.mark.parametrize(
    ("each", "sentence"),
    [
        ((["--epochs", "5"], ["--epochs", "6"]), "epochs: expected the same in all processes, found 5 in worker 0"),
        ((["--data", "a.npz"], ["--data", "b.npz"]), "data: expected the same in all processes, found digest"),
        ((["--resume", "0" * 32], []), "resume: expected the id of a run"),
    ],
    ids=["settings", "data", "resume"],
)
def test_processes_that_differ_are_refused(tmp_path, each, sentence):
    for index in range(2):
        (tmp_path / str(index)).mkdir()
        for name, rows in (("a", 100), ("b", 90)):
            write_npz(tmp_path / str(index) / f"{name}.npz", rows=rows)
    common = [] if "resume" in sentence else ["--data", "a.npz"]
    processes = pretrain(tmp_path, *common, each=each)
    if "resume" in sentence:  # refused alone, before the others are met, who wait
        assert sentence in processes[0].communicate(timeout=60)[1]
        assert processes[0].returncode == 2
        interrupted_as_it_waits(processes[1])
        return
    for status, _, errors in ended(processes):
        assert status == 2, errors
        assert sentence in errors
        assert "Traceback" not in errors


@pytest.mark.slow
def test_a_worker_alone_waits_and_hears_an_interrupt(tmp_path):
    first, second = pretrain(tmp_path)
    second.kill()
    second.communicate()
    interrupted_as_it_waits(first)
