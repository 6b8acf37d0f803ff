"""Methods: what stage two does with the labels, one method in each file.

`method.py` defines the interface of a method. The table `METHODS` in `semisup.settings.methods` lists all methods. Each
file ends with `METHOD`, the class of its method. An instance is prepared once for a stage-one run and its data, and can
then be trained on any number of label draws.
"""

from importlib import import_module

from semisup.data.dataset import Dataset
from semisup.methods.method import Method
from semisup.methods.pretrained import Pretrained
from semisup.settings.methods import METHODS
from semisup.settings.recipe import Recipe


def prepare(pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> Method:
    """Build the method that a recipe names, ready to be trained on label draws."""
    module = import_module(METHODS[recipe.method].module or f"semisup.methods.{recipe.method}")
    return module.METHOD(pretrained, dataset, recipe)
