import keras
import numpy as np
import pytest

from semisup.reading import decoder, search, vocabulary

SEVERAL_AND_ONE = [3, 1]  # images: with attention, and with a context vector


def new_decoder(images=3, length=4, symbols=5):
    """One with random weights, scaled up so that its probabilities are far from even."""
    keras.utils.set_random_seed(1)
    model = decoder.build(images, 6, length, symbols, 8, 0.5)
    model.set_weights([2 * weight for weight in model.get_weights()])
    return model


VECTORS = np.random.default_rng(0).normal(size=(7, 3, 6)).astype("float32")


@pytest.mark.parametrize("images", SEVERAL_AND_ONE)
def test_a_step_at_a_time_gives_what_teacher_forcing_gives(images):
    model, vectors = new_decoder(images), VECTORS[:, :images]
    symbols = np.random.default_rng(1).integers(0, 5, (7, 4)).astype("int32")
    wanted = np.asarray(model([vectors, symbols]))
    step = decoder.step(model)
    memory = np.asarray(decoder.remember(model)(vectors))
    states = [np.zeros((7, 8), "float32") for _ in step.inputs[2:]]
    for place in range(4):
        probabilities, *states = map(np.asarray, step([symbols[:, place], memory, *states]))
        np.testing.assert_allclose(probabilities, wanted[:, place], atol=1e-5)


@pytest.mark.parametrize("images", SEVERAL_AND_ONE)
def test_greedy_writes_the_most_probable_symbol_and_a_beam_of_one_the_same(images):
    model, vectors = new_decoder(images), VECTORS[:, :images]
    written = search.greedy(model, vectors)
    told = np.asarray(model([vectors, vocabulary.before(written)]))
    np.testing.assert_array_equal(told.argmax(axis=-1), written)
    for ended, one in zip(written, search.beam(model, vectors, 1), strict=True):
        assert vocabulary.to_texts([one], "korean") == vocabulary.to_texts([ended], "korean")


def test_a_beam_that_is_wide_enough_finds_the_most_probable_of_all_texts():
    model = new_decoder(length=3, symbols=4)
    every = np.array([(a, b, c) for a in range(4) for b in range(4) for c in range(4)], "int32")
    cut = (np.cumsum(every == vocabulary.END, axis=1) - (every == vocabulary.END)) > 0
    every = np.unique(np.where(cut, vocabulary.END, every), axis=0)  # each text once
    scores = [search.log_probability(model, np.repeat(v[None], len(every), 0), every) for v in VECTORS]
    best = every[np.argmax(scores, axis=1)]
    np.testing.assert_array_equal(search.beam(model, VECTORS, 64), best)
    total = np.exp(scores).sum(axis=1)
    np.testing.assert_allclose(total, 1, atol=1e-4)  # the texts are all there are
    greedy = search.log_probability(model, VECTORS, search.greedy(model, VECTORS))
    beam = search.log_probability(model, VECTORS, search.beam(model, VECTORS, 64))
    assert (beam >= greedy - 1e-6).all()
    assert (beam > greedy + 1e-3).any()


def test_attention_is_a_share_of_each_image_for_each_symbol():
    model = new_decoder()
    weights = np.asarray(decoder.attention(model)([VECTORS, np.ones((7, 4), "int32")]))
    assert weights.shape == (7, 4, 3)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-5)


def test_the_order_of_the_images_matters():
    model, symbols = new_decoder(), np.ones((7, 4), "int32")
    there, back = (np.asarray(model([vectors, symbols])) for vectors in (VECTORS, VECTORS[:, ::-1]))
    assert np.abs(there - back).max() > 1e-2
