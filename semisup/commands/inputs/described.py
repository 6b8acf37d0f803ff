"""Tell the user what was read, before anything is done with it."""

from semisup.data import description
from semisup.data.dataset import Dataset
from semisup.system import progress


def described(dataset: Dataset) -> Dataset:
    """Print what was read, and return it."""
    for sentence in description.sentences(dataset):
        progress.say(sentence)
    return dataset
