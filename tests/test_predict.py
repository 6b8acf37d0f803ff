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

from semisup import __main__ as command_line
from semisup import store
from semisup.data import chunks
from semisup.finetune import FinetuneResult, finetune
from semisup.settings import FinetuneSettings
from tests.conftest import blobs, write_npz

QUICK = {"steps": 60, "head_widths": [8], "learning_rate": 1e-2}


@pytest.fixture(scope="module")
def calibrated(trained) -> FinetuneResult:
    """A stage-two run of the small store, calibrated and registered twice."""
    patch = pytest.MonkeyPatch()
    patch.chdir(trained[0])
    store.open_store()
    finetune(FinetuneSettings(run=trained[1].run_id, labels=30, register="small@first", **QUICK))
    settings = FinetuneSettings(run=trained[1].run_id, labels=60, calibrate=0.5, register="small", **QUICK)
    result = finetune(settings)
    patch.undo()
    return result


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
    assert (found["class"].astype(int) == y)[:-1].mean() > 0.9
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
    assert "the 30 labels of the calibration are too few for it" in " ".join(capsys.readouterr().out.split())


def test_a_registered_model_predicts_as_its_run_from_data_files_alone(in_calibrated, tmp_path, monkeypatch):
    x, _ = blobs(20, seed=6)
    np.savez(tmp_path / "q.npz", x=x)
    of_run = predicted(in_calibrated.run_id, tmp_path / "q.npz", tmp_path / "run.parquet")
    monkeypatch.setattr(mlflow.pyfunc, "load_model", None)
    by_alias, by_version = (
        predicted(f"models:/small{which}", tmp_path / "q.npz", tmp_path / "p.parquet") for which in ("@champion", "/2")
    )
    pd.testing.assert_frame_equal(of_run, by_alias)
    pd.testing.assert_frame_equal(of_run, by_version)
    assert "abstain" not in predicted("models:/small@first", tmp_path / "q.npz", tmp_path / "p.parquet")


def test_the_labels_of_the_calibration_are_of_the_budget_and_not_trained_on(in_calibrated):
    run = MlflowClient().get_run(in_calibrated.run_id)
    draw = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/label_draw.json")
    facts = mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/prediction.json")
    assert run.data.params["calibrate"] == "0.5"
    assert len(draw["rows_of_x_train"]) == 60
    assert set(draw["calibration"]) < set(draw["rows_of_x_train"])
    assert len(draw["calibration"]) == len(facts["conformity"]) == 30
    given = []
    from semisup.methods.supervised import Supervised

    real = Supervised.fit
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Supervised, "fit", lambda self, *all: given.append(all[0]) or real(self, *all))
        again = finetune(FinetuneSettings(run=in_calibrated.pretrain_run, labels=60, calibrate=0.5, **QUICK))
    assert sorted(given[0]) == sorted(set(draw["rows_of_x_train"]) - set(draw["calibration"]))
    for name in ("test_log_loss", "test_ece_calibrated", "test_coverage", "temperature"):
        assert again.metrics[name] == in_calibrated.metrics[name]


IN_A_PROCESS_WITHOUT = """
import sys, numpy as np, pandas as pd
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "semisup": raise ImportError(name)
sys.meta_path.insert(0, Blocker())
import mlflow
mlflow.set_tracking_uri({uri!r})
model = mlflow.pyfunc.load_model({model!r})
"""


def in_a_process_without_semisup(model: str, script: str, folder: Path) -> None:
    start = IN_A_PROCESS_WITHOUT.format(uri=mlflow.get_tracking_uri(), model=model)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", start + script], cwd=folder, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


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
    try:
        model.predict(wrong)
    except mlflow.MlflowException as error:
        assert error.error_code == "INVALID_PARAMETER_VALUE" and sentence in str(error), error
    else:
        raise AssertionError(sentence)
"""
    in_a_process_without_semisup("models:/small@champion", script, tmp_path)
    answers = pd.read_parquet(tmp_path / "answers.parquet")
    pd.testing.assert_frame_equal(answers, expected, atol=1e-6)
    folder = Path(mlflow.artifacts.download_artifacts("models:/small@champion"))
    required = {line.split("==")[0] for line in (folder / "requirements.txt").read_text().split()}
    assert required == {"tensorflow", "keras", "numpy", "pandas", "mlflow"}


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
    try:
        model.predict(wrong)
    except mlflow.MlflowException as error:
        assert error.error_code == "INVALID_PARAMETER_VALUE" and sentence in str(error), error
    else:
        raise AssertionError(sentence)
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


@pytest.mark.parametrize("method", ["supervised", pytest.param("graph", marks=pytest.mark.slow)])
def test_onnx_gives_the_probabilities_of_predict_for_raw_inputs(workspace, capsys, method):
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("tf2onnx")
    x, y = blobs(120, shape=(6, 4))
    x_test, y_test = blobs(30, shape=(6, 4), seed=1)
    as_bytes = {"x": np.uint8(255 * x), "y": y, "x_test": np.uint8(255 * x_test), "y_test": y_test}
    write_npz(workspace / "a.npz", **as_bytes)
    assert command_line.main(["pretrain", "--data", "a.npz", "--widths", "[8]", "--epochs", "3"]) == 0
    flags = ["--labels", "60", "--calibrate", "0.2", "--method", method]
    assert command_line.main(["finetune", *flags, *(["--steps", "40"] if method == "supervised" else [])]) == 0
    np.save("q.npy", as_bytes["x_test"])
    assert command_line.main(["predict", "q.npy"]) == 0
    assert command_line.main(["export", "--output", "c.onnx"]) == 0
    assert "onnxruntime differs from Keras by" in capsys.readouterr().out
    session = onnxruntime.InferenceSession("c.onnx")
    assert json.loads(session.get_modelmeta().custom_metadata_map["classes"]) == ["0", "1", "2"]
    (found,) = session.run(None, {session.get_inputs()[0].name: np.load("q.npy")[..., None].astype(np.float32)})
    expected = pd.read_csv("predictions.csv")[[f"probability_{c}" for c in "012"]]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_damaged_model_is_refused(in_calibrated, tmp_path, monkeypatch, capsys):
    from semisup import registry

    folder = shutil.copytree(registry.find_model("models:/small@champion"), tmp_path / "m")
    (folder / "classifier.keras").write_bytes(b"no model")
    monkeypatch.setattr(registry, "find_model", lambda uri: folder)
    np.save("q.npy", blobs(3)[0])
    assert command_line.main(["predict", "q.npy", "--run", "models:/small@champion"]) == 2
    assert "cannot be read, a file is missing or damaged" in capsys.readouterr().err
    (folder / "prediction.json").write_text(json.dumps({"shape": [6]})[:-3])
    assert command_line.main(["predict", "q.npy", "--run", "models:/small@champion"]) == 2
