"""`describe`: say what is read from a source of data, without training."""

from semisup.commands.inputs.describe import load
from semisup.data import description
from semisup.data.dataset import Dataset
from semisup.settings import DescribeSettings
from semisup.system.progress import printer


def describe(settings: DescribeSettings, dataset: Dataset | None = None) -> list[str]:
    """Print what is read: rows, labels, classes, inputs, scaling, and what was guessed. Return the sentences.

    Commands that train, compare, score, index or suggest print the same before they begin.

    Args:
        settings: the source, and how to read it.
        dataset: what the settings name, if it has been read already.

    Raises:
        InputError: the data cannot be read.
    """
    found = description.sentences(dataset or load(settings))
    for sentence in found:
        printer.print(sentence, soft_wrap=True, markup=False)
    return found
