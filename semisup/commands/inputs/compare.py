"""Read and check the inputs of `compare`."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass

from semisup.commands.inputs.described import described
from semisup.commands.inputs.finetune import find_stage_one, pool_of
from semisup.commands.inputs.pretrain import PretrainInputs
from semisup.commands.inputs.resolved import resolved
from semisup.data.compatibility import check_recipe, check_stage_one
from semisup.data.dataset import Dataset
from semisup.data.label_draw import resolve_budgets
from semisup.errors import InputError
from semisup.runs import store
from semisup.runs.dataset import of_run, of_settings
from semisup.runs.find import StoredRun
from semisup.settings import CompareSettings
from semisup.system import progress


@dataclass(frozen=True)
class ComparedRun:
    """A stage-one run to build on.

    Attributes:
        stage_one: the run.
        dataset: the data.
        budgets: numbers of labels to train with, in rising order.
    """

    stage_one: StoredRun
    dataset: Dataset
    budgets: list[int]


def load(settings: CompareSettings) -> Mapping[str, ComparedRun | PretrainInputs]:
    """Return the stage-one runs to compare methods on, by the names in `settings.stage_one`.

    A run that has to be trained first is returned as its PretrainInputs. Without `settings.stage_one`, there is one run
    with the name "".

    Raises:
        InputError: a run or the data cannot be read, they do not fit, a budget cannot be drawn, or the store cannot be
            written.
    """
    if settings.cluster is not None:
        _check_cluster()
    if settings.stage_one is None:
        return {"": compared_run(settings, settings.run)}
    to_train, compared = settings.to_train(), {}
    dataset = described(of_settings(next(iter(to_train.values())))) if to_train else None
    for name, options in settings.stage_one.items():
        try:
            if name not in to_train:
                compared[name] = compared_run(settings, options["run"])
                continue
            store.check_writable()
            one = to_train[name]
            check_stage_one(dataset, one.network, one.corruption, one.conditional)
            for recipe in settings.recipes.values():
                check_recipe(recipe, dataset, one.network)
            resolve_budgets(dataset, settings.budgets)
            compared[name] = PretrainInputs(resolved(one, dataset, name), dataset)
        except InputError as error:
            raise InputError(f"stage_one: {name}: {error}") from None
    sources = {each.dataset.digest: each.dataset.name for each in compared.values()}
    if len(sources) > 1:
        raise InputError(
            f"stage_one: expected runs on the same data, found {', '.join(sources.values())}; --data says which"
        )
    return compared


def compared_run(settings: CompareSettings, run_id: str | None) -> ComparedRun:
    """Return a finished stage-one run (None: the latest one) with its data.

    Raises:
        InputError: the run or its data cannot be read, or do not fit the methods.
    """
    store.check_writable()
    recipes = settings.recipes.values()
    stage_one = find_stage_one(run_id, recipes)
    if settings.data is None:  # refuse what can be refused without loading the data
        resolve_budgets(pool_of(stage_one), settings.budgets)
    dataset = described(of_run(settings.data, settings.data_dir, stage_one))
    for recipe in recipes:
        check_recipe(recipe, dataset, stage_one.parameters["network"])
    budgets = resolve_budgets(dataset, settings.budgets)
    if settings.budgets is None:
        progress.say(f"budgets: {', '.join(map(str, budgets))} of the {dataset.labelled:,} labels")
    return ComparedRun(stage_one, dataset, budgets)


def _check_cluster() -> None:
    if importlib.util.find_spec("distributed") is None:
        raise InputError("cluster: expected dask.distributed, install it with: pip install 'semisup[cluster]'")
    if store.uri().startswith("sqlite:"):
        raise InputError(
            "cluster: expected MLFLOW_TRACKING_URI to name a server that every machine can reach, found a SQLite file, "
            "which is for one machine"
        )
