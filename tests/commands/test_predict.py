"""Finetune, predict and export, by the commands a user types."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from semisup.cli import run as command_line
from semisup.commands.finetune import FinetuneResult, finetune
from semisup.methods.supervised import Supervised
from semisup.runs import store
from semisup.settings import FinetuneSettings
from semisup.sources import chunks
from tests.conftest import blobs, write_npz

QUICK = {"steps": 60, "head_widths": [8], "learning_rate": 1e-2}


@pytest.fixture(scope="module")
def trained_on() -> list[np.ndarray]:
    """The rows whose labels `calibrated` was trained on."""
    return []


@pytest.fixture(scope="module")
def calibrated(trained, trained_on) -> FinetuneResult:
    """A stage-two run of the small store, calibrated and registered."""
    real = Supervised.fit
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(trained[0])
        patch.setattr(Supervised, "fit", lambda self, *all: trained_on.append(all[0]) or real(self, *all))
        store.open_store()
        return finetune(FinetuneSettings(run=trained[1].run_id, labels=60, calibrate=0.5, register="small", **QUICK))


@pytest.fixture
def in_calibrated(calibrated, trained, monkeypatch) -> FinetuneResult:
    monkeypatch.chdir(trained[0])
    store.open_store()
    return calibrated


def predicted(run: str, inputs: Path, output: Path, *flags: str) -> pd.DataFrame:
    assert command_line.main(["predict", "--run", run, str(inputs), "--output", str(output), *flags]) == 0
    return pd.read_parquet(output) if output.suffix == ".parquet" else pd.read_csv(output, dtype={"class": str})


def test_the_rows_of_a_file_get_classes_probabilities_anomaly_and_abstention(in_calibrated, tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "MOST_ROWS", 7)
    x, y = blobs(90, seed=5)
    x[-1] = 1 - x[-1].round()  # like no training input
    np.save(tmp_path / "q.npy", x)
    found = predicted(in_calibrated.run_id, tmp_path / "q.npy", tmp_path / "p.csv")
    probabilities = [f"probability_{c}" for c in "012"]
    assert list(found) == ["row", "class", *probabilities, "anomaly", "abstain"]
    assert found["row"].tolist() == list(range(90))
    assert (found["class"].astype(int) == y)[:-1].mean() > 0.5  # chance: a third
    shares = found[probabilities].to_numpy()
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(shares.argmax(axis=1), found["class"].astype(int))
    temperature = in_calibrated.metrics["temperature"]
    raw = np.asarray(in_calibrated.classifier(x)) ** (1 / temperature)
    np.testing.assert_allclose(shares, raw / raw.sum(axis=1, keepdims=True), atol=1e-5)
    assert found["anomaly"].between(0, 1).all()
    assert found["anomaly"].iloc[-1] == 1
    assert 0.2 < found["anomaly"].iloc[:-1].mean() < 0.8  # they are as the training inputs are


def test_abstention_grows_as_less_error_is_allowed(in_calibrated, tmp_path, capsys):
    x = np.random.default_rng(0).uniform(size=(200, 6)).astype("float32")  # between the classes
    np.save(tmp_path / "q.npy", x)
    rates = ("0.2", "0.05", "0.001")
    flags = [["--error_rate", rate] for rate in rates]
    counts = [
        predicted(in_calibrated.run_id, tmp_path / "q.npy", tmp_path / "p.csv", *f)["abstain"].sum() for f in flags
    ]
    assert counts[2] == 200
    assert "the 30 labels kept to calibrate with are too few for this rate" in " ".join(capsys.readouterr().out.split())


def test_a_registered_model_predicts_as_its_run_from_data_files_alone(in_calibrated, tmp_path, monkeypatch):
    x, _ = blobs(20, seed=6)
    np.savez(tmp_path / "q.npz", x=x)
    of_run = predicted(in_calibrated.run_id, tmp_path / "q.npz", tmp_path / "run.parquet")
    monkeypatch.setattr(mlflow.pyfunc, "load_model", None)
    by_alias, by_version = (
        predicted(f"models:/small{which}", tmp_path / "q.npz", tmp_path / "p.parquet") for which in ("@champion", "/1")
    )
    pd.testing.assert_frame_equal(of_run, by_alias)
    pd.testing.assert_frame_equal(of_run, by_version)


def test_the_labels_of_the_calibration_are_of_the_budget_and_not_trained_on(in_calibrated, trained_on):
    run = MlflowClient().get_run(in_calibrated.run_id)
    draw = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/label_draw.json")
    metadata = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/prediction.json")
    assert (run.data.params["labels"], run.data.params["calibrate"]) == ("60", "0.5")
    assert len(draw["rows_of_x_train"]) == 60
    assert len(draw["calibration"]) == len(metadata["conformity"]) == 30
    assert set(draw["calibration"]) < set(draw["rows_of_x_train"])
    assert sorted(trained_on[0]) == sorted(set(draw["rows_of_x_train"]) - set(draw["calibration"]))
    assert metadata["temperature"] == run.data.metrics["temperature"]


IN_A_PROCESS_WITHOUT = """
import sys, numpy as np, pandas as pd
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "semisup": raise ImportError(name)
sys.meta_path.insert(0, Blocker())
import mlflow
mlflow.set_tracking_uri({uri!r})
model = mlflow.pyfunc.load_model({model!r})

