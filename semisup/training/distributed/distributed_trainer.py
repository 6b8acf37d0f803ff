"""A trainer whose steps are shared by the replicas of a `tf.distribute` strategy.

Keras' `fit` does not run under `MultiWorkerMirroredStrategy` in Keras 3, a loop of one's own does.
"""

import keras
import numpy as np
import tensorflow as tf

from semisup.training.distributed import collectives, devices, global_batch
from semisup.training.trainer import Trainer

SUM = tf.distribute.ReduceOp.SUM


class DistributedTrainer(Trainer):
    """A `Trainer` of the same contract. It is made, as are its model and its optimiser, in the scope of a strategy.

    Its batches are of `batches.shared`: ((inputs, rows of the whole batch), targets), inputs and targets being the rows
    of this process. Of the losses each must be a mean over rows, or a function of such means that `global_batch.mean`
    has made.
    """

    guarded = False  # replicas would have to agree on it before the step

    def __init__(self, model: keras.Model, loss: keras.losses.Loss | None, optimizer: keras.Optimizer) -> None:
        """As `Trainer`; the loss has the reduction "sum_over_batch_size"."""
        super().__init__(model, loss, optimizer)
        self._strategy = tf.distribute.get_strategy()
        self._step = self._shared_step
        self._taken = False

    def take(self, state: list[np.ndarray]) -> None:
        super().take(state)
        self._taken = True

    def _begin(self, steps: int) -> tuple[float, int]:
        """What the chief has behind it, which alone keeps anything."""
        begun = super()._begin(steps)
        if not collectives.several_processes():
            return begun
        total, done, taken = collectives.from_chief([np.array(value) for value in (*map(float, begun), self._taken)])
        if taken:
            super().take(collectives.from_chief(self.state()))
        self._taken = False
        return float(total), int(done)

    def _shared_step(self, inputs: tuple, targets: tf.Tensor) -> tf.Tensor:
        losses = self._strategy.run(self._replica_step, args=(*inputs, targets))
        return self._strategy.experimental_local_results(losses)[0]  # the same in all

    def _replica_step(self, inputs: tf.Tensor | tuple, rows: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """Take the step of the whole batch and return its loss."""
        replica = tf.distribute.get_replica_context()
        number, replicas = replica.replica_id_in_sync_group, self._strategy.num_replicas_in_sync
        here = devices.here(self._strategy)
        own = global_batch.share(rows, number, number, replicas)
        before = number // here * here * rows // replicas  # rows of the processes before this one
        inputs, targets = tf.nest.map_structure(
            lambda part: part[own.start - before : own.stop - before], (inputs, targets)
        )
        with tf.GradientTape() as tape, global_batch.shared(own):
            predictions = self.model(inputs, training=True)
            loss = sum(self.model.losses)
            if self.loss is not None:  # called as a whole it would divide by the number of replicas
                loss += tf.reduce_mean(self.loss.call(targets, predictions))
            loss *= own.weight
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)  # adds up the gradients of all replicas
        return replica.all_reduce(SUM, loss)
