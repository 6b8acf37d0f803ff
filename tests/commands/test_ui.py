"""The MLflow UI in a headless browser, on a store with a stage-one run and three finetune runs."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import mlflow
import pytest

from semisup.commands.finetune import finetune
from semisup.runs import store
from semisup.settings import FinetuneSettings
from tests.conftest import free_port, wait_until_healthy

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromedriver"), reason="no chromedriver"),
    pytest.mark.filterwarnings("ignore"),
]
PICTURES = os.environ.get("SEMISUP_SCREENSHOTS")  # a folder to keep the screenshots in


@pytest.fixture(scope="module")
def server(trained):
    folder, stage_one = trained
    before = Path.cwd()
    os.chdir(folder)
    for encoder in ("frozen", "finetuned", "scratch"):
        finetune(FinetuneSettings(run=stage_one.run_id, encoder=encoder, labels=30, steps=40))
    os.chdir(before)
    port = free_port()
    command = [sys.executable, "-m", "semisup", "ui", "--port", str(port)]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        wait_until_healthy(port)
        yield process, port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


def shows(browser, url, *texts, picture):
    """Open a page and wait until it shows every text."""
    browser.get(url)
    missing = texts
    for _ in range(60):
        body = browser.execute_script("return document.body.innerText")
        missing = [text for text in texts if text not in body]
        if not missing:
            break
        time.sleep(0.5)
    if PICTURES:
        time.sleep(2)
        browser.save_screenshot(str(Path(PICTURES) / picture))
    assert not missing, body


def runs_of_stage(stage):
    return mlflow.search_runs(
        experiment_names=[store.EXPERIMENT], filter_string=f"params.stage = '{stage}'", output_format="list"
    )


def test_it_takes_two_processes_and_listens_on_loopback_only(server):
    process, port = server
    children = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True).stdout.split()
    parents = dict(zip(map(int, children[::2]), map(int, children[1::2]), strict=True))
    family = {process.pid}
    while grown := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= grown
    assert len(family - {process.pid}) == 2, "the server and its one worker, below our own command"
    with socket.socket() as other:
        other.settimeout(2)
        address = socket.gethostbyname(socket.gethostname())
        if not address.startswith("127."):
            assert other.connect_ex((address, port)) != 0


def test_the_runs_table_lists_both_stages(server, browser, in_trained):
    experiment = mlflow.get_experiment_by_name(store.EXPERIMENT).experiment_id
    url = f"http://127.0.0.1:{server[1]}/#/experiments/{experiment}/runs"
    shows(browser, url, "pretrain plain dense 4", "frozen 30 labels", "scratch 30 labels", picture="runs.png")


def test_the_compare_page_shows_three_runs_side_by_side(server, browser, in_trained):
    ids = ",".join(f'"{run.info.run_id}"' for run in runs_of_stage("finetune")[:3])
    experiment = mlflow.get_experiment_by_name(store.EXPERIMENT).experiment_id
    url = f"http://127.0.0.1:{server[1]}/#/compare-runs?runs=[{ids}]&experiments=[%22{experiment}%22]"
    shows(browser, url, "test_accuracy", "test_ece", "method", "finetuned", "frozen", picture="compare.png")


def test_a_picture_artifact_is_shown(server, browser, in_trained):
    experiment = mlflow.get_experiment_by_name(store.EXPERIMENT).experiment_id
    base = f"http://127.0.0.1:{server[1]}/#/experiments/{experiment}/runs/{in_trained.run_id}/artifacts"
    shows(browser, f"{base}/reconstructions.png", "reconstructions.png", picture="artifact.png")
    script = "return [...document.images].some(i => i.naturalWidth > 400)"
    for _ in range(40):
        if browser.execute_script(script):
            break
        time.sleep(0.5)
    assert browser.execute_script(script)
