"""Over HTTP: right answers, and 400 with a sentence for wrong input."""

import subprocess
import sys
import venv
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from semisup.cli import run as command_line
from semisup.commands.finetune import finetune
from semisup.runs import store
from semisup.settings import FinetuneSettings
from tests.conftest import blobs
from tests.serving.server import ask, serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def registered(trained):
    """The name of a registered classifier of the small store, whose folder is the current one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(trained[0])
        store.open_store()
        options = {"steps": 60, "head_widths": [8], "learning_rate": 1e-2}
        finetune(FinetuneSettings(run=trained[1].run_id, labels=60, calibrate=0.5, register="served", **options))
        yield "models:/served@champion"


def expected(x: np.ndarray, folder: Path) -> list[dict]:
    """What predict writes."""
    np.save(folder / "q.npy", x)
    flags = ["--run", "models:/served@champion", "--output", str(folder / "p.parquet")]
    assert command_line.main(["predict", str(folder / "q.npy"), *flags]) == 0
    return pd.read_parquet(folder / "p.parquet").drop(columns="row").to_dict("records")


def same(answers: list[dict], predicted: list[dict]) -> None:
    assert [list(row) for row in answers] == [list(row) for row in predicted]
    for answer, row in zip(answers, predicted, strict=True):
        assert answer == pytest.approx(row, abs=1e-5)


def test_the_server_answers_as_predict_and_refuses_with_a_sentence(registered, tmp_path):
    x = blobs(20, seed=6)[0]
    with serving(registered) as url:
        status, answer = ask(url, {"inputs": x.tolist()})
        assert status == 200
        same(answer["predictions"], expected(x, tmp_path))
        status, answer = ask(url, {"inputs": x.tolist(), "params": {"error_rate": 0.001}})
        assert all(row["abstain"] for row in answer["predictions"])
        for content, sentence in (
            ({"inputs": x[:, :5].tolist()}, "Shape of input (20, 5) does not match expected shape (-1, 6)"),
            ({"inputs": [[1, 2, 3, 4, 5, float("nan")]]}, "x has NaN or infinite values in 1 rows, the first is row 0"),
            ({"inputs": [[1, 2, 3, 4, 5, None]]}, "x has NaN or infinite values"),
            ({"inputs": [[1, 2, 3, 4, 5, "six"]]}, "could not convert string to float: 'six'"),
            ({"inputs": []}, ""),
            ({"rows": x.tolist()}, "The input must be a JSON dictionary with exactly one of the input fields"),
            (
                {"inputs": x.tolist(), "params": {"error_rate": 2.0}},
                "error_rate: expected a number in (0, 1), found 2.0",
            ),
            ("no JSON", "Invalid input. Ensure that input is a valid JSON formatted string"),
        ):
            status, answer = ask(url, content)
            assert status == 400, (content, answer)
            assert sentence in answer["message"], answer


def test_a_table_is_served_as_csv_and_as_json(workspace):
    kind = np.arange(120) % 2
    frame = pd.DataFrame({"age": kind * 40 + np.arange(120) % 7, "the code": np.array(["007", "08"])[kind]})
    frame["sum"] = [f"{1000 + 7 * row:,}" for row in range(120)]
    frame["when"] = np.array(["2020-01-01", "2021-06-01"])[kind]
    frame["age"] = frame["age"].where(np.arange(120) != 3)
    frame.assign(t=np.array(["no", "yes"])[kind]).to_csv("t.csv", index=False)
    options = ["--data", "t.csv", "--target", "t", "--test", "t.csv", "--epochs", "2", "--code_size", "2"]
    assert command_line.main(["pretrain", *options]) == 0
    assert command_line.main(["finetune", "--labels", "40", "--steps", "60", "--register", "people"]) == 0
    frame.to_csv("q.csv", index=False)
    assert command_line.main(["predict", "q.csv", "--output", "p.parquet"]) == 0
    predicted = pd.read_parquet("p.parquet").drop(columns="row").to_dict("records")
    with serving("models:/people@champion") as url:
        status, answer = ask(url, Path("q.csv").read_text(), "text/csv")
        assert status == 200, answer
        same(answer["predictions"], predicted)
        records = frame.iloc[10:15].to_dict("records")
        status, answer = ask(url, {"dataframe_records": records})
        assert status == 200, answer
        same(answer["predictions"], predicted[10:15])
        for content, sentence in (
            ("age,the code,sum,when\nold,007,1,2020-01-01\n", "column 'age' has 'old' in row 0, expected a number"),
            ("age\n1\n", "Model is missing inputs"),
        ):
            status, answer = ask(url, content, "text/csv")
            assert status == 400, answer
            assert sentence in answer["message"]


def test_the_declared_requirements_are_enough(registered, tmp_path):
    """In a new environment that has them and nothing else."""
    folder = Path(mlflow.artifacts.download_artifacts(registered))
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [python, "-m", "pip", "install", "-q", "-r", folder / "requirements.txt"]
    subprocess.run(install, check=True, capture_output=True)
    names = subprocess.run([python, "-I", "-c", "import semisup"], capture_output=True, cwd="/")
    assert b"No module named 'semisup'" in names.stderr
    x = blobs(20, seed=6)[0]
    with serving(registered, str(python)) as url:
        status, answer = ask(url, {"inputs": x.tolist()})
    assert status == 200, sys.executable
    same(answer["predictions"], expected(x, tmp_path))
