import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsRegressor

from semisup import networks
from semisup.commands.pretrain import pretrain
from semisup.objectives import likelihood, variational
from semisup.settings import PretrainSettings
from semisup.sources import load


def test_the_divergence_from_the_prior_is_what_sampling_finds():
    rng = np.random.default_rng(0)
    mean, log_variance = rng.normal(size=(2, 4, 3)).astype("f4")
    z = mean + np.exp(log_variance / 2) * rng.normal(size=(200_000, 4, 3))
    log_q = (-0.5 * ((z - mean) ** 2 / np.exp(log_variance) + log_variance)).sum(axis=2)
    log_p = (-0.5 * z**2).sum(axis=2)
    np.testing.assert_allclose(likelihood.kl_from_prior(mean, log_variance), (log_q - log_p).mean(axis=0), rtol=0.02)


@pytest.fixture(scope="module")
def probabilistic_pca():
    """A linear variational autoencoder that is probabilistic PCA, its posterior exact (Tipping and Bishop 1999)."""
    rng = np.random.default_rng(0)
    x = (rng.normal(size=(3000, 3)) @ rng.normal(size=(3, 8)) + 0.5 * rng.normal(size=(3000, 8)) + 2).astype("f4")
    pca = PCA(3).fit(x)
    variance = pca.noise_variance_
    loadings = pca.components_.T * np.sqrt(pca.explained_variance_ - variance)  # (8, 3)
    precision = pca.explained_variance_ / variance  # of the posterior, diagonal in this basis
    encoder, decoder = networks.build("linear", (8,), None, 3)
    settings = PretrainSettings(network="linear", objective="variational", likelihood="gaussian", beta=1.0)
    model = variational.training_model(encoder, decoder, *settings.objective_options)
    projection = loadings / (variance * precision)
    encoder.get_layer("code").set_weights([projection, -pca.mean_ @ projection])
    log_variance = model.get_layer("posterior").get_layer("log_variance")
    log_variance.set_weights([np.zeros((8, 3)), -np.log(precision)])
    decoder.layers[1].set_weights([loadings.T, pca.mean_])
    model.get_layer("likelihood").log_deviation.assign(np.log(variance) / 2)
    return model, decoder, x, pca


def test_both_bounds_are_the_log_likelihood_where_the_posterior_is_exact(probabilistic_pca):
    model, decoder, x, pca = probabilistic_pca
    found = likelihood.bounds(model.get_layer("posterior"), decoder, model.get_layer("likelihood"), x, None, 0, 50)
    assert found["test_iwae_50"] == pytest.approx(pca.score(x), abs=1e-3)
    assert found["test_elbo"] == pytest.approx(pca.score(x), abs=0.02)


def test_with_a_wrong_posterior_the_bounds_are_lower_and_more_samples_help(probabilistic_pca):
    model, decoder, x, pca = probabilistic_pca
    log_variance = model.get_layer("posterior").get_layer("log_variance")
    right = log_variance.get_weights()
    log_variance.set_weights([right[0], right[1] + 1.5])
    parts = model.get_layer("posterior"), decoder, model.get_layer("likelihood"), x, None, 0
    one, ten, many = (likelihood.bounds(*parts, samples)[f"test_iwae_{samples}"] for samples in (1, 10, 200))
    elbo = likelihood.bounds(*parts, 200)["test_elbo"]
    log_variance.set_weights(right)
    assert one == pytest.approx(elbo, abs=0.1)
    assert one + 0.3 < ten < many < pca.score(x) + 0.02


@pytest.mark.slow
def test_training_finds_probabilistic_pca(workspace, probabilistic_pca):
    x = probabilistic_pca[2]
    x = (x - x.min()) / np.ptp(x)
    np.savez("a.npz", x=x[:2000], y=np.full(2000, -1), x_test=x[2000:], y_test=np.zeros(1000, int))
    settings = PretrainSettings(
        data="a.npz", network="linear", objective="variational", likelihood="gaussian", code_size=3,
        epochs=60, batch_size=16, learning_rate=2e-2,
    )  # fmt: skip
    metrics = pretrain(settings).metrics
    expected = PCA(3).fit(x[:2000]).score(x[2000:])
    assert metrics["test_elbo"] <= metrics["test_iwae_500"] + 0.02
    assert metrics["test_iwae_500"] == pytest.approx(expected, abs=0.2)
    assert metrics["test_iwae_500"] > PCA(2).fit(x[:2000]).score(x[2000:]) + 0.5  # no code number is idle


def test_bernoulli_inputs_are_drawn_anew_at_each_step_in_training_only():
    layer = variational.Binarise()
    x = np.full((200, 50), 0.3, "f4")
    first, second = np.array(layer(x, training=True)), np.array(layer(x, training=True))
    assert set(np.unique(first)) == {0.0, 1.0}
    assert first.mean() == pytest.approx(0.3, abs=0.02)
    assert (first != second).any()
    np.testing.assert_array_equal(layer(x, training=False), x)


@pytest.mark.slow
def test_a_code_that_undoes_gamma_changes_less_with_it_and_keeps_the_shape_of_an_input(workspace):
    rng = np.random.default_rng(0)
    power, place = np.exp(rng.uniform(-0.3, 0.3, (1500, 1))), rng.uniform(2, 8, (1500, 1))
    x = (np.exp(-((np.arange(10) - place) ** 2) / 8) ** power * 0.9 + 0.05).astype("f4")  # (1500, 10)
    np.savez("a.npz", x=x[:1000], y=np.full(1000, -1), x_test=x[1000:], y_test=np.zeros(500, int))
    settings = {
        "data": "a.npz", "objective": "variational", "likelihood": "gaussian", "code_size": 2, "widths": [32],
        "epochs": 40, "batch_size": 32,
    }  # fmt: skip
    moved = {}
    for corruption in (None, "gamma"):
        encoder = pretrain(PretrainSettings(**settings, corruption=corruption)).encoder
        codes, darker = networks.predict(encoder, x[1000:]), networks.predict(encoder, x[1000:] ** 1.5)
        moved[corruption] = np.linalg.norm(darker - codes, axis=1).mean() / codes.std(axis=0).sum()
        found = KNeighborsRegressor(10).fit(codes[:300], place[1000:1300]).score(codes[300:], place[1300:])
        assert found > 0.9
    assert moved["gamma"] < moved[None] / 2


def test_a_bernoulli_density_is_the_sum_of_log_probabilities():
    target, p = np.array([[1.0, 0, 1]]), np.array([[0.9, 0.2, 0.5]])
    found = likelihood.Likelihood("bernoulli").log_density(target.astype("f4"), p.astype("f4"))
    assert float(found[0]) == pytest.approx(np.log(0.9 * 0.8 * 0.5), rel=1e-5)


@pytest.mark.slow
def test_a_conditional_model_draws_the_chosen_digit(workspace):
    settings = PretrainSettings(objective="variational", conditional=True, epochs=30)
    result = pretrain(settings)
    assert result.encoder.output_shape == (None, 16)
    assert result.decoder.input_shape == (None, 26)
    drawn = variational.draw(result.decoder, 16, 10, rows=20, seed=5)
    assert drawn.shape == (20, 10, 8, 8, 1)
    digits = load("digits")
    judge = LogisticRegression(max_iter=1000).fit(digits.x_train.reshape(-1, 64), digits.y_train)
    predicted = judge.predict(drawn.reshape(-1, 64)).reshape(20, 10)
    assert (predicted == np.arange(10)).mean() > 0.95
