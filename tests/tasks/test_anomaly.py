import types

import mlflow
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from semisup.commands.evaluate import evaluate
from semisup.data.dataset import Arrays, build
from semisup.errors import InputError
from semisup.metrics import conformal
from semisup.settings import EvaluateSettings, PretrainSettings
from semisup.settings.tasks import DrawOptions
from semisup.tasks import anomaly, anomaly_peers, anomaly_plots, labelled_anomalies, one_class
from tests.conftest import blobs

SMALL = PretrainSettings(widths=[16], code_size=2, epochs=30, batch_size=16, learning_rate=1e-2)


@pytest.fixture
def alone(monkeypatch):
    """Without PyOD."""
    monkeypatch.setattr(anomaly_peers, "available", list)


@pytest.fixture(scope="module")
def plane():
    """Fitted to rows near a plane: (the detector, new rows of the plane, rows off it)."""
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(6, 2)))[0].T

    def rows(count):
        at = rng.uniform(-0.3, 0.3, (count, 2)) @ axes
        return (0.5 + at + rng.normal(0, 0.005, (count, 6))).astype("float32")

    linear = PretrainSettings(network="linear", code_size=2, epochs=100, batch_size=16, learning_rate=3e-2)
    normal = one_class.fit(linear, rows(100), 0)
    away = rng.normal(size=(60, 6))
    away -= away @ axes.T @ axes
    return normal, rows(60), rows(60) + 0.2 * (away / np.linalg.norm(away, axis=1, keepdims=True)).astype("float32")


def given(monkeypatch, x, y, x_test, y_test):
    """What the task is given of a run with small settings on these arrays."""
    monkeypatch.setattr("semisup.runs.read.read_settings", lambda run_id: SMALL)
    dataset = build("rows", Arrays(x, y, x_test, y_test))
    return types.SimpleNamespace(dataset=dataset, run=types.SimpleNamespace(run_id="none"))


@pytest.mark.parametrize("rows", [19, 39, 45])
def test_the_threshold_keeps_its_false_alarm_rate_whatever_the_distribution(rows):
    rng = np.random.default_rng(rows)
    held_out, new = rng.lognormal(0, 3, (4000, rows)), rng.lognormal(0, 3, (4000, 100))
    rate = np.mean([(new[i] > conformal.threshold(held_out[i], 0.05)).mean() for i in range(4000)])
    assert 0.05 - 1 / (rows + 1) - 0.003 < rate < 0.053


def test_too_few_held_out_rows_give_no_alarm():
    assert conformal.threshold(np.arange(18.0), 0.05) == np.inf
    assert conformal.threshold(np.arange(19.0), 0.05) == 18
    assert conformal.threshold(np.array([]), 0.05) == np.inf


def test_rows_off_the_plane_of_the_normal_ones_stand_out_by_their_reconstruction_and_their_neighbours(plane):
    normal, same, off = plane
    scores = one_class.scores(normal, one_class.views(normal, np.concatenate([same, off])))
    of_off = np.repeat([0, 1], 60)
    for name in ("reconstruction", "inputs", "combined"):
        assert roc_auc_score(of_off, scores[name]) > 0.95, name


def test_rows_far_along_the_plane_have_rare_codes(plane):
    normal, same, _ = plane
    far = 0.5 + 2.5 * (same - 0.5)
    far = far[np.linalg.norm(far - 0.5, axis=1) > 0.6]  # the corners of the normal rows are .42 from the middle
    scores = one_class.scores(normal, one_class.views(normal, np.concatenate([same, far])))
    for name in ("code_mixture", "code_neighbours", "combined"):
        assert roc_auc_score(np.repeat([0, 1], [len(same), len(far)]), scores[name]) > 0.95, name


def test_fitted_rows_have_scores_of_mean_0_and_spread_1(plane):
    normal, _, _ = plane
    scores = one_class.scores(normal, normal.own)
    for name in normal.own:
        assert abs(scores[name].mean()) < 1e-6
        assert abs(scores[name].std() - 1) < 1e-6
    assert np.allclose(scores["both"], (scores["reconstruction"] + scores["code_mixture"]) / 2)


def test_rows_that_are_all_the_same_have_finite_scores():
    normal = one_class.fit(SMALL, np.full((3, 4, 4, 3), 0.5, "float32"), 0)
    scores = one_class.scores(normal, one_class.views(normal, np.random.default_rng(0).random((5, 4, 4, 3), "float32")))
    assert all(np.isfinite(values).all() for values in scores.values())


def test_labelled_anomalies_raise_what_is_near_them_and_lower_nothing(plane):
    normal, same, off = plane
    near = off[:1] + np.random.default_rng(0).normal(0, 0.01, (20, 6)).astype("float32")
    x = np.concatenate([same, near])
    margin = labelled_anomalies.margin(normal, x, one_class.views(normal, x)["inputs"], off[:1])
    assert margin.min() >= 0
    assert margin[60:].min() > margin[:60].max()


