"""Objectives: what stage one minimises, one a file.

`objective.py` says what an objective has to offer, the table `OBJECTIVES` in `semisup.settings.objectives` lists them.
Each file ends with its `OBJECTIVE`. Whatever an objective corrupts, samples or penalises lives in its training model:
encoder and decoder stay functional models of stock layers, the same for stage two whatever they were trained by.
"""

from importlib import import_module

from semisup.objectives.objective import Objective
from semisup.settings.objectives import OBJECTIVES


def objective_of(name: str) -> Objective:
    """The objective of a row of the table."""
    return import_module(OBJECTIVES[name].module or f"semisup.objectives.{name}").OBJECTIVE
