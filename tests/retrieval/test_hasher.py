import keras
import numpy as np
import pytest

from semisup import networks
from semisup.errors import InputError
from semisup.graphs import neighbours
from semisup.retrieval import diffusion, hasher, itq
from tests.conftest import blobs


@pytest.fixture(scope="module")
def encoded():
    keras.utils.set_random_seed(0)
    encoder, _ = networks.build("linear", (6,), None, 4)
    x, y = blobs(300)
    return encoder, x, y, networks.predict(encoder, x)


def test_rotation_loses_less_than_the_principal_components_signs():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 16)) * np.linspace(3, 0.2, 16)
    found = itq.fit(x, 8, seed=0)
    _, vectors = np.linalg.eigh(np.cov(x.T))
    plain = (x - x.mean(axis=0)) @ vectors[:, ::-1][:, :8]

    def lost(projected):
        return np.square(np.where(projected > 0, 1, -1) - projected / projected.std()).mean()

    np.testing.assert_allclose(found.matrix.T @ found.matrix, np.eye(8), atol=1e-5)
    np.testing.assert_allclose(np.square(found(x)).sum(), np.square(plain).sum(), rtol=1e-4)  # the same subspace
    assert lost(found(x)) < 0.95 * lost(plain)


@pytest.mark.slow
def test_bits_of_the_graph_tell_clusters_apart_for_new_inputs_too(encoded, monkeypatch):
    encoder, x, y, codes = encoded
    monkeypatch.setattr(hasher, "STEPS", 400)
    positions = hasher.graph_positions(codes, 8, seed=0)
    model = hasher.by_graph(encoder, codes, positions, 8, seed=0)
    new, y_new = blobs(90, seed=1)
    bits, bits_new = hasher.codes_and_bits(model, x)[1], hasher.codes_and_bits(model, new)[1]
    distances = (bits_new[:, None] != bits[None]).sum(axis=2)  # (90, 300)
    same = y_new[:, None] == y[None]
    assert distances[same].mean() < 0.4 * distances[~same].mean()


def test_positions_on_a_line_are_cosines_along_it():
    line = np.arange(60, dtype=np.float32)[:, None]
    found = diffusion.positions(neighbours.adjacency(neighbours.self_search(line, 4)), 2, seed=0)
    for number in (1, 2):  # the slowest modes of a random walk between two walls
        cosine = np.cos(number * np.pi * (line[:, 0] + 0.5) / 60)
        assert abs(np.corrcoef(found[:, number - 1], cosine)[0, 1]) > 0.99
    assert found[:, 0].std() > 1.1 * found[:, 1].std()  # fifty steps leave less of the faster one


def test_itq_and_rounding_say_what_they_cannot_do(encoded):
    encoder, *_, codes = encoded
    with pytest.raises(InputError, match="bits: expected at most 4 from itq, the size of the code, found 8"):
        hasher.by_itq(encoder, codes, 8, seed=0)
    with pytest.raises(InputError, match="rounding expects a run of the hashing objective"):
        hasher.by_rounding(encoder)


def test_models_give_the_code_and_the_bits_that_were_fitted(encoded):
    encoder, x, _, codes = encoded
    found = hasher.codes_and_bits(hasher.by_itq(encoder, codes, 3, seed=0), x)
    np.testing.assert_allclose(found[0], codes, rtol=1e-5)
    assert (found[1] == (itq.fit(codes, 3, seed=0)(codes) > 0)).mean() > 0.99
    keras.utils.set_random_seed(0)
    binary, _ = networks.build("dense", (6,), [8], 8, code_activation="sigmoid")
    real, bits = hasher.codes_and_bits(hasher.by_rounding(binary), x)
    np.testing.assert_array_equal(bits, real > 0.5)
