"""Objectives: what stage one minimises, one objective in each file.

`objective.py` defines the interface of an objective. The table `OBJECTIVES` in `semisup.settings.objectives` lists all
objectives. Each file ends with its `OBJECTIVE`. All corruption, sampling and penalties live in the training model of an
objective. Encoder and decoder stay functional models of stock Keras layers, so stage two treats all of them alike.
"""

from importlib import import_module

from semisup.objectives.objective import Objective
from semisup.settings.objectives import OBJECTIVES


def objective_of(name: str) -> Objective:
    """Return the objective that the table `OBJECTIVES` lists under this name."""
    return import_module(OBJECTIVES[name].module or f"semisup.objectives.{name}").OBJECTIVE
