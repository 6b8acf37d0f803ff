"""Read and check the inputs of `finetune`."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from semisup.commands.inputs import finetune_reader
from semisup.commands.inputs.described import described
from semisup.commands.inputs.finetune_reader import ReaderInputs
from semisup.commands.inputs.resumed import check_data, resumed
from semisup.data.compatibility import check_recipe
from semisup.data.dataset import Dataset
from semisup.data.label_draw import LabelPool, label_draw, resolve_budget, split_off
from semisup.errors import InputError
from semisup.runs import find, store
from semisup.runs.dataset import of_run, refuse_conditional
from semisup.runs.find import StoredRun
from semisup.settings import FinetuneSettings
from semisup.settings.methods import GraphRunOptions
from semisup.settings.recipe import Recipe
from semisup.system import progress, threads


@dataclass(frozen=True)
class FinetuneInputs:
    """What stage two trains.

    Attributes:
        settings: the settings, those of the run itself if it is resumed.
        stage_one: the stage-one run to build on.
        dataset: the data.
        budget: number of labels to draw.
    """

    settings: FinetuneSettings
    stage_one: StoredRun
    dataset: Dataset
    budget: int


def load(settings: FinetuneSettings) -> FinetuneInputs | ReaderInputs:
    """Return the stage-one run to build on, and its data or the data that the settings name.

    Raises:
        InputError: the run or the data cannot be read, the data do not have the encoder's shape, stage one may have
            seen their test set, the budget cannot be drawn from them, or the store cannot be written.
    """
    settings = resumed(settings, "finetune")
    settings = dataclasses.replace(settings, threads=threads.settle(settings.threads))
    if settings.head == "reader":
        inputs = finetune_reader.load(settings)
        check_data(settings, "finetune", inputs.dataset)
        return inputs
    store.check_writable()
    stage_one = find_stage_one(settings.run, [settings.recipe])
    if settings.data is None:  # refuse what can be refused without loading the data
        resolve_budget(pool_of(stage_one), settings.labels)
    dataset = described(of_run(settings.data, settings.data_dir, stage_one))
    check_recipe(settings.recipe, dataset, stage_one.parameters["network"])
    budget = resolve_budget(dataset, settings.labels)
    if settings.labels is None:
        progress.say(f"labels: all {budget:,} of the training rows")
    check_data(settings, "finetune", dataset)
    split_off(dataset, label_draw(dataset, budget, settings.draw), settings.calibrate, settings.draw)
    settings = dataclasses.replace(settings, run=stage_one.run_id)  # record its id: later, another run is the latest
    return FinetuneInputs(settings, stage_one, dataset, budget)


def find_stage_one(run_id: str | None, recipes: Iterable[Recipe]) -> StoredRun:
    """Return the stage-one run that recipes build on. Without an id, return the latest one.

    Raises:
        InputError: there is no such run, it has seen labels, or a recipe names further runs that are not on its data.
    """
    stage_one = find.find_stage_one(run_id)
    refuse_conditional(stage_one)
    for recipe in recipes:
        if GraphRunOptions in recipe.options:
            _check_graph_runs(recipe[GraphRunOptions].graph_runs, stage_one)
    return stage_one


def pool_of(stage_one: StoredRun) -> LabelPool:
    """Return what a run has recorded about the labels of its data. The data need not be loaded."""
    return LabelPool(*(stage_one.parameters[name] for name in ("data", "labelled", "classes")))


def _check_graph_runs(run_ids: list[str], stage_one: StoredRun) -> None:
    """Raise InputError unless each is another stage-one run on the data of the first."""
    known, digest = {stage_one.run_id}, stage_one.parameters["dataset_digest"]
    for run_id in run_ids:
        try:
            run = find.find_stage_one(run_id)
            refuse_conditional(run)
        except InputError as error:
            raise InputError(f"graph_runs: {error}") from None
        if run_id in known:
            raise InputError(f"graph_runs: expected runs other than {stage_one.run_id}, each once, found {run_id}")
        if run.parameters["dataset_digest"] != digest:
            raise InputError(
                f"graph_runs: expected a run on the data of {stage_one.run_id}, {stage_one.parameters['data']} "
                f"({digest}), found {run_id} on {run.parameters['data']} ({run.parameters['dataset_digest']})"
            )
        known.add(run_id)
