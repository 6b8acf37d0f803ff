"""Both stages as a scikit-learn classifier."""

from typing import Self

import keras
import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import _check_sample_weight

from semisup import methods
from semisup.data.columns import Columns
from semisup.data.compatibility import check_recipe
from semisup.data.dataset import UNLABELLED
from semisup.errors import InputError
from semisup.estimators import float64, inputs
from semisup.estimators.labels import class_numbers, distributions
from semisup.estimators.network_estimator import NetworkEstimator, of_shape, training_set
from semisup.estimators.parameters import takes
from semisup.estimators.seeds import global_states_kept, seed_of
from semisup.estimators.transformer import AutoencoderTransformer
from semisup.estimators.weights import ClassWeight, label_weights
from semisup.methods.pretrained import Pretrained
from semisup.model_selection.scorers import labelled_only
from semisup.settings import FinetuneSettings
from semisup.settings.methods import GROUPS, GraphRunOptions, used_by
from semisup.settings.network_classifier import NewEncoderOptions
from semisup.settings.options import names
from semisup.system import autologging

PARAMETERS = [group for group in GROUPS if group is not GraphRunOptions]  # an estimator has no store to find runs in


@takes(*PARAMETERS)
class SemiSupervisedClassifier(ClassifierMixin, NetworkEstimator):
    """A classifier that learns from all rows, and from the labels of the labelled rows.

    A row is unlabelled if its `y` is -1, as in `sklearn.semi_supervised`, or None, NaN, pandas' NA or an empty text.
    None of these is ever a class. All rows may be labelled. If the classes are texts, give an array of dtype object, a
    list or a column of pandas: an array of texts alone cannot hold -1 or NaN.

    `X` is an array of numbers, whose columns are scaled, or a DataFrame, whose columns are read as the commands read a
    table: numbers, texts, categories and dates, with missing values. A DataFrame is such a table even if it holds
    numbers alone; `X.to_numpy()` is an array.

    The parameters are the options of `python -m semisup finetune` (see `semisup.FinetuneSettings`), with the same names
    and defaults. A parameter that the method does not use is ignored, so that a grid search can go over methods.
    Further parameters:

    Args:
        autoencoder: stage one, an `AutoencoderTransformer`. Every fit trains it anew on all rows. Its parameters nest
            as `autoencoder__code_size`. To keep a fitted one as it is, put it inside `sklearn.frozen.FrozenEstimator`.
            Default: one with its defaults.
        network, widths, activation, code_size: shape of a new encoder, with `encoder="scratch"`. Default: that of stage
            one.
        class_weight: a weight for each class, {class: weight}, by which the loss of its labelled rows is multiplied; or
            "balanced", weights that are inverse to the number of labels. The methods supervised, joint and ladder can
            weight labels, the others refuse it.
        random_state: a whole number s trains as `--init_seed s --order_seed s` does in `finetune`, and in `pretrain`
            too if the autoencoder has no random state of its own. The result is then always the same. A RandomState,
            or None for NumPy's global one, gives every fit another seed.

    Attributes:
        classes_: (classes,) the classes as in `y`, sorted.
        autoencoder_: the fitted stage one.
        encoder_: Keras model, (batch, *shape) inputs in [0, 1] to (batch, code_size) codes, after stage two.
        classifier_: Keras model, (batch, *shape) inputs in [0, 1] to (batch, classes) probabilities.
        scaling_: how inputs are brought to [0, 1].
        label_distributions_: (n, classes) float64 probabilities of the training rows; 1 at the class of a labelled row.
        transduction_: (n,) classes of the training rows: the most probable ones, for labelled rows the given ones.
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

        Of the 50 labels, each is predicted once by a model that has not seen it; unlabelled rows are never scored:

        >>> from sklearn.model_selection import cross_val_score
        >>> from semisup.model_selection import LabelledSplit
        >>> round(float(cross_val_score(model, X, y_few, cv=LabelledSplit(2)).mean()), 2)
        0.92
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
        class_weight: ClassWeight = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        """See `takes`."""

    @autologging.off()
    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train both stages anew.

        Args:
            X: (n, features) numbers, or a DataFrame.
            y: (n,) classes: numbers, texts or truth values; -1, None, NaN, NA or "" where unlabelled.
            sample_weight: (n,) weights of the labels in the loss of stage two, relative to each other. A row with
                weight 0 counts as unlabelled. Methods that cannot weight labels refuse weights that differ otherwise.

        Raises:
            ValueError: inputs, labels, weights or parameters are not as expected.
            FloatingPointError: the loss became NaN or infinite.
        """
        seed = seed_of(self.random_state)
        recipe, autoencoder = self._settings(seed).recipe, self._new_autoencoder(seed)
        raw = inputs.checked(self, X, reset=True, table=inputs.is_table(X) and _takes_tables(autoencoder))
        sample_weight = _check_sample_weight(sample_weight, raw, dtype=np.float64, ensure_non_negative=True)  # (n,)
        classes, y_train = class_numbers(self, X, y, sample_weight)
        rows = np.flatnonzero(y_train != UNLABELLED)  # (labels,)
        labels = y_train[rows]
        weights = label_weights(recipe.method, sample_weight[rows], classes[labels], self.class_weight)
        shape = of_shape(raw[:1], autoencoder.input_shape).shape  # of a table, that of its columns: it has no images
        check_recipe(recipe, training_set(np.zeros(shape), None, y_train[:1], len(classes)), autoencoder.network)
        autoencoder.fit(X, None)  # a frozen one requires both arguments
        if autoencoder.n_features_in_ != self.n_features_in_:  # a frozen one, fitted to others
            expected = autoencoder.n_features_in_
            raise InputError(f"X: expected {expected} features as the autoencoder, found {self.n_features_in_}")
        data = training_set(autoencoder._network_inputs(X), autoencoder.scaling_, y_train, len(classes))
        with global_states_kept():
            method = methods.prepare(Pretrained(autoencoder.encoder_, autoencoder.decoder_, data), data, recipe)
            method.fit(rows, labels, seed, seed, **({} if (weights == 1).all() else {"weights": weights}))
            self.encoder_, self.classifier_ = method.encoder, method.classifier  # the classifier may be built by `fit`
        self.classes_, self.autoencoder_, self.scaling_ = classes, autoencoder, autoencoder.scaling_
        self.label_distributions_ = distributions(method, data)
        self.transduction_ = classes[self.label_distributions_.argmax(axis=1)]
        return self

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Return (n, classes) float64 probabilities of (n, features) inputs, in the order of `classes_`."""
        x = self._network_inputs(X)
        return float64.predict(self.classifier_, x)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the (n,) predicted classes of (n, features) inputs."""
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the accuracy on the labelled rows of (n, features) inputs. Unlabelled rows are left out.

        So cross-validation and grid searches, whose default score this is, do not count them as errors.

        Raises:
            InputError: no row has a label.
        """
        X, y, options = labelled_only(X, y, {"sample_weight": sample_weight})
        return super().score(X, y, **options)

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


def _takes_tables(autoencoder: BaseEstimator) -> bool:
    """Return whether a DataFrame is a table to an autoencoder, and not rows of pixels or, if it is frozen, an array."""
    return autoencoder.input_shape is None and isinstance(getattr(autoencoder, "scaling_", None), Columns | None)
