"""Both stages as a scikit-learn classifier."""

from typing import Self

import keras
import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import validate_data

from semisup import methods
from semisup.data.compatibility import check_recipe
from semisup.data.dataset import UNLABELLED
from semisup.data.scaling import fit_scaling
from semisup.errors import InputError
from semisup.estimators import float64
from semisup.estimators.labels import labelled_rows
from semisup.estimators.network_estimator import NetworkEstimator, of_shape, training_set
from semisup.estimators.parameters import takes
from semisup.estimators.seeds import global_states_kept, seed_of
from semisup.estimators.transformer import AutoencoderTransformer
from semisup.methods.pretrained import Pretrained
from semisup.settings import FinetuneSettings
from semisup.settings.methods import GROUPS, GraphRunOptions, used_by
from semisup.settings.network_classifier import NewEncoderOptions
from semisup.settings.options import names

PARAMETERS = [group for group in GROUPS if group is not GraphRunOptions]  # an estimator has no store to find runs in


@takes(*PARAMETERS)
class SemiSupervisedClassifier(ClassifierMixin, NetworkEstimator):
    """A classifier that learns from all rows, and from the labels of the labelled rows.

    Unlabelled rows are marked as in `sklearn.semi_supervised`: their `y` is -1. If the classes are texts, `y` is an
    array of dtype object with texts and -1. -1 is never a class. `y` need not contain -1.

    The parameters are the options of `python -m semisup finetune` (see `semisup.FinetuneSettings`), with the same names
    and defaults. A parameter that the method does not use is ignored, so that a grid search can go over methods.
    Further parameters:

    Args:
        autoencoder: stage one, an `AutoencoderTransformer`. Every fit trains it anew on all rows. Its parameters nest
            as `autoencoder__code_size`. To keep a fitted one as it is, put it inside `sklearn.frozen.FrozenEstimator`.
            Default: one with its defaults.
        network, widths, activation, code_size: shape of a new encoder, with `encoder="scratch"`. Default: that of stage
            one.
        random_state: a whole number s trains as `--init_seed s --order_seed s` does in `finetune`, and in `pretrain`
            too if the autoencoder has no random state of its own. The result is then always the same. A RandomState,
            or None for NumPy's global one, gives every fit another seed.

    Attributes:
        classes_: (classes,) the classes as in `y`, sorted.
        autoencoder_: the fitted stage one.
        encoder_: Keras model, (batch, *shape) inputs in [0, 1] to (batch, code_size) codes, after stage two.
        classifier_: Keras model, (batch, *shape) inputs in [0, 1] to (batch, classes) probabilities.
        scaling_: how inputs are scaled to [0, 1].
        n_features_in_, feature_names_in_: number and names of the features of X.

    Example:
        >>> import numpy as np
        >>> from sklearn.datasets import load_digits
        >>> from sklearn.model_selection import train_test_split
        >>> from semisup import AutoencoderTransformer, SemiSupervisedClassifier
        >>> X, X_test, y, y_test = train_test_split(*load_digits(return_X_y=True), random_state=0)
        >>> labelled, _ = train_test_split(np.arange(len(y)), train_size=50, stratify=y, random_state=0)
        >>> y_few = np.full_like(y, -1)
        >>> y_few[labelled] = y[labelled]
        >>> model = SemiSupervisedClassifier(AutoencoderTransformer(input_shape=(8, 8)), method="graph", random_state=0)
        >>> round(model.fit(X, y_few).score(X_test, y_test), 2)
        0.95
    """

    classes_: np.ndarray
    autoencoder_: AutoencoderTransformer
    classifier_: keras.Model

    def __init__(
        self,
        autoencoder: BaseEstimator | None = None,
        *,
        method: str = "supervised",
        encoder: str | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        """See `takes`."""

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train both stages anew.

        Args:
            X: (n, features) numbers.
            y: (n,) classes, numbers or texts; -1 where unlabelled.

        Raises:
            ValueError: inputs, labels or parameters are not as expected.
            FloatingPointError: the loss became NaN or infinite.
        """
        X, y = validate_data(self, X, y)
        rows = labelled_rows(y)
        classes, labels = np.unique(y[rows], return_inverse=True)  # (classes,), (labels,)
        seed = seed_of(self.random_state)
        recipe, autoencoder = self._settings(seed).recipe, self._new_autoencoder(seed)
        y_train = np.full(len(X), UNLABELLED)  # (n,)
        y_train[rows] = labels
        images = of_shape(X, autoencoder.input_shape)
        check_recipe(recipe, training_set(images, fit_scaling(images), y_train, len(classes)), autoencoder.network)
        autoencoder.fit(X, None)  # a frozen one requires both arguments
        if images.shape[1:] != autoencoder.encoder_.input_shape[1:]:  # a frozen one, fitted to others
            expected = autoencoder.encoder_.input_shape[1:]
            raise InputError(f"X: expected inputs of shape {expected} as the autoencoder, found {images.shape[1:]}")
        data = training_set(images, autoencoder.scaling_, y_train, len(classes))
        with global_states_kept():
            method = methods.prepare(Pretrained(autoencoder.encoder_, autoencoder.decoder_, data), data, recipe)
            method.fit(rows, labels, seed, seed)
            self.encoder_, self.classifier_ = method.encoder, method.classifier  # the classifier may be built by `fit`
        self.classes_, self.autoencoder_, self.scaling_ = classes, autoencoder, autoencoder.scaling_
        return self

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Return (n, classes) float64 probabilities of (n, features) inputs, in the order of `classes_`."""
        x = self._network_inputs(X)
        return float64.predict(self.classifier_, x)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the (n,) predicted classes of (n, features) inputs."""
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    def _settings(self, seed: int) -> FinetuneSettings:
        """Return the settings of finetune. Parameters that the method does not read keep their defaults."""
        read = [group for group in used_by(self.method, self.encoder) if group in PARAMETERS]
        if self.network is None and NewEncoderOptions in read:  # the new encoder has the shape of stage one's
            read.remove(NewEncoderOptions)
        used = [*names(*read), "method", "encoder"]
        return FinetuneSettings(**self._options(*used), init_seed=seed, order_seed=seed)

    def _new_autoencoder(self, seed: int) -> BaseEstimator:
        """Return a new autoencoder to fit, or a frozen one that is fitted already."""
        new = AutoencoderTransformer() if self.autoencoder is None else clone(self.autoencoder)
        if not isinstance(getattr(new, "estimator", new), AutoencoderTransformer):
            raise InputError(f"autoencoder: expected an AutoencoderTransformer, or one that is frozen, found {new!r}")
        if new.get_params(deep=False).get("random_state", seed) is None:
            new.set_params(random_state=seed)
        return new
