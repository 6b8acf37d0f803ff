import json

import numpy as np
import pandas as pd
import pytest

from semisup.data import text_features
from semisup.data.text_features import TextFeatures

ANIMALS = ["the cat sat on the mat", "a cat and a dog sat", "the dog chased the cat", "dogs chase cats and cats sit"]
MONEY = [
    "the bank raised its rates",
    "rates of the bank fell",
    "a bank and its rates rise",
    "banks raise the rate again",
]
TEXTS = pd.Series(ANIMALS * 5 + MONEY * 5)


@pytest.fixture(scope="module")
def fitted():
    return text_features.fit(TEXTS)


def test_texts_that_share_words_are_near(fitted):
    x = fitted(pd.Series(["a cat sat", "the cat chased a dog", "its bank raised the rates"]))
    assert x.dtype == np.float32
    assert x.min() >= 0
    assert x.max() <= 1
    near, far = np.linalg.norm(x[0] - x[1]), np.linalg.norm(x[0] - x[2])
    assert near < far


def test_a_word_in_another_form_is_near(fitted):
    x = fitted(pd.Series(["cats", "cat", "rates"]))  # by the pieces that they share
    assert np.linalg.norm(x[0] - x[1]) < np.linalg.norm(x[0] - x[2])


def test_nearly_all_training_texts_are_within_the_range(fitted):
    x = fitted(TEXTS)
    np.testing.assert_allclose(x.mean(axis=0), 0.5, atol=0.01)
    assert ((x > 0) & (x < 1)).mean() > 0.99


def test_it_survives_json_to_the_last_bit(fitted):
    again = TextFeatures.from_json(json.loads(json.dumps(fitted.to_json())))
    np.testing.assert_array_equal(again(TEXTS), fitted(TEXTS))


@pytest.mark.parametrize(
    "change", [{"weights": ""}, {"terms": [["a"], []]}, {"mean": "AAA"}, {"scale": None}, {"terms": [[1], []]}]
)
def test_a_damaged_summary_is_refused(fitted, change):
    with pytest.raises(ValueError, match=r".+"):
        TextFeatures.from_json(fitted.to_json() | change)


@pytest.mark.parametrize(
    "texts", [["a b c"] * 3, ["", "", "one two three"], ["!?", "...", "—"], ["好的", "不好", "很好"]]
)
def test_odd_texts_do_no_harm(texts):
    x = text_features.fit(pd.Series(texts))(pd.Series([*texts, "", "unseen words"]))
    assert np.isfinite(x).all()
    assert len(x) == len(texts) + 2
