"""Stage one on several machines: the processes of a cluster train one autoencoder, and the chief logs the run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import mlflow

from semisup.commands.inputs.pretrain_distributed import ClusterInputs
from semisup.errors import PeerError
from semisup.objectives import autoencoder
from semisup.training.distributed import handshake, peers

Result = TypeVar("Result")


@dataclass(frozen=True)
class ClusterWorker:
    """A process of the cluster that is not the chief.

    Attributes:
        worker: its index.
        workers: how many processes there are.
        chief: address of the chief, which has logged the run.
    """

    worker: int
    workers: int
    chief: str


def pretrain_distributed(inputs: ClusterInputs, lead: Callable[[ClusterInputs], Result]) -> Result | ClusterWorker:
    """Train with all processes that TF_CONFIG names. Each of them calls this with the same settings.

    The metrics are those of one process with the same batch size, except for rounding.

    Args:
        inputs: inputs of this process.
        lead: function that the chief calls. It trains and logs the run.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
        PeerError: another process has ended. The run is marked as FAILED, and all processes can resume it together.
    """
    with peers.watched(inputs.cluster):
        return _lead(inputs, lead) if inputs.cluster.is_chief else _take_part(inputs)


def _lead(inputs: ClusterInputs, lead: Callable[[ClusterInputs], Result]) -> Result:
    try:
        with peers.watched(inputs.cluster):
            result = lead(inputs)
    except PeerError as error:
        run = mlflow.last_active_run()
        raise PeerError(f"{error}; `pretrain --resume {run.info.run_id}` in all processes goes on") from None
    handshake.wait_for_all()
    return result


def _take_part(inputs: ClusterInputs) -> ClusterWorker:
    settings, dataset, cluster = inputs.settings, inputs.dataset, inputs.cluster
    new = autoencoder.build(settings, dataset.shape, dataset.classes)
    autoencoder.train(new, settings, dataset.x_train, dataset.y_train, dataset.classes)
    handshake.wait_for_all()  # for the chief to log everything: a process that ends earlier counts as failed
    return ClusterWorker(cluster.index, len(cluster.workers), cluster.workers[0])
