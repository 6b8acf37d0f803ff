"""What a comparison of methods works on."""

import dataclasses
import importlib.util

from semisup import store
from semisup.errors import InputError
from semisup.inputs.shared import of_settings
from semisup.inputs.stage_one import StageOneInputs, check_fit
from semisup.inputs.stage_two import StageTwoInputs, budgets_of, check_cells, for_stage_two
from semisup.settings import CompareSettings


def for_comparison(settings: CompareSettings) -> dict[str, StageTwoInputs | StageOneInputs]:
    """What methods are compared on, by the names of `settings.stage_one`; one without a name where there is none.

    Raises:
        InputError: as in `for_stage_one` and `for_stage_two`.
    """
    if settings.cluster is not None:
        _check_cluster()
    if settings.stage_one is None:
        return {"": for_stage_two(settings)}
    to_train, found = settings.to_train(), {}
    dataset = None
    if to_train:
        first = next(iter(to_train.values()))
        dataset = of_settings(first)
    for name, options in settings.stage_one.items():
        try:
            if name in to_train:
                store.check_writable()
                check_fit(to_train[name], dataset)
                check_cells(settings, dataset, to_train[name].network)
                budgets_of(settings, dataset)
                found[name] = StageOneInputs(to_train[name], dataset)
            else:
                on_one = dataclasses.replace(settings, run=options["run"], stage_one=None, reference=None)
                found[name] = for_stage_two(on_one)
        except InputError as error:
            raise InputError(f"stage_one: {name}: {error}") from None
    sources = {each.dataset.digest: each.dataset.name for each in found.values()}
    if len(sources) > 1:
        raise InputError(
            f"stage_one: expected runs on the same data, found {', '.join(sources.values())}; --data says which"
        )
    return found


def _check_cluster() -> None:
    if importlib.util.find_spec("distributed") is None:
        raise InputError("cluster: expected dask.distributed, install it with: pip install 'semisup[cluster]'")
    if store.uri().startswith("sqlite:"):
        raise InputError(
            "cluster: expected MLFLOW_TRACKING_URI to name a server that every machine can reach, found a SQLite file, "
            "which is for one machine"
        )
