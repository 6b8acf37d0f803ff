"""A trainer whose steps are shared by the replicas of a `tf.distribute` strategy.

In Keras 3, `fit` does not run under `MultiWorkerMirroredStrategy`; a custom loop does.
"""

import keras
import numpy as np
import tensorflow as tf

from semisup.training.distributed import collectives, devices, global_batch
from semisup.training.trainer import Trainer

SUM = tf.distribute.ReduceOp.SUM


class DistributedTrainer(Trainer):
    """A `Trainer` under a strategy. Create it, its model and its optimiser in the scope of the strategy.

    Its batches are those of `sharding.with_counts`: ((inputs, number of rows of the whole batch), targets); inputs and
    targets are the rows of this process. Each loss must be a mean over rows, or a function of means over the whole
    batch that `global_batch.mean` has computed.
    """

    guarded = False  # all replicas would have to agree before each step that the loss is finite

    def __init__(self, model: keras.Model, loss: keras.losses.Loss | None, optimizer: keras.Optimizer) -> None:
        """As `Trainer`; `loss` must have the reduction "sum_over_batch_size"."""
        super().__init__(model, loss, optimizer)
        self._strategy = tf.distribute.get_strategy()
        self._step = self._shared_step
        self._state_taken = False

    def take(self, state: list[np.ndarray]) -> None:
        super().take(state)
        self._state_taken = True

    def _begin(self, steps: int) -> tuple[float, int]:
        """As `Trainer._begin`. Only the chief has checkpoints, so the other processes get its values and its state."""
        total, done = super()._begin(steps)
        if not collectives.several_processes():
            return total, done
        values = [np.array(value) for value in (float(total), float(done), self._state_taken)]
        total, done, taken = collectives.from_chief(values)
        if taken:
            super().take(collectives.from_chief(self.state()))
        self._state_taken = False
        return float(total), int(done)

    def _shared_step(self, inputs: tuple, targets: tf.Tensor) -> tf.Tensor:
        losses = self._strategy.run(self._replica_step, args=(*inputs, targets))
        return self._strategy.experimental_local_results(losses)[0]  # the same on all replicas

    def _replica_step(self, inputs: tf.Tensor | tuple, rows: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """Compute the gradient of this replica's rows, take the step of the whole batch and return its loss."""
        replica = tf.distribute.get_replica_context()
        number, replicas = replica.replica_id_in_sync_group, self._strategy.num_replicas_in_sync
        here = devices.here(self._strategy)
        own = global_batch.share(rows, number, number, replicas)
        before = number // here * here * rows // replicas  # rows of the processes before this one
        inputs, targets = tf.nest.map_structure(
            lambda values: values[own.start - before : own.stop - before], (inputs, targets)
        )
        with tf.GradientTape() as tape, global_batch.shared(own):
            predictions = self.model(inputs, training=True)
            loss = sum(self.model.losses)
            if self.loss is not None:  # not self.loss(...), which would divide by the number of replicas
                loss += tf.reduce_mean(self.loss.call(targets, predictions))
            loss *= own.weight
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)  # adds up the gradients of all replicas
        return replica.all_reduce(SUM, loss)
