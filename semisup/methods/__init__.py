"""Methods: what stage two does with the labels, one a file.

`method.py` says what a method has to offer, the table `METHODS` in `semisup.settings.methods` lists them. Each file
ends with its `METHOD`, a class: it is prepared once for a stage-one run and its data, and trained on as many label
draws as wanted.
"""

from importlib import import_module

from semisup.data.dataset import Dataset
from semisup.methods.method import Method
from semisup.methods.pretrained import Pretrained
from semisup.settings.methods import METHODS, Recipe


def prepare(pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> Method:
    """The method of a recipe, ready for label draws."""
    module = import_module(METHODS[recipe.method].module or f"semisup.methods.{recipe.method}")
    return module.METHOD(pretrained, dataset, recipe)
