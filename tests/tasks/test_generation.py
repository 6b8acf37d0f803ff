import keras
import mlflow
import numpy as np
import pytest
from scipy.linalg import sqrtm

from semisup import networks
from semisup.commands.evaluate import evaluate
from semisup.commands.inputs.evaluate import load
from semisup.commands.pretrain import pretrain
from semisup.data.dataset import Arrays, build
from semisup.errors import InputError
from semisup.objectives.variational import CLASS_SIZE
from semisup.runs import find
from semisup.runs.find import StoredRun
from semisup.settings import EvaluateSettings, PretrainSettings
from semisup.settings.tasks import BesideOptions
from semisup.tasks import (
    code_defects,
    code_draws,
    conditional_draws,
    feature_classifier,
    generation,
    generation_plots,
    sample_quality,
)
from semisup.tasks.feature_classifier import FeatureClassifier
from semisup.tasks.task import EvaluatedRun
from tests.conftest import blobs, write_npz


def normal(rows, d, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, d))


def with_moments(mean, covariance, seed):
    """A sample whose mean and covariance are exactly these."""
    x = normal(50, len(mean), seed)
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x, rowvar=False, bias=True))).T
    return x @ np.linalg.cholesky(covariance).T + mean


def test_the_frechet_distance_is_that_of_the_closed_form():
    s, t = (np.cov(normal(9, 4, seed), rowvar=False) for seed in (1, 2))
    expected = 4 * 0.5**2 + np.trace(s + t - 2 * sqrtm(s @ t).real)
    found = sample_quality.frechet_distance(with_moments(np.zeros(4), s, 3), with_moments(np.full(4, 0.5), t, 4))
    assert found == pytest.approx(expected, rel=1e-6)


def test_the_frechet_distance_of_a_sample_to_itself_is_0_also_where_its_covariance_is_singular():
    few = normal(5, 40).astype("f4")
    assert sample_quality.frechet_distance(few, few) < 1e-10
    assert sample_quality.frechet_distance(few, few + 3) == pytest.approx(40 * 9, rel=1e-5)
    one = normal(100, 1)
    assert sample_quality.frechet_distance(one, 2 * one) == pytest.approx(one.mean() ** 2 + one.var(), rel=1e-6)


def test_precision_and_recall_tell_a_missing_half_from_wrong_inputs():
    real = normal(400, 3)
    real[:200] += 100
    assert sample_quality.precision_and_recall(real, real) == (1, 1)
    assert sample_quality.precision_and_recall(real, real + 1000) == (0, 0)
    precision, recall = sample_quality.precision_and_recall(real, normal(400, 3, seed=1))  # one half only
    assert precision > 0.85
    assert 0.4 < recall <= 0.5
    precision, recall = sample_quality.precision_and_recall(normal(400, 3, seed=1), real)
    assert 0.4 < precision <= 0.5
    assert recall > 0.85


def test_the_class_shift_is_the_total_variation():
    real, drawn = np.eye(3)[[0, 0, 1, 2]], np.eye(3)[[0, 1, 1, 1, 1, 1, 1, 1]]
    assert sample_quality.class_shift(real, real[::-1]) == 0
    assert sample_quality.class_shift(real, drawn) == pytest.approx(7 / 8 - 1 / 4)
    assert sample_quality.class_shift(real[:2], real[2:]) == 1


def test_a_standard_normal_code_has_none_of_the_defects():
    codes, y = normal(3000, 4), np.arange(3000) % 3
    assert code_defects.off_centre(codes) < 0.03
    assert code_defects.class_spread_ratio(codes, y) < 1.05
    assert 0.03 < code_defects.share_in_gaps(normal(3000, 4, seed=1), codes) < 0.07


def test_two_shifted_blobs_have_all_the_defects_on_any_scale():
    y = np.arange(1000) % 2
    codes = np.where(y[:, None] == 0, 100 + normal(1000, 2), 200 + 10 * normal(1000, 2, seed=1))
    for scale in (1e-3, 1, 1e3):
        drawn = code_draws.draws(scale * codes, 500, seed=0)
        assert code_defects.off_centre(scale * codes) > 1
        assert 8 < code_defects.class_spread_ratio(scale * codes, y) < 12
        assert code_defects.share_in_gaps(drawn["gaussian"], scale * codes) > 0.75
        assert code_defects.share_in_gaps(drawn["mixture"], scale * codes) < 0.1


