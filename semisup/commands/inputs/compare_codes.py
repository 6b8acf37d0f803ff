"""Read and check the inputs of `compare_codes`."""

from dataclasses import dataclass

from semisup.commands.inputs.described import described
from semisup.commands.inputs.resolved import resolved
from semisup.data.compatibility import check_stage_one
from semisup.data.dataset import Dataset
from semisup.data.label_draw import resolve_budget
from semisup.errors import InputError
from semisup.runs import store
from semisup.runs.dataset import of_settings
from semisup.settings import CompareCodesSettings, PretrainSettings

PROBE_LABELS = 100  # by default


@dataclass(frozen=True)
class CompareCodesInputs:
    """What to train and to compare.

    Attributes:
        stage_one: settings of the stage-one runs to train, by name, with the values that the data decide.
        dataset: the data.
        budget: number of labels that the probes learn from.
    """

    stage_one: dict[str, PretrainSettings]
    dataset: Dataset
    budget: int


def load(settings: CompareCodesSettings) -> CompareCodesInputs:
    """Return the runs that `settings.pretrain` describes, and their data, which are loaded once.

    Raises:
        InputError: the data cannot be read, do not fit a network or have too few labels, or the store cannot be
            written.
    """
    runs = settings.runs()
    dataset = described(of_settings(next(iter(runs.values()))))
    for name, run in runs.items():
        try:
            check_stage_one(dataset, run.network, run.corruption, run.conditional)
            runs[name] = resolved(run, dataset, name)
        except InputError as error:
            raise InputError(f"pretrain: {name}: {error}") from None
    store.check_writable()
    default = max(dataset.classes, min(PROBE_LABELS, resolve_budget(dataset, None)))
    labels = default if settings.labels is None else settings.labels
    return CompareCodesInputs(runs, dataset, resolve_budget(dataset, labels))
