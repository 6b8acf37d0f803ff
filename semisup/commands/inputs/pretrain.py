"""Read and check the inputs of `pretrain`."""

import dataclasses
from dataclasses import dataclass

from semisup.commands.inputs import pretrain_distributed
from semisup.commands.inputs.described import described
from semisup.commands.inputs.pretrain_distributed import ClusterInputs
from semisup.commands.inputs.resolved import resolved
from semisup.commands.inputs.resumed import check_data, resumed
from semisup.data.compatibility import check_stage_one
from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.runs import find, store
from semisup.runs.dataset import of_run, of_settings, refuse_conditional
from semisup.settings import PretrainSettings
from semisup.system import threads
from semisup.training.distributed import cluster


@dataclass(frozen=True)
class PretrainInputs:
    """What to train, and the data."""

    settings: PretrainSettings
    dataset: Dataset


def load(settings: PretrainSettings) -> PretrainInputs | ClusterInputs:
    """Return the settings of stage one, with the values that the data decide, and its data.

    If several processes train together, wait until all have joined, and check that they have the same settings and
    data.

    Raises:
        InputError: the data cannot be read or do not fit the network, the store cannot be written, or the processes
            differ.
        PeerError: another process has not joined, or has ended.
    """
    here = cluster.here()
    if here is not None:
        if here.is_chief:
            settings = resumed(settings, "pretrain")
        settings = dataclasses.replace(settings, threads=threads.settle(settings.threads))
        return pretrain_distributed.load(settings, here, _dataset if here.is_chief else read)
    settings = resumed(settings, "pretrain")
    settings = dataclasses.replace(settings, threads=threads.settle(settings.threads))
    dataset = described(_dataset(settings))
    if settings.run is not None and settings.code_size is None:
        settings = dataclasses.replace(settings, code_size=find.find_stage_one(settings.run).parameters["code_size"])
    return PretrainInputs(resolved(settings, dataset), dataset)


def read(settings: PretrainSettings) -> Dataset:
    """Read the data that the settings name. Raise InputError if they cannot be read or do not fit the network.

    This does not look at `settings.run`.
    """
    dataset = of_settings(settings)
    check_stage_one(dataset, settings.network, settings.corruption, settings.conditional)
    return dataset


def _dataset(settings: PretrainSettings) -> Dataset:
    """Check that the store can be written, and read the data, which may be those of the run `settings.run`."""
    store.check_writable()
    if settings.run is None:
        dataset = read(settings)
    else:
        other = find.find_stage_one(settings.run)
        refuse_conditional(other)
        expected = other.parameters["code_size"]
        if settings.code_size not in (None, expected):
            raise InputError(
                f"code_size: expected {expected} as in stage-one run {other.run_id}, found {settings.code_size}"
            )
        dataset = of_run(settings.data, settings.data_dir, other)
        check_stage_one(dataset, settings.network, settings.corruption, settings.conditional)
    check_data(settings, "pretrain", dataset)
    return dataset