def test_what_has_no_spread_has_no_defect_but_a_class_that_is_a_point():
    constant, y = np.ones((6, 2)), np.array([0, 0, 0, 1, 1, -1])
    assert (code_defects.off_centre(constant), code_defects.class_spread_ratio(constant, y)) == (0, 1)
    constant[0] = 2
    assert code_defects.class_spread_ratio(constant, y) == np.inf


def test_generators_keep_of_the_codes_what_they_say():
    codes = normal(4000, 2) @ [[2.0, 1.5], [0.0, 1.0]] + [5, -3]
    drawn = code_draws.draws(codes, 4000, seed=0)
    cov = {name: np.cov(of, rowvar=False) for name, of in drawn.items()}
    np.testing.assert_allclose(drawn["standard_normal"].mean(axis=0), 0, atol=0.1)
    np.testing.assert_allclose(cov["standard_normal"], np.eye(2), atol=0.1)
    for name in ("scaled_normal", "gaussian", "mixture"):
        np.testing.assert_allclose(drawn[name].mean(axis=0), [5, -3], atol=0.15)
        np.testing.assert_allclose(np.diag(cov[name]), [4, 3.25], atol=0.4)
    assert abs(cov["scaled_normal"][0, 1]) < 0.2
    for name in ("gaussian", "mixture"):
        assert cov[name][0, 1] == pytest.approx(3, abs=0.3)


def test_the_mixture_has_as_many_gaussians_as_the_codes_and_its_draws_are_in_random_order():
    assert code_draws.fitted_mixture(normal(1000, 2), seed=0).n_components == 1
    three = normal(1500, 2) / 20 + np.array([[0, 0], [1, 2], [2, 0]])[np.arange(1500) % 3]
    assert code_draws.fitted_mixture(three, seed=0).n_components == 3
    drawn = code_draws.mixture_draws(three, 900, seed=0)
    nearest = np.linalg.norm(drawn[:, None] - [[0, 0], [1, 2], [2, 0]], axis=2).argmin(axis=1)
    assert set(nearest[:30]) == {0, 1, 2}
    np.testing.assert_array_equal(drawn, code_draws.mixture_draws(three, 900, seed=0))
    assert not np.allclose(drawn, code_draws.mixture_draws(three, 900, seed=1))


@pytest.mark.parametrize("codes", [normal(2, 3), np.ones((200, 3)), normal(30, 40)])
def test_few_codes_and_codes_that_are_all_the_same_can_be_drawn_from(codes):
    for drawn in code_draws.draws(codes, 7, seed=0).values():
        assert drawn.shape == (7, codes.shape[1])
        assert np.isfinite(drawn).all()


def run(encoder, decoder, dataset, **parameters):
    parameters = {"objective": "plain"} | parameters
    return EvaluatedRun(StoredRun("0" * 32, parameters, dataset.scaling), dataset, encoder, decoder)


@pytest.fixture
def few_steps(monkeypatch):
    monkeypatch.setattr(feature_classifier, "STEPS", 60)


def test_a_conditional_decoder_is_told_what_is_wanted_and_marked_by_it():
    (x, y), (x_test, y_test) = blobs(90), blobs(30, seed=1)
    dataset = build("blobs", Arrays(x, y, x_test, y_test))
    encoder, _ = networks.build("dense", (6,), [], 2)
    given = keras.Input((5,))
    decoder = keras.Model(given, keras.layers.Dense(6, use_bias=False)(given))
    centres = np.stack([x[y == c].mean(axis=0) for c in range(3)])
    features, head = (keras.Sequential([keras.Input((6,)), keras.layers.Dense(n)]) for n in (6, 3))
    features.set_weights([np.eye(6), np.zeros(6)])
    head.set_weights([2 * centres.T, -np.square(centres).sum(axis=1)])  # greatest at the nearest centre
    classifier = FeatureClassifier(features, head)
    for told, expected in ((centres / CLASS_SIZE, 1.0), (centres[[0, 0, 2]] / CLASS_SIZE, 2 / 3)):
        decoder.layers[1].set_weights([np.concatenate([np.zeros((2, 6)), told])])
        drawn, found = conditional_draws.draws(run(encoder, decoder, dataset), classifier, 300, seed=0)
        assert found.metrics["test_wanted_class"] == pytest.approx(expected, abs=0.1)
        assert found.tables["classes.csv"]["test_wanted_class"].tolist() == [1, float(expected == 1), 1]
        assert drawn.shape == (300, 6)


