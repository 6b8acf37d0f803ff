"""What stage one works on where several processes share it."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

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
    """The data of stage one, once all processes of the cluster have come and have the same.

    Args:
        settings: of this process.
        here: its cluster.
        read: the data that settings name.

    Raises:
        InputError: the port is taken, the data cannot be read or does not fit the network, the store cannot be
            written, processes differ in settings, data, code or versions, or would normalise batches each by itself.
        PeerError: a process has not come, or has ended.
    """
    if settings.run is not None:
        raise InputError(f"run: expected none with {cluster.VARIABLE}, the workers have no store to find it in")
    cluster.check_port(here)
    follows = settings.resume is not None and not here.is_chief  # whose settings are the chief's
    late = follows or settings.data.startswith("tfds:")  # TensorFlow reads these: its cluster comes first
    dataset = None if late else _read(settings, read)
    tensorflow_import.import_tensorflow()
    from semisup.training.distributed import devices, handshake, peers

    with peers.watched(here):
        devices.join(here)
        agreed = handshake.settings_of_all(resume.recorded(settings), settings.resume)
        settings = dataclasses.replace(settings, **agreed)
        dataset = dataset or _read(settings, read)
        handshake.data_of_all(dataset.digest)
    return ClusterInputs(here, settings, dataset)


def _read(settings: PretrainSettings, read: Callable[[PretrainSettings], Dataset]) -> Dataset:
    if settings.batch_norm:
        raise InputError("batch_norm: expected false where several processes share each batch, found true")
    return read(settings)
