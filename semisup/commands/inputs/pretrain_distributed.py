"""Read and check the inputs of `pretrain` in one of several processes that train together."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from semisup.commands.inputs.resolved import resolved
from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.runs import resume
from semisup.settings import PretrainSettings
from semisup.system import tensorflow_import
from semisup.training.distributed import cluster
from semisup.training.distributed.cluster import Cluster


@dataclass(frozen=True)
class ClusterInputs:
    """The cluster, what all its processes train, and the data."""

    cluster: Cluster
    settings: PretrainSettings
    dataset: Dataset


def load(settings: PretrainSettings, here: Cluster, read: Callable[[PretrainSettings], Dataset]) -> ClusterInputs:
    """Return the settings and data of stage one, once all processes of the cluster have joined and have the same.

    Args:
        settings: settings of this process.
        here: the cluster, as this process sees it.
        read: function that reads the data that settings name.

    Raises:
        InputError: the port is taken, the data cannot be read or does not fit the network, the store cannot be
            written, processes differ in settings, data, code or versions, or `batch_norm` is true, which each process
            would compute on its own part of a batch.
        PeerError: a process has not joined, or has ended.
    """
    if settings.run is not None:
        raise InputError(f"run: expected none with {cluster.VARIABLE}, the workers have no store to find it in")
    cluster.check_port(here)
    follows = settings.resume is not None and not here.is_chief  # it gets its settings from the chief
    late = follows or settings.data.startswith("tfds:")  # TensorFlow reads tfds: data; it has to join the cluster first
    dataset = None if late else _read(settings, read)
    tensorflow_import.import_tensorflow()
    from semisup.training.distributed import devices, handshake, peers

    with peers.watched(here):
        devices.join(here)
        common = handshake.settings_of_all(resume.recorded(settings), settings.resume)
        settings = dataclasses.replace(settings, **common)
        dataset = dataset or _read(settings, read)
        handshake.data_of_all(dataset.digest)
    return ClusterInputs(here, resolved(settings, dataset), dataset)


def _read(settings: PretrainSettings, read: Callable[[PretrainSettings], Dataset]) -> Dataset:
    if settings.batch_norm:
        raise InputError("batch_norm: expected false where several processes share each batch, found true")
    return read(settings)