def refuses(wrong, sentence):
    try:
        model.predict(wrong)
    except mlflow.MlflowException as error:
        assert error.error_code == "INVALID_PARAMETER_VALUE" and sentence in str(error), error
    else:
        raise AssertionError(sentence)
"""


def in_a_process_without_semisup(model: str, script: str, folder: Path) -> None:
    start = IN_A_PROCESS_WITHOUT.format(uri=mlflow.get_tracking_uri(), model=model)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", start + script], cwd=folder, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.slow
def test_pyfunc_answers_as_predict_in_a_process_without_semisup(in_calibrated, tmp_path):
    x, _ = blobs(20, seed=6)
    x = x.astype("float64")
    np.save(tmp_path / "q.npy", x)
    expected = predicted(in_calibrated.run_id, tmp_path / "q.npy", tmp_path / "p.parquet").drop(columns="row")
    script = """
x = np.load("q.npy")
assert model.metadata.signature.inputs.inputs[0].shape == (-1, 6)
model.predict(x).to_parquet("answers.parquet")
assert model.predict(x, params={"error_rate": 0.001}).abstain.all()
x[3, 2] = np.nan
for wrong, sentence in ((x, "the first is row 3"), (x[:, :5], "(-1, 6)")):
    refuses(wrong, sentence)
"""
    in_a_process_without_semisup("models:/small@champion", script, tmp_path)
    answers = pd.read_parquet(tmp_path / "answers.parquet")
    pd.testing.assert_frame_equal(answers, expected, atol=1e-6)
    folder = Path(mlflow.artifacts.download_artifacts("models:/small@champion"))
    required = {line.split("==")[0] for line in (folder / "requirements.txt").read_text().split()}
    assert required == {"tensorflow", "keras", "numpy", "pandas", "mlflow"}


@pytest.mark.slow
def test_a_table_is_classified_by_its_columns_also_without_semisup(workspace, capsys):
    rng = np.random.default_rng(0)
    kind = np.array(["yes", "no"] * 60)
    frame = pd.DataFrame(
        {"age": rng.integers(20, 80, 120), "colour": np.where(kind == "yes", "red", "blue"), "t": kind}
    )
    frame.to_csv("t.csv", index=False)
    options = ["--data", "t.csv", "--target", "t", "--test", "t.csv", "--epochs", "2", "--code_size", "2"]
    assert command_line.main(["pretrain", *options]) == 0
    assert command_line.main(["finetune", "--labels", "40", "--steps", "60", "--register", "people"]) == 0
    frame.to_csv("q.csv", index=False)
    assert command_line.main(["predict", "q.csv"]) == 0  # the target is not looked at, the run is the latest
    assert "finetune --calibrate 0.2" in " ".join(capsys.readouterr().out.split())
    found = pd.read_csv("predictions.csv")
    assert (found["class"] == kind).mean() > 0.9
    assert "abstain" not in found
    script = """
frame = pd.read_csv("q.csv").drop(columns="t")
found = pd.read_csv("predictions.csv")
answers = model.predict(frame)
assert (answers["class"] == found["class"]).all()
assert np.allclose(answers["probability_yes"], found["probability_yes"], atol=1e-5)
for wrong, sentence in ((frame[["age"]], "colour"), (frame.assign(age="old"), "column 'age' has 'old' in row 0")):
    refuses(wrong, sentence)