def test_labelled_anomalies_are_one_in_a_hundred():
    assert labelled_anomalies.count(990) == 10
    assert labelled_anomalies.count(5) == 1


@pytest.mark.slow
def test_rows_of_the_class_are_fitted_but_a_fifth_is_held_out_and_the_same_each_time(monkeypatch, alone):
    x, y = blobs(90)
    task = given(monkeypatch, x, np.where(np.arange(90) < 15, -1, y), x[y < 2], y[y < 2])
    fitted, fit = [], one_class.fit
    monkeypatch.setattr(one_class, "fit", lambda pretrain, x, seed: fitted.append(x) or fit(pretrain, x, seed))
    found = anomaly.score(task, 0, DrawOptions(draws=2))
    assert list(found.tables["scores.csv"]["normal"].unique()) == ["0", "1"]  # of class 2 there is no test row
    assert set(found.tables["labelled.csv"]["anomalies"]) == {"0", "1", "2"}
    again = anomaly.score(task, 0, DrawOptions(draws=2))
    assert again.metrics == found.metrics
    assert all(again.tables[name].equals(table) for name, table in found.tables.items())
    for c, rows in enumerate(fitted[:2]):
        own = task.dataset.x_train[task.dataset.y_train == c]
        assert len(own) == 25
        assert len(rows) == 20
        assert (rows[:, None] == own).all(axis=-1).any(axis=1).all()


@pytest.mark.slow
def test_false_alarms_are_about_as_many_as_stated_though_the_autoencoder_knows_its_rows_by_heart(monkeypatch, alone):
    rng = np.random.default_rng(0)
    x, x_test = rng.random((400, 8), "float32"), rng.random((1000, 8), "float32")
    task = given(monkeypatch, x, np.arange(400) % 2, x_test, np.arange(1000) % 2)
    found = anomaly.score(task, 0, DrawOptions(draws=2)).metrics
    for name in ("reconstruction", "inputs", "both", "combined"):
        assert 0 < found[f"test_false_alarms_{name}"] < 0.12, name
        assert abs(found[f"test_detected_{name}"] - found[f"test_false_alarms_{name}"]) < 0.04, name  # all is noise
        assert 0.45 < found[f"test_auroc_{name}"] < 0.55, name
    assert "test_auroc_labelled_unseen" not in found  # of two classes, no kind of anomaly is left


def test_classes_are_told_apart_and_logged(in_trained, alone):
    settings = EvaluateSettings(task="anomaly", run=in_trained.run_id, draws=2)
    found = evaluate(settings).score
    for name in ("inputs", "combined", "labelled", "labelled_unseen"):
        assert found.metrics[f"test_auroc_{name}"] > 0.95, name
    assert found.metrics["test_false_alarms_combined"] == 0  # 8 held-out rows are too few for 5 %
    assert "PyOD" in found.summary[-1]
    run = mlflow.get_run(in_trained.run_id)
    assert run.data.metrics["anomaly/test_auroc_combined"] == found.metrics["test_auroc_combined"]


def test_a_row_is_not_enough_for_a_class_nor_is_a_class_for_the_test_set(monkeypatch, alone):
    x, y = blobs(30)
    few = given(monkeypatch, x, np.where((y == 2) & (np.arange(30) > 2), -1, y), x, y)
    with pytest.raises(InputError, match="at least 2 labelled training rows of each class, found 1 of class 2"):
        anomaly.score(few, 0, DrawOptions())
    one_kind = given(monkeypatch, x, y, x[y == 1], y[y == 1])
    with pytest.raises(InputError, match="at least two classes among the test rows, found 1 only"):
        anomaly.score(one_kind, 0, DrawOptions())


def test_the_difference_is_drawn_below_input_and_output():
    x, output = np.random.default_rng(0).random((2, 14, 4, 4, 3))
    figure = anomaly_plots.where_they_differ(x, output, [f"class {c}" for c in range(14)], "title")
    canvas = figure.axes[0].images[0].get_array()
    gap, shown = 1, anomaly_plots.MOST_CLASSES
    assert canvas.shape == (3 * (4 + gap), shown * (4 + gap), 3)
    assert np.allclose(canvas[10:14, 5:9], np.abs(x - output)[1])


@pytest.mark.parametrize("name", anomaly_peers.NAMES[1:])
def test_peers_score_anomalies_higher(name):
    pytest.importorskip("pyod")
    rng = np.random.default_rng(0)
    fit, same, other = rng.normal(size=(100, 4)), rng.normal(size=(50, 4)), rng.normal(4, 1, size=(50, 4))
    scores = anomaly_peers.scores(name, fit, np.concatenate([same, other]), 0)
    assert roc_auc_score(np.repeat([0, 1], 50), scores) > 0.95


@pytest.mark.slow
def test_the_autoencoder_of_pyod_scores_anomalies_higher():
    pytest.importorskip("torch")
    test_peers_score_anomalies_higher("pyod_autoencoder")
