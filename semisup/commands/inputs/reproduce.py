"""Read and check the inputs of `reproduce`."""

import dataclasses
from dataclasses import dataclass

from semisup.commands.inputs import finetune, pretrain
from semisup.commands.inputs.finetune import FinetuneInputs
from semisup.commands.inputs.finetune_reader import ReaderInputs
from semisup.commands.inputs.pretrain import PretrainInputs
from semisup.runs import find, resume
from semisup.runs.find import StoredRun
from semisup.settings import FinetuneSettings, PretrainSettings, ReproduceSettings


@dataclass(frozen=True)
class ReproduceInputs:
    """The run to do again, its settings, and the inputs that they name."""

    run: StoredRun
    settings: PretrainSettings | FinetuneSettings
    inputs: PretrainInputs | FinetuneInputs | ReaderInputs


def load(settings: ReproduceSettings) -> ReproduceInputs:
    """Return the run, its settings and its data.

    Raises:
        InputError: one of them cannot be read, or the data have changed.
    """
    run = find.find_trained(settings.run)
    start = resume.start_of(run.run_id, run.tags)
    recorded = start.options()
    if isinstance(recorded, PretrainSettings):
        inputs = pretrain.load(recorded)
    else:
        recorded = dataclasses.replace(recorded, register=None)  # leave the registered model as it is
        inputs = finetune.load(recorded)
    resume.check_same(run.run_id, start, inputs.dataset)
    return ReproduceInputs(run, recorded, inputs)