"""
    in_a_process_without_semisup("models:/people@champion", script, workspace)
    frame.assign(shoe=1).to_csv("q.csv", index=False)
    before = Path("predictions.csv").read_bytes()
    assert command_line.main(["predict", "q.csv"]) == 2
    assert "q.csv: unknown column 'shoe', expected those of the training rows: age, colour" in capsys.readouterr().err
    assert Path("predictions.csv").read_bytes() == before


def test_an_input_that_is_bad_far_down_leaves_no_output(in_calibrated, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(chunks, "MOST_ROWS", 7)
    x, _ = blobs(50)
    x[40] = np.nan
    np.save(tmp_path / "q.npy", x)
    flags = ["--run", in_calibrated.run_id, str(tmp_path / "q.npy"), "--output", str(tmp_path / "p.csv")]
    assert command_line.main(["predict", *flags]) == 2
    assert "x has NaN or infinite values in 1 rows, the first is row 40" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["q.npy"]


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--run", "models:/none@champion"], "run: expected a registered model, found none at models:/none@champion"),
        (["--run", "models:/small@none"], "run: expected a registered model, found none at models:/small@none"),
        (["--run", "models:/small/9"], "run: expected a registered model, found none at models:/small/9"),
        (["--run", "models:/small"], "run: expected models:/NAME@ALIAS or models:/NAME/VERSION, found models:/small"),
        (["--run", "STAGE_ONE"], "run: expected the id of a stage-two run (finetune), found"),
    ],
)
def test_a_run_or_model_that_is_none_is_refused(in_calibrated, capsys, flags, sentence):
    np.save("q.npy", blobs(3)[0])
    flags = [in_calibrated.pretrain_run if flag == "STAGE_ONE" else flag for flag in flags]
    assert command_line.main(["predict", "q.npy", *flags]) == 2
    assert f"semisup: {sentence}" in capsys.readouterr().err


def exported(run: str, x: np.ndarray, folder: Path) -> None:
    """Export a run; onnxruntime gives the probabilities that predict writes for raw inputs."""
    onnxruntime = pytest.importorskip("onnxruntime")
    assert command_line.main(["export", "--run", run, "--output", str(folder / "c.onnx")]) == 0
    session = onnxruntime.InferenceSession(folder / "c.onnx")
    assert json.loads(session.get_modelmeta().custom_metadata_map["classes"]) == ["0", "1", "2"]
    (given,) = session.get_inputs()
    (found,) = session.run(None, {given.name: x.reshape(len(x), *given.shape[1:]).astype(np.float32)})
    np.save(folder / "q.npy", x)
    answers = predicted(run, folder / "q.npy", folder / "p.parquet")
    np.testing.assert_allclose(found, answers[[f"probability_{c}" for c in "012"]], atol=1e-5)


def test_onnx_gives_the_probabilities_of_predict(in_calibrated, tmp_path, capsys):
    exported(in_calibrated.run_id, blobs(50, seed=8)[0], tmp_path)
    assert "onnxruntime differs from Keras by" in " ".join(capsys.readouterr().out.split())


def test_answers_that_differ_are_refused_and_leave_no_file(in_calibrated, tmp_path, monkeypatch, capsys):
    from semisup.serving import onnx_file

    monkeypatch.setattr(onnx_file, "write", lambda *_: None)
    monkeypatch.setattr(onnx_file, "answers", lambda path, x, batch: np.full((len(x), 3), 1 / 3))
    assert command_line.main(["export", "--run", in_calibrated.run_id, "--output", str(tmp_path / "c.onnx")]) == 2
    assert "export: expected onnxruntime to give Keras' probabilities within 0.0001" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("network", ["dense", "convolutional"])
@pytest.mark.parametrize("method", ["supervised", "joint", "graph", "self_training", "consistency", "ladder"])
def test_onnx_takes_every_method_and_bytes(workspace, method, network):
    if (method, network) == ("ladder", "convolutional"):
        pytest.skip("the ladder is dense")
    (x, y), (x_test, y_test) = blobs(120, shape=(8, 8)), blobs(30, shape=(8, 8), seed=1)
    arrays = {"x": np.uint8(255 * x), "y": y, "x_test": np.uint8(255 * x_test), "y_test": y_test}
    write_npz(workspace / "a.npz", **arrays)
    widths = "[8]" if network == "dense" else "[4, 4]"
    assert (
        command_line.main(["pretrain", "--data", "a.npz", "--network", network, "--widths", widths, "--epochs", "3"])
        == 0
    )
    settings = {} if method == "graph" else {"steps": 20}
    result = finetune(FinetuneSettings(labels=60, calibrate=0.2, method=method, **settings))
    exported(result.run_id, arrays["x_test"], workspace)


def test_a_damaged_model_is_refused(in_calibrated, tmp_path, monkeypatch, capsys):
    from semisup.runs import registry

    folder = shutil.copytree(registry.find_model("models:/small@champion"), tmp_path / "m")
    (folder / "classifier.keras").write_bytes(b"no model")
    monkeypatch.setattr(registry, "find_model", lambda uri: folder)
    np.save("q.npy", blobs(3)[0])
    assert command_line.main(["predict", "q.npy", "--run", "models:/small@champion"]) == 2
    assert "cannot be read, a file is missing or damaged" in capsys.readouterr().err
    (folder / "prediction.json").write_text(json.dumps({"shape": [6]})[:-3])
    assert command_line.main(["predict", "q.npy", "--run", "models:/small@champion"]) == 2
