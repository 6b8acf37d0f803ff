"""The same data through every door: files of tables, files of arrays, and what scikit-learn's users pass to `fit`."""

from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from semisup import sources
from semisup.estimators import inputs
from semisup.model_selection.labels import read_labels
from semisup.settings.sources import TableOptions

CLASSES = {  # and what is no class in an array of that kind
    "texts": (["ant", "bee", "cow", "dog"], ""),
    "numbers": ([0, 1, 2, 3], -1),
    "with gaps": ([1, 2, 7, 10], -1),
    "truth": ([False, True], ""),  # as texts beside a missing one
}
DTYPES = {"texts": "string", "numbers": "Int64", "with gaps": "Int64", "truth": "boolean"}  # in a Parquet file


@st.composite
def data(draw):
    """Inputs, classes by position, which rows have a label, and the kind of the classes."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kind = draw(st.sampled_from(sorted(CLASSES)))
    classes = draw(st.integers(2, len(CLASSES[kind][0])))
    rows, features = draw(st.integers(6 * classes, 40)), draw(st.integers(1, 5))
    x = rng.normal(size=(rows, features)) * 10.0 ** rng.integers(-3, 4, features)
    labelled = rng.random(rows) < draw(st.sampled_from([0.5, 1.0]))
    labelled[: 2 * classes] = True
    return x, np.arange(rows) % classes, labelled, kind


def written(x, c, labelled, kind, suffix=""):
    """Write the files of one set of rows. Return the frame, the labels as `fit` takes them, and the arrays."""
    names, no_label = CLASSES[kind]
    y = [names[n] if has else None for n, has in zip(c, labelled, strict=True)]
    frame = pd.DataFrame(x, columns=[f"column {n}" for n in range(x.shape[1])])
    frame.assign(y=pd.Series(y, dtype=object)).to_csv(f"t{suffix}.csv", index=False)
    frame.assign(y=pd.array(y, dtype=DTYPES[kind])).to_parquet(f"t{suffix}.parquet")
    of_array = [no_label if value is None else value for value in y]
    arrays = {f"x{suffix}": x, f"y{suffix}": np.array(of_array)}
    Path("folder").mkdir(exist_ok=True)
    for name, values in arrays.items():
        np.save(f"folder/{name}.npy", values)
    return frame, y, arrays


def read(name):
    """Read a file as the commands do. Return the classes, the class of each row, and the inputs of the network."""
    found = sources.load(name, table=TableOptions(target="y", test="t_test" + Path(name).suffix))
    return found.class_names, found.y_train, found.x_train[:]


def given_to_fit(x, y):
    """Read what `fit` is given as the estimators do."""
    known, values = read_labels(y)
    classes = np.unique(values)
    codes = np.full(len(known), -1)
    codes[known] = np.searchsorted(classes, values)
    return [str(name) for name in classes.tolist()], codes, inputs.preprocessed(x, inputs.fit_preprocessing(x))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=data())
def test_the_same_data_is_read_alike_everywhere(data, empty):
    x, c, labelled, kind = data
    test = slice(0, 2 * len(set(c)))  # each class twice, with labels
    frame, y, arrays = written(*data)
    *_, of_test = written(x[test], c[test], labelled[test], kind, "_test")
    np.savez("a.npz", **arrays, **of_test)
    tables = [read("t.csv"), read("t.parquet"), given_to_fit(frame, y)]
    others = [read("a.npz"), read("folder"), given_to_fit(x, np.array(y, dtype=object))]
    names = [str(name) for name in CLASSES[kind][0]]
    for family in (tables, others):  # a table has ranks, an array keeps its distances
        for classes, codes, features in family:
            assert sorted(classes) == sorted(names[: max(c) + 1])
            assert [classes[code] if code >= 0 else None for code in codes] == [
                names[n] if has else None for n, has in zip(c, labelled, strict=True)
            ]
            np.testing.assert_allclose(features, family[0][2], atol=1e-6)
