"""Consistency: train the classifier to predict the same class for a weakly and a strongly augmented view of an
unlabelled input (FixMatch, Sohn et al. 2020), with distribution alignment (Berthelot et al. 2020) and averaged weights.

Where the prediction for the weak view is confident, its class is the target for the strong view. The labelled inputs
are those of the label draw. With `start="graph"`, those that the graph of stage one's codes is most confident of count
as labelled too. The weak view of an image is augmented as the settings say; the strong view twice as much, and with a
cutout. The strong view of a vector has features masked and swapped.
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
from semisup.settings.methods import FirstLabelOptions, GraphOptions
from semisup.settings.network_classifier import StepOptions, TuningOptions
from semisup.settings.recipe import Recipe
from semisup.system.progress import Report, silent
from semisup.training.trainer import Trainer

UNLABELLED_A_LABELLED = 2  # unlabelled inputs in a batch for each labelled one
PREDICTION_MOMENTUM = 0.99  # of the running mean of the predicted probabilities
WEIGHTS_MOMENTUM = 0.99  # of the averaged weights
STRONG = 2.0  # strength of the strong augmentation; that of the weak one is 1
THRESHOLD = 0.95  # least probability at which the class predicted for a weak view is a target


class ConsistencyLoss(keras.layers.Layer):
    """Adds the cross-entropy between strong views and the trusted classes of weak views to the loss.

    Inputs:
        - (labelled + 2 unlabelled, classes) predictions: those for the labelled inputs, then for the weak views, then
          for the strong views;
        - the labelled inputs, of which only the number is used;
        - the weak views, of which only the number is used.

    Returns the (labelled, classes) predictions for the labelled inputs.
    """

    def __init__(self, threshold: float, class_sizes: np.ndarray) -> None:
        """Set the target distribution of the classes.

        Args:
            threshold: least probability at which the class of a weak view is trusted.
            class_sizes: (classes,) expected fraction of each class among the unlabelled inputs.
        """
        super().__init__(name="consistency")
        self.threshold = threshold
        self.class_sizes = ops.convert_to_tensor(class_sizes.astype(np.float32))
        shape, uniform = (len(class_sizes),), keras.initializers.Constant(1 / len(class_sizes))
        self.mean_prediction = self.add_weight(shape, initializer=uniform, trainable=False, name="mean_prediction")

    def call(self, inputs: list[keras.KerasTensor], training: bool = False) -> keras.KerasTensor:
        together, labelled, weak = inputs
        count, unlabelled = ops.shape(labelled)[0], ops.shape(weak)[0]
        labelled, strong = together[:count], together[count + unlabelled :]
        if training:
            weak = ops.stop_gradient(together[count : count + unlabelled])
            batch_mean = ops.mean(weak, axis=0)  # (classes,)
            mean = PREDICTION_MOMENTUM * self.mean_prediction + (1 - PREDICTION_MOMENTUM) * batch_mean
            self.mean_prediction.assign(mean)
            aligned = weak * self.class_sizes / ops.maximum(mean, 1e-6)
            aligned = aligned / ops.sum(aligned, axis=1, keepdims=True)
            trusted = ops.cast(ops.max(aligned, axis=1) >= self.threshold, "float32")  # (unlabelled,)
            classes = ops.one_hot(ops.argmax(aligned, axis=1), weak.shape[1])
            cross_entropy = -ops.sum(classes * ops.log(ops.maximum(strong, 1e-7)), axis=1)
            self.add_loss(ops.mean(trusted * cross_entropy))
        return labelled


class Consistency:
    """The method `consistency`; see `method.Method`."""

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
        """Return a model from [labelled inputs, weak views, strong views] to the probabilities of the labelled inputs.

        The network takes all three in one batch, so that batch normalisation sees them together.
        """
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
        """Return the labelled inputs and their one-hot targets: those of the draw, and those the graph is sure of."""
        one_hot = np.eye(self._classes, dtype=np.float32)
        if self._graph is None:
            return self._x[rows], one_hot[y]
        self._graph.fit(rows, y, 0, 0)
        chosen, classes = most_confident(self._graph.probabilities, TRUSTED), self._graph.probabilities.argmax(axis=1)
        chosen[rows], classes[rows] = True, y
        return self._x[chosen], one_hot[classes[chosen]]

    def _stream(self, x: np.ndarray, targets: np.ndarray, seed: int) -> tf.data.Dataset:
        """Return batches of ((labelled inputs, weak views, strong views), targets of the labelled inputs)."""
        size, steps, image = min(self._batch_size, len(x)), self._network.steps, self._x.ndim == 4
        unlabelled_size = min(UNLABELLED_A_LABELLED * self._batch_size, len(self._x))
        weak_kinds = self._kinds
        strong_kinds = [*weak_kinds, "cutout"] if image else ["masking", "swap"]

        def views(step: tf.Tensor, batch: tuple) -> tuple:
            (labelled, target), (unlabelled, _) = batch
            seeds = tf.random.split(tf.stack([tf.cast(seed, tf.int64), step]), 3)
            weak = [augment(part, weak_kinds, s) for part, s in ((labelled, seeds[0]), (unlabelled, seeds[1]))]
            return (*weak, augment(unlabelled, strong_kinds, seeds[2], STRONG)), target

        all_x = enough(self._x, None, unlabelled_size, steps, seed + 1)
        stream = tf.data.Dataset.zip(enough(x, targets, size, steps, seed), all_x)
        return stream.enumerate().map(views, num_parallel_calls=2, deterministic=True).prefetch(4)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        return networks.predict(self.classifier, inputs)


METHOD = Consistency
