"""DataFrames: read as the commands read a table."""

import pickle

import numpy as np
import pandas as pd
import pytest

from semisup import AutoencoderTransformer, InputError
from semisup.data import columns
from semisup.estimators import inputs
from semisup.settings.sources import TableOptions
from tests.conftest import blobs
from tests.estimators.shared import of

LINEAR = {"network": "linear", "code_size": 3, "epochs": 1, "random_state": 0}


def people(rows=60):
    x, y = blobs(rows)
    frame = pd.DataFrame({"a length": 100 * x[:, 0], "width": x[:, 1]}, index=[f"p{row}" for row in range(rows)])
    frame.loc["p3", "width"] = np.nan
    frame["it's"] = pd.Categorical(np.array(["red", "green", "blue"])[y])
    frame["text"] = np.where(np.arange(rows) % 4, "x", None)
    frame["empty"] = None  # left out
    frame["when"] = pd.date_range("2020-01-01", periods=rows)
    return frame, y


@pytest.fixture(scope="module")
def fitted_to_people():
    return AutoencoderTransformer(**LINEAR).fit(people()[0])


def test_columns_of_every_kind_are_read_as_the_commands_read_them(fitted_to_people):
    frame, _ = people()
    expected = columns.fit(frame, [], TableOptions(), "X")(frame)
    np.testing.assert_array_equal(fitted_to_people._network_inputs(frame), expected)
    again = pickle.loads(pickle.dumps(fitted_to_people))
    np.testing.assert_array_equal(again._network_inputs(frame), expected)
    assert expected.shape[1] == fitted_to_people.encoder_.input_shape[1] > 5, "a feature for each category"
    assert fitted_to_people.n_features_in_ == 6
    assert fitted_to_people.feature_names_in_.tolist() == list(frame.columns)
    assert fitted_to_people.get_feature_names_out().tolist() == [f"autoencodertransformer{i}" for i in range(3)]


def test_new_rows_have_the_same_columns_in_the_same_order(fitted_to_people):
    frame, _ = people()
    code = fitted_to_people.transform(frame)
    unseen = frame.iloc[:1].assign(**{"it's": "violet", "a length": np.nan})
    assert np.isfinite(fitted_to_people.transform(unseen)).all()
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        np.testing.assert_array_equal(fitted_to_people.transform(frame.to_numpy(object)), code)
    for wrong, sentence in (
        (frame[frame.columns[::-1]], "same order as they were in fit"),
        (frame.drop(columns="it's"), "now missing:\n- it's"),
        (frame.assign(shoe=1), "unseen at fit time:\n- shoe"),
        (frame.assign(width="wide"), "X: column 'width' has 'wide' in row p0, expected a number as in the training"),
        (frame.iloc[:0], r"X: expected at least one row and one column, found shape \(0, 6\)"),
    ):
        with pytest.raises(ValueError, match=sentence):
            fitted_to_people.transform(wrong)
    with pytest.raises(InputError, match="inverse_transform: expected an autoencoder of an array, found one of a tab"):
        fitted_to_people.inverse_transform(code)


def test_a_classifier_is_fitted_to_a_table(fitted_to_people):
    frame, truth = people()
    y = pd.Series(np.array(["ant", "bee", "cat"])[truth], frame.index).where(np.arange(60) < 20)
    model = of(fitted_to_people).fit(frame, y)
    assert model.classes_.tolist() == ["ant", "bee", "cat"]
    assert model.feature_names_in_.tolist() == list(frame.columns)
    assert model.score(frame, y) > 0.8  # chance: a third
    with pytest.raises(InputError, match="X: expected 6 features as the autoencoder, found 5"):
        of(fitted_to_people).fit(frame.drop(columns="text"), y)


def test_the_same_column_twice_is_refused():
    frame = people()[0].rename(columns={"width": "a length"})
    with pytest.raises(InputError, match="X: expected each column once, found 'a length' twice"):
        AutoencoderTransformer(**LINEAR).fit(frame)


def test_columns_may_have_numbers_as_names_and_rows_of_pixels_are_no_table(fitted):
    frame = pd.DataFrame(np.random.default_rng(0).integers(0, 256, (60, 4), dtype=np.uint8))
    assert list(inputs.checked(AutoencoderTransformer(), frame, reset=True, table=True).columns) == ["0", "1", "2", "3"]
    images = AutoencoderTransformer(**LINEAR, input_shape=(2, 2)).fit(frame)
    assert images.scaling_.rule == "x / 255"
    of_array = of(fitted).fit(pd.DataFrame(blobs(60)[0]), blobs(60)[1])
    assert of_array.scaling_ is fitted.scaling_, "what a frozen autoencoder was fitted to decides"
