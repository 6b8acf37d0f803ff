"""Stage one on several machines: the processes of a cluster train one autoencoder, whose run the chief keeps."""

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
    """A process that is not the chief: which of how many, and whose run it took part in."""

    worker: int
    workers: int
    chief: str


def pretrain_distributed(inputs: ClusterInputs, lead: Callable[[ClusterInputs], Result]) -> Result | ClusterWorker:
    """Train with as many processes as TF_CONFIG names; each calls this with the same settings.

    The metrics are those of one process with the same batch size, except for rounding.

    Args:
        inputs: of this process.
        lead: what the chief does, which keeps the run.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
        PeerError: another process has ended; the run is marked as FAILED, and can be resumed by all.
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
    handshake.wait_for_all()  # until the chief has kept all: what ends before has failed
    return ClusterWorker(cluster.index, len(cluster.workers), cluster.workers[0])
