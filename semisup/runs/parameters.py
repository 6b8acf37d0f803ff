"""The parameters of a run: written as text for MLflow, and read back with their types."""

import ast
from collections.abc import Mapping
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from semisup.data.dataset import Dataset
from semisup.settings import FinetuneSettings, PretrainSettings
from semisup.settings.networks import LayerOptions, NetworkOptions
from semisup.settings.options import logged, used
from semisup.settings.pretrain import DataOptions, ObjectiveOptions
from semisup.settings.recipe import Recipe
from semisup.settings.sources import ImageOptions, StreamOptions

ABSENT = "none"  # value of a parameter that does not apply to a run
FACTS = {  # parameters that are no options
    "stage": str,
    "dataset_digest": str,
    "input_shape": tuple,
    "labelled": int,
    "classes": int,
    "scaling": str,
    "leaking_rows": int,
    "workers": int,
    "pretrain_run": str,
    "name": str,
}
# Every run has all of these, so that the UI can compare any runs in its table, groups and charts.
PARAMETERS: dict[str, Any] = FACTS | logged(PretrainSettings) | logged(FinetuneSettings)
# Stage two takes these over from stage one.
INHERITED = [
    name
    for group in (DataOptions, ImageOptions, StreamOptions, NetworkOptions, LayerOptions, ObjectiveOptions)
    for name in logged(group)
]


def flat(parameters: dict[str, Any], dataset: Dataset) -> dict[str, str]:
    """Return all of `PARAMETERS` as text. Those that do not apply are `ABSENT`.

    Raises:
        ValueError: a parameter is none of `PARAMETERS`.
    """
    unknown = set(parameters) - set(PARAMETERS)
    if unknown:
        raise ValueError(f"parameters that not every run has: {sorted(unknown)}")
    values = {key: value for key, value in parameters.items() if value is not None}
    values |= {
        "data": dataset.name,
        "leaking_rows": dataset.leaks,
        "dataset_digest": dataset.digest,
        "input_shape": dataset.shape,
        "labelled": dataset.labelled,
        "classes": dataset.classes,
        "scaling": dataset.scaling.rule,
    }
    return {key: str(values.get(key, ABSENT)) for key in PARAMETERS}


def typed(parameters: Mapping[str, str]) -> dict[str, Any]:
    """Parse the parameters of a run from text. Those that do not apply are left out.

    Raises:
        ValueError: a text is not of the type of its parameter.
    """
    return {
        key: text if _is_text(PARAMETERS.get(key, str)) else ast.literal_eval(text)
        for key, text in parameters.items()
        if text != ABSENT
    }


def _is_text(kind: Any) -> bool:
    """Return whether the values of a type are texts: `str`, a `Literal`, or either of them or None."""
    if get_origin(kind) is Literal:
        return True
    parts = [part for part in get_args(kind) if part is not NoneType]
    return kind is str or (NoneType in get_args(kind) and len(parts) == 1 and _is_text(parts[0]))


def of_pretrain(settings: PretrainSettings) -> dict[str, Any]:
    """Return the parameters of a stage-one run: the options that have an effect."""
    names = logged(PretrainSettings)
    return {name: value for name, value in used(settings).items() if name in names} | {"pretrain_run": settings.run}


def of_recipe(recipe: Recipe, stage_one: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of what stage two trains. `stage_one` holds the parameters of its stage-one run."""
    own = recipe.parameters()
    own["code_size"] = own.get("code_size") or stage_one.get("code_size")
    return {name: stage_one.get(name) for name in INHERITED} | own
