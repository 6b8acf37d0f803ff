"""What a comparison of codes works on."""

from dataclasses import dataclass

from semisup.data.compatibility import check_stage_one
from semisup.data.dataset import Dataset
from semisup.data.label_draw import resolve_budget
from semisup.errors import InputError
from semisup.runs import store
from semisup.runs.dataset import of_settings
from semisup.settings import CompareCodesSettings, PretrainSettings

PROBE_LABELS = 100


@dataclass(frozen=True)
class CompareCodesInputs:
    """Stage-one runs to train, by name, the data, and how many labels to probe their codes with."""

    stage_one: dict[str, PretrainSettings]
    dataset: Dataset
    budget: int


def load(settings: CompareCodesSettings) -> CompareCodesInputs:
    """What `settings.pretrain` names, on one dataset that is loaded once.

    Raises:
        InputError: the data cannot be read, does not fit a network, or has too few labels; or the store cannot be
            written.
    """
    runs = settings.runs()
    dataset = of_settings(next(iter(runs.values())))
    for name, run in runs.items():
        try:
            check_stage_one(dataset, run.network, run.corruption, run.conditional)
        except InputError as error:
            raise InputError(f"pretrain: {name}: {error}") from None
    store.check_writable()
    default = max(dataset.classes, min(PROBE_LABELS, resolve_budget(dataset, 1.0)))
    labels = default if settings.labels is None else settings.labels
    return CompareCodesInputs(runs, dataset, resolve_budget(dataset, labels))
