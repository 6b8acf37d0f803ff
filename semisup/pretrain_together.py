"""Stage one on several machines: the processes of a cluster train one autoencoder, of which the chief keeps the run."""

from dataclasses import dataclass

import mlflow

from semisup import autoencoder, inputs
from semisup.distribution import agreement, peers
from semisup.errors import PeerError
from semisup.inputs import ClusterInputs
from semisup.pretrain import PretrainResult, pretrain
from semisup.settings import PretrainSettings


@dataclass(frozen=True)
class TookPart:
    """What a process that is not the chief has to tell: which of how many it is, and whose run it was."""

    worker: int
    workers: int
    chief: str


def pretrain_together(settings: PretrainSettings, given: ClusterInputs | None = None) -> PretrainResult | TookPart:
    """Train as `pretrain` does, with as many processes as TF_CONFIG names; each calls this with the same settings.

    The figures are those of one process with the same batch size, but for rounding.

    Raises:
        InputError: as `pretrain`, or the processes differ.
        FloatingPointError: the loss became NaN or infinite.
        PeerError: another process has ended; the run is marked as FAILED, and can be resumed by all.
    """
    given = given or inputs.for_cluster(settings)
    work = _lead if given.cluster.is_chief else _take_part
    with peers.watched(given.cluster):
        return work(given)


def _lead(given: ClusterInputs) -> PretrainResult:
    try:
        with peers.watched(given.cluster):
            result = pretrain(given.settings, given.dataset)
    except PeerError as error:
        run = mlflow.last_active_run()
        raise PeerError(f"{error}; `pretrain --resume {run.info.run_id}` in all processes goes on") from None
    agreement.wait_for_all()
    return result


def _take_part(given: ClusterInputs) -> TookPart:
    settings, dataset, cluster = autoencoder.resolved(given.settings), given.dataset, given.cluster
    new = autoencoder.build(settings, dataset.shape, dataset.classes)
    autoencoder.train(new, settings, dataset.x_train, dataset.y_train, dataset.classes)
    agreement.wait_for_all()  # until the chief has kept all: what ends before has failed
    return TookPart(cluster.index, len(cluster.workers), cluster.workers[0])