def test_draws_where_the_codes_are_score_nearer_to_real_inputs(few_steps):
    """An autoencoder that is the identity, on a few colour images of which few have a label."""
    shape = (5, 4, 3)
    (x, y), (x_test, y_test) = blobs(30, shape=shape), blobs(30, shape=shape, seed=1)
    dataset = build("blobs", Arrays(x, np.where(np.arange(30) < 9, y, -1), x_test, y_test))
    image, code = keras.Input(shape), keras.Input((x[0].size,))
    encoder = keras.Model(image, keras.layers.Flatten()(image))
    decoder = keras.Model(code, keras.layers.Reshape(shape)(code))
    found = generation.score(run(encoder, decoder, dataset), 0, BesideOptions())
    assert np.isfinite(list(found.metrics.values())).all()
    assert found.metrics["test_frechet_training"] < 0.5 * found.metrics["test_frechet_standard_normal"]
    assert found.metrics["test_frechet_gaussian"] < found.metrics["test_frechet_standard_normal"]
    assert found.metrics["test_precision_training"] > found.metrics["test_precision_standard_normal"]


@pytest.mark.slow
def test_two_runs_are_measured_beside_each_other_the_same_each_time(workspace, few_steps):
    settings = {"data": str(write_npz(workspace / "blobs.npz")), "widths": [16], "code_size": 4, "batch_size": 16}
    first, other = (
        pretrain(PretrainSettings(objective=objective, epochs=20, **settings)).run_id
        for objective in ("plain", "variational")
    )
    asked = EvaluateSettings(task="generation", run=first, beside=other)
    found = evaluate(asked).score
    assert found.metrics == evaluate(asked).score.metrics
    logged = mlflow.get_run(first).data.metrics
    assert {name: logged[f"generation/{name}"] for name in found.metrics} == pytest.approx(found.metrics)
    assert found.metrics["beside_code_gaps_standard_normal"] < 0.2 < found.metrics["code_gaps_standard_normal"]
    assert found.metrics["beside_code_off_centre"] < found.metrics["code_off_centre"]


def test_a_second_run_is_on_the_same_data_and_for_generation_only(in_trained, monkeypatch):
    with pytest.raises(InputError, match="beside: expected none, task probe has no use for it, found '1'"):
        EvaluateSettings(task="probe", beside="1")
    with pytest.raises(InputError, match="beside: expected the id of a run, found ''"):
        EvaluateSettings(task="generation", beside="")
    with pytest.raises(InputError, match=r"beside: expected the id of a run in .*, found 'nothing'"):
        load(EvaluateSettings(task="generation", beside="nothing"))
    known = find.find_stage_one(in_trained.run_id)
    elsewhere = StoredRun("b" * 32, known.parameters | {"dataset_digest": "0", "data": "other.npz"}, known.scaling)
    monkeypatch.setattr(find, "find_stage_one", lambda run_id: elsewhere)
    with pytest.raises(InputError, match=f"same data as {known.run_id} .*, found {'b' * 32}, on other.npz"):
        load(EvaluateSettings(task="generation", run=known.run_id, beside="b" * 32))


def test_a_run_without_a_decoder_cannot_be_drawn_from():
    x, y = blobs(30)
    dataset = build("blobs", Arrays(x, y, x, y))
    encoder, _ = networks.build("dense", (6,), [], 2)
    with pytest.raises(InputError, match="generation expects a stage-one run, found 0+, which has no decoder"):
        generation.score(run(encoder, None, dataset), 0, BesideOptions())


def test_one_test_input_is_too_few():
    x, y = blobs(30)
    dataset = build("blobs", Arrays(x, y, x[:1], y[:1]))
    encoder, decoder = networks.build("dense", (6,), [], 2)
    with pytest.raises(InputError, match="generation expects at least 2 test inputs, found 1 in blobs"):
        generation.score(run(encoder, decoder, dataset), 0, BesideOptions())


@pytest.mark.parametrize(("size", "classes"), [(1, 2), (2, 3), (5, 25)])
def test_codes_are_drawn_where_they_are(size, classes):
    """Circles of the prior around 0, and codes that are not centred off them."""
    codes = normal(100, size)
    codes[:, :2] = 10 + 3 * codes[:, :2]  # the first two principal axes, or all
    figure = generation_plots.codes({"run": codes}, np.arange(100) % classes, [str(c) for c in range(classes)])
    (ax,) = figure.axes
    points = ax.collections[0].get_offsets()
    assert np.linalg.norm(points.mean(axis=0)) == pytest.approx(10 * np.sqrt(min(size, 2)), rel=0.15)
    assert [circle.get_center() for circle in ax.patches] == [(0, 0)] * 3
    for low, high in (ax.get_xlim(), ax.get_ylim()):
        assert low < -3
        assert high > 3
