import keras
import numpy as np
import pytest

from semisup import networks
from semisup.data.dataset import Arrays, build
from semisup.methods import prepare, self_training
from semisup.methods.pretrained import Pretrained
from semisup.methods.self_training import most_confident
from semisup.settings import FinetuneSettings
from tests.conftest import blobs

SETTINGS = FinetuneSettings(method="self_training", head_widths=[], steps=20, rounds=2)
ROWS = np.arange(15)


@pytest.fixture
def method(monkeypatch):
    monkeypatch.setattr(self_training, "TRUSTED", 0.5)
    x, y = blobs(150)
    dataset = build("blobs", Arrays(x, y, *blobs(90, seed=2)))
    keras.utils.set_random_seed(5)
    return prepare(Pretrained(*networks.build("dense", (6,), [8], 4), dataset), dataset, SETTINGS.recipe)


def trained_on(method, monkeypatch):
    """The inputs and targets of every round of a fit."""
    rounds = []

    def fit(classifier, inputs, targets, *_):
        rounds.append((inputs, targets))

    monkeypatch.setattr(self_training.NetworkClassifier, "fit", fit)
    return rounds


def test_the_first_round_trusts_a_share_of_the_labels_and_later_ones_take_shares_for_all_inputs(method, monkeypatch):
    rounds = trained_on(method, monkeypatch)
    x, y = blobs(150)
    method.fit(ROWS, y[ROWS], 0, 0)
    (few, certain), (everything, shares) = rounds
    assert len(few) == pytest.approx(75 + 15 / 2, abs=8)
    assert set(np.unique(certain)) == {0.0, 1.0}
    np.testing.assert_array_equal(everything, x)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)
    assert ((shares > 0) & (shares < 1)).any()
    np.testing.assert_array_equal(shares[ROWS], np.eye(shares.shape[1])[y[ROWS]])
    assert [part["trusted"] for part in method.history] == [len(few) / 150, 1.0]


@pytest.mark.slow
def test_later_labels_are_spread_over_the_neighbours_in_both_codes(method, monkeypatch):
    graphs, spread = [], self_training.spread

    def seen(graph, *rest):
        graphs.append(graph)
        return spread(graph, *rest)

    monkeypatch.setattr(self_training, "spread", seen)
    method.fit(ROWS, blobs(150)[1][ROWS], 0, 0)
    (graph,), first = graphs, method._graph.adjacency
    learned = graph - first
    assert learned.min() >= 0
    assert (learned > 0).sum(axis=1).min() >= SETTINGS.neighbours
    assert abs(learned - first).max() > 0


def test_where_classifier_and_graph_have_nothing_in_common_the_classifier_is_asked(method, monkeypatch):
    rounds = trained_on(method, monkeypatch)
    _, y = blobs(150)
    says = np.tile(np.float32([0.9, 0.1, 0]), (150, 1))
    monkeypatch.setattr(self_training.NetworkClassifier, "predict", lambda *_: says)
    monkeypatch.setattr(self_training, "spread", lambda *_: (np.tile([0.0, 0.0, 1.0], (150, 1)), 0))
    method.fit(ROWS, y[ROWS], 0, 0)
    np.testing.assert_allclose(rounds[1][1][len(ROWS) :], says[len(ROWS) :])


def test_of_each_class_the_most_confident_fraction_is_chosen_and_at_least_one():
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4], [0.45, 0.55]])
    np.testing.assert_array_equal(most_confident(probabilities, 0.5), [True, True, False, False, True])
