"""Methods: what stage two does with the labels, one a file.

A method is one class, prepared once for a stage-one run and its data and trained on as many label draws as wanted; see
`method.Method`.
"""

import dataclasses

from semisup.data import Dataset
from semisup.methods.consistency import Consistency
from semisup.methods.graph import Graph
from semisup.methods.joint import Joint
from semisup.methods.ladder import Ladder
from semisup.methods.method import Method
from semisup.methods.self_training import SelfTraining
from semisup.methods.supervised import Supervised
from semisup.settings import FinetuneSettings
from semisup.stage_one import StageOne

METHODS: dict[str, type[Method]] = {
    "supervised": Supervised,
    "joint": Joint,
    "graph": Graph,
    "self_training": SelfTraining,
    "consistency": Consistency,
    "ladder": Ladder,
}


def resolved(settings: FinetuneSettings) -> FinetuneSettings:
    """The settings with the method's own number of steps where they give none."""
    return dataclasses.replace(settings, steps=settings.steps or METHODS[settings.method].STEPS or None)


def prepare(stage_one: StageOne, dataset: Dataset, settings: FinetuneSettings) -> Method:
    """The method that the settings name, ready for label draws."""
    return METHODS[settings.method](stage_one, dataset, resolved(settings))
