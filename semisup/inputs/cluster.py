"""What stage one works on where several processes share it."""

import dataclasses
from dataclasses import dataclass

from semisup import quiet, resuming
from semisup.data import Dataset
from semisup.distribution import cluster
from semisup.distribution.cluster import Cluster
from semisup.errors import InputError
from semisup.inputs.stage_one import dataset_of_stage_one, for_stage_one
from semisup.settings import PretrainSettings


@dataclass(frozen=True)
class ClusterInputs:
    """The cluster, what all its processes train, and the data."""

    cluster: Cluster
    settings: PretrainSettings
    dataset: Dataset


def for_cluster(settings: PretrainSettings) -> ClusterInputs:
    """The data of stage one, once all processes of the cluster are there and have the same.

    Raises:
        InputError: the port is taken, the data cannot be read or does not fit the network, the store cannot be
            written, processes differ in settings, data, code or versions, or would normalise batches each by itself.
        PeerError: a process has not come, or has ended.
    """
    here = cluster.here()
    if settings.run is not None:
        raise InputError(f"run: expected none with {cluster.VARIABLE}, the workers have no store to find it in")
    cluster.check_port(here)
    follows = settings.resume is not None and not here.is_chief  # whose settings are the chief's
    late = follows or settings.data.startswith("tfds:")  # TensorFlow reads these: its cluster comes first
    dataset = None if late else _read(settings, here)
    quiet.import_tensorflow()
    from semisup.distribution import agreement, devices, peers

    with peers.watched(here):
        devices.join(here)
        agreed = agreement.settings_of_all(resuming.recorded(settings), settings.resume)
        settings = dataclasses.replace(settings, **agreed)
        dataset = dataset or _read(settings, here)
        agreement.data_of_all(dataset.digest)
    return ClusterInputs(here, settings, dataset)


def _read(settings: PretrainSettings, here: Cluster) -> Dataset:
    """The chief's store is looked at as well."""
    if settings.batch_norm:
        raise InputError("batch_norm: expected false where several processes share each batch, found true")
    return for_stage_one(settings) if here.is_chief else dataset_of_stage_one(settings)
