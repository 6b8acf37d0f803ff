"""Consistency: a confident class of a weak view of an unlabelled input is the target for a strong view of it (FixMatch,
Sohn et al. 2020), with distribution alignment (Berthelot et al. 2020) and averaged weights.

The labelled inputs are the true ones, or besides them those that the graph of stage one's codes is most sure of. Images
are augmented: the weak view as the settings say, the strong one twice as much and with a cutout; vectors lose features
or swap them in the strong view.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from semisup import networks
from semisup.data.augmentation import augment
from semisup.data.batches import enough
from semisup.data.dataset import Dataset
from semisup.methods.graph import Graph
from semisup.methods.network_classifier import NetworkClassifier
from semisup.methods.pretrained import Pretrained
from semisup.methods.self_training import TRUSTED, most_confident
from semisup.settings.methods import FirstLabelOptions, GraphOptions, Recipe, StepOptions, TuningOptions
from semisup.system.progress import Report, silent
from semisup.training.trainer import Trainer

UNLABELLED_A_LABELLED = 2  # unlabelled inputs in a step for each labelled one
SHARES_MOMENTUM = 0.99  # of the running mean of the predicted classes
WEIGHTS_MOMENTUM = 0.99  # of the averaged weights
STRONG = 2.0
THRESHOLD = 0.95  # least confidence at which the class of a weak view is a target


class ConsistencyLoss(keras.layers.Layer):
    """Adds the cross-entropy of predictions for strong views against trusted classes of weak ones; passes those for the
    labelled inputs on. Inputs: (all, classes) predictions for labelled inputs, then weak, then strong views, and the
    labelled inputs and the weak views themselves, to tell how many they are."""

    def __init__(self, threshold: float, class_sizes: np.ndarray) -> None:
        super().__init__(name="consistency")
        self.threshold = threshold
        self.wanted = ops.convert_to_tensor(class_sizes.astype(np.float32))
        start = keras.initializers.Constant(1 / len(class_sizes))
        self.shares = self.add_weight((len(class_sizes),), initializer=start, trainable=False, name="shares")

    def call(self, inputs: list[keras.KerasTensor], training: bool = False) -> keras.KerasTensor:
        together, labelled, weak = inputs
        count, more = ops.shape(labelled)[0], ops.shape(weak)[0]
        labelled, strong = together[:count], together[count + more :]
        if training:
            weak = ops.stop_gradient(together[count : count + more])
            mean = SHARES_MOMENTUM * self.shares + (1 - SHARES_MOMENTUM) * ops.mean(weak, axis=0)
            self.shares.assign(mean)
            aligned = weak * self.wanted / ops.maximum(mean, 1e-6)
            aligned = aligned / ops.sum(aligned, axis=1, keepdims=True)
            trusted = ops.cast(ops.max(aligned, axis=1) >= self.threshold, "float32")  # (more,)
            classes = ops.one_hot(ops.argmax(aligned, axis=1), weak.shape[1])
            surprise = -ops.sum(classes * ops.log(ops.maximum(strong, 1e-7)), axis=1)
            self.add_loss(ops.mean(trusted * surprise))
        return labelled


class Consistency:
    """See `method.Method`."""

    def __init__(self, pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> None:
        self._x, self._classes = dataset.x_train, dataset.classes
        self._batch_size, self._kinds = recipe[StepOptions].batch_size, recipe[TuningOptions].augment
        self._graph = None if recipe[FirstLabelOptions].start == "labels" else Graph(pretrained, dataset, recipe)
        self._sizes = np.asarray(recipe[GraphOptions].class_sizes or [1 / dataset.classes] * dataset.classes)
        self._network = NetworkClassifier(pretrained.encoder, dataset.x_train, dataset.classes, recipe)
        self.encoder, self.classifier = self._network.encoder, self._network.classifier
        self._model = self._training_model(self._network.network)
        optimizer = self._network.optimizer(use_ema=True, ema_momentum=WEIGHTS_MOMENTUM)
        self._trainer = Trainer(self._model, self._network.loss, optimizer)
        self.decoder = None if recipe.encoder == "scratch" else pretrained.decoder
        self.history: list[dict[str, float]] = []

    def _training_model(self, network: keras.Model) -> keras.Model:
        """[labelled inputs, weak and strong views of unlabelled ones] to the classes of the first, all in one batch,
        so that normalisation sees them together."""
        labelled, weak, strong = (keras.Input(network.input_shape[1:]) for _ in range(3))
        together = network(ops.concatenate([labelled, weak, strong], axis=0))
        consistency = ConsistencyLoss(THRESHOLD, self._sizes)
        return keras.Model([labelled, weak, strong], consistency([together, labelled, weak]))

    def total_steps(self, labels: int) -> int:
        return self._network.steps

    def inputs(self, x: np.ndarray) -> np.ndarray:
        return x

    def fit(self, rows: np.ndarray, y: np.ndarray, init_seed: int, order_seed: int, report: Report = silent) -> None:
        self._trainer.start_over(self._training_model(self._network.fresh(init_seed)[1]))
        x, targets = self._labelled(rows, y)
        self._trainer.run(iter(self._stream(x, targets, order_seed)), self._network.steps, report)
        self._trainer.take_averages()
        self.history = [{"trusted": len(x) / len(self._x)}]

    def _labelled(self, rows: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        one_hot = np.eye(self._classes, dtype=np.float32)
        if self._graph is None:
            return self._x[rows], one_hot[y]
        self._graph.fit(rows, y, 0, 0)
        chosen, classes = most_confident(self._graph.shares, TRUSTED), self._graph.shares.argmax(axis=1)
        chosen[rows], classes[rows] = True, y
        return self._x[chosen], one_hot[classes[chosen]]

    def _stream(self, x: np.ndarray, targets: np.ndarray, seed: int) -> tf.data.Dataset:
        """((labelled, weak, strong), targets) batches."""
        size, steps, image = min(self._batch_size, len(x)), self._network.steps, self._x.ndim == 4
        more = min(UNLABELLED_A_LABELLED * self._batch_size, len(self._x))
        weak_kinds = self._kinds
        strong_kinds = [*weak_kinds, "cutout"] if image else ["masking", "swap"]

        def views(step: tf.Tensor, batch: tuple) -> tuple:
            (known, target), (unlabelled, _) = batch
            seeds = tf.random.split(tf.stack([tf.cast(seed, tf.int64), step]), 3)
            weak = [augment(part, weak_kinds, s) for part, s in ((known, seeds[0]), (unlabelled, seeds[1]))]
            return (*weak, augment(unlabelled, strong_kinds, seeds[2], STRONG)), target

        both = tf.data.Dataset.zip(enough(x, targets, size, steps, seed), enough(self._x, None, more, steps, seed + 1))
        return both.enumerate().map(views, num_parallel_calls=2, deterministic=True).prefetch(4)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        return networks.predict(self.classifier, inputs)


METHOD = Consistency
