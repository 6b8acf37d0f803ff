"""What a reproduction works on."""

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
    """The run to do again, its settings, and what they name."""

    run: StoredRun
    settings: PretrainSettings | FinetuneSettings
    inputs: PretrainInputs | FinetuneInputs | ReaderInputs


def load(settings: ReproduceSettings) -> ReproduceInputs:
    """The run, its settings and its data.

    Raises:
        InputError: one cannot be read, or the data have changed.
    """
    run = find.find_trained(settings.run)
    start = resume.start_of(run.run_id, run.tags)
    known = start.options()
    if isinstance(known, PretrainSettings):
        inputs = pretrain.load(known)
    else:
        known = dataclasses.replace(known, register=None)  # what serves others is left alone
        inputs = finetune.load(known)
    resume.check_same(run.run_id, start, inputs.dataset)
    return ReproduceInputs(run, known, inputs)
