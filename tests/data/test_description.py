import numpy as np

from semisup.data import description
from semisup.data.dataset import Arrays, build
from tests.conftest import blobs


def test_rows_labels_classes_and_scaling_are_said():
    x, y = blobs(1200)
    y[90:] = -1
    names = ["red", "green", "blue"]
    told = description.sentences(build("a", Arrays(10 * x, y, *blobs(30, seed=1), names, notes=("a guess",))))
    assert told == [
        "a: 1,200 training rows, 90 with a label and 1,110 without; 30 test rows, from the test set",
        "classes: red 30, green 30, blue 30",
        "inputs: 6 numbers; scaled by: each column from its training range",
        "a guess",
    ]


def test_held_out_rows_pictures_and_missing_labels_are_said():
    pictures = np.zeros((50, 4, 5, 3), np.uint8)
    told = description.sentences(build("p", Arrays(pictures, np.full(50, -1), skipped=["notes.txt: not a picture"])))
    assert told == [
        "p: 40 training rows, 0 with a label and 40 without; 10 test rows, held out from these, since no test set is "
        "given",
        "classes: none, since no row has a label",
        "inputs: pictures of 4 × 5 pixels, in colour, 8 bits; scaled by: x / 255",
        "left out as no pictures: 1, the first notes.txt: not a picture",
    ]


def test_of_many_classes_the_first_are_named():
    x, y = np.random.default_rng(0).uniform(size=(100, 3)), np.arange(100) % 25
    told = description.sentences(build("m", Arrays(x, y, x[:25], y[:25])))
    assert told[1].startswith("classes: 0 4, 1 4, ")
    assert told[1].endswith("19 4 and 5 more")
