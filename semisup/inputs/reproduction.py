"""What a reproduction works on."""

import dataclasses
from dataclasses import dataclass

from semisup import resuming, stored_runs, threads
from semisup.data import Dataset
from semisup.inputs.reader import for_reader
from semisup.inputs.stage_one import for_stage_one
from semisup.inputs.stage_two import StageTwoInputs, for_stage_two
from semisup.settings import FinetuneSettings, PretrainSettings, ReproduceSettings
from semisup.stored_runs import StoredRun


@dataclass(frozen=True)
class ReproductionInputs:
    """The run to do again, its settings, and what they name."""

    run: StoredRun
    settings: PretrainSettings | FinetuneSettings
    given: Dataset | StageTwoInputs


def for_reproduction(settings: ReproduceSettings) -> ReproductionInputs:
    """The run, its settings and its data.

    Raises:
        InputError: one cannot be read, or the data have changed.
    """
    run = stored_runs.find_trained(settings.run)
    start = resuming.start_of(run.run_id, run.tags)
    known = resuming.COMMANDS[start.command](**start.settings)
    threads.pin(known.threads)
    if isinstance(known, PretrainSettings):
        given = dataset = for_stage_one(known)
    else:
        known = dataclasses.replace(known, register=None)  # what serves others is left alone
        given = for_reader(known) if known.head == "reader" else for_stage_two(known)
        dataset = given.dataset
    resuming.check_same(run.run_id, start, dataset)
    return ReproductionInputs(run, known, given)
