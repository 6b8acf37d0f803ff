"""Both stages as a scikit-learn classifier."""

from typing import Self

import keras
import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import validate_data

from semisup import methods
from semisup.data.dataset import UNLABELLED
from semisup.data.scaling import fit_scaling
from semisup.errors import InputError
from semisup.estimators import double
from semisup.estimators.labels import labelled_rows
from semisup.estimators.network_estimator import NetworkEstimator, of_shape, training_set
from semisup.estimators.seeds import global_states_kept, seed_of
from semisup.estimators.transformer import AutoencoderTransformer
from semisup.inputs.stage_two import check_cells
from semisup.settings import FinetuneSettings
from semisup.settings.finetune import used_options
from semisup.stage_one import StageOne

OF_A_SCRATCH_ENCODER = ("network", "widths", "activation", "code_size")


class SemiSupervisedClassifier(ClassifierMixin, NetworkEstimator):
    """A classifier that learns from all rows, and from the labels of those that have one.

    Unlabelled rows are marked as in `sklearn.semi_supervised`: their `y` is -1, also beside classes that are texts
    (`y` is then an array of dtype object). -1 is never a class. Rows without any -1 are fine too.

    The parameters are the options of `python -m semisup finetune` (see `semisup.FinetuneSettings`) with their names and
    defaults; one that the method has no use for is ignored, so that a grid can go over methods. Besides them:

    Args:
        autoencoder: stage one, an `AutoencoderTransformer` (default: one with its defaults), fitted anew to all rows in
            every fit; parameters nest as `autoencoder__code_size`. One that is fitted already is kept as it is inside
            `sklearn.frozen.FrozenEstimator`.
        network, widths, activation, code_size: of a new encoder with `encoder="scratch"`; default: stage one's.
        random_state: a whole number s trains as `--init_seed s --order_seed s` does in both commands (in the first one
            if the autoencoder has no random state of its own), always the same; a RandomState, or None for NumPy's
            global one, gives another seed to every fit.

    Attributes:
        classes_: (classes,) as in `y`, sorted.
        autoencoder_: the fitted stage one.
        encoder_: Keras model, (batch, *shape) inputs in [0, 1] to (batch, code_size) codes, as stage two leaves it.
        classifier_: Keras model, (batch, *shape) inputs in [0, 1] to (batch, classes) probabilities.
        scaling_: how inputs are brought to [0, 1].
        n_features_in_, feature_names_in_: of X.

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
        network: str | None = None,
        widths: tuple[int, ...] | None = None,
        activation: str = "relu",
        code_size: int | None = None,
        head_widths: tuple[int, ...] = (512,),
        noise: float = 0.5,
        dropout: float = 0.5,
        label_smoothing: float = 0.1,
        augment: tuple[str, ...] = (),
        average_shifts: bool = False,
        encoder_rate: float = 1.0,
        unfreeze: float = 0.0,
        reconstruction_weight: float = 10.0,
        graph_codes: str = "stage_one",
        neighbours: int = 10,
        spreading: str = "poisson",
        class_sizes: tuple[float, ...] | None = None,
        size_tolerance: float = 0.2,
        start: str = "graph",
        rounds: int = 3,
        trusted: float = 0.8,
        threshold: float = 0.95,
        steps: int | None = None,
        batch_size: int = 64,
        learning_rate: float = 3e-3,
        weight_decay: float = 1e-4,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.autoencoder = autoencoder
        self.method = method
        self.encoder = encoder
        self.network = network
        self.widths = widths
        self.activation = activation
        self.code_size = code_size
        self.head_widths = head_widths
        self.noise = noise
        self.dropout = dropout
        self.label_smoothing = label_smoothing
        self.augment = augment
        self.average_shifts = average_shifts
        self.encoder_rate = encoder_rate
        self.unfreeze = unfreeze
        self.reconstruction_weight = reconstruction_weight
        self.graph_codes = graph_codes
        self.neighbours = neighbours
        self.spreading = spreading
        self.class_sizes = class_sizes
        self.size_tolerance = size_tolerance
        self.start = start
        self.rounds = rounds
        self.trusted = trusted
        self.threshold = threshold
        self.steps = steps
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.random_state = random_state

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
        settings, autoencoder = self._settings(seed), self._new_autoencoder(seed)
        known = np.full(len(X), UNLABELLED)
        known[rows] = labels
        images = of_shape(X, autoencoder.input_shape)
        check_cells(settings, training_set(images, fit_scaling(images), known, len(classes)), autoencoder.network)
        autoencoder.fit(X, None)  # a frozen one wants both
        if images.shape[1:] != autoencoder.encoder_.input_shape[1:]:  # it was fitted before, to others
            expected = autoencoder.encoder_.input_shape[1:]
            raise InputError(f"X: expected inputs of shape {expected} as the autoencoder, found {images.shape[1:]}")
        data = training_set(images, autoencoder.scaling_, known, len(classes))
        with global_states_kept():
            method = methods.prepare(StageOne(autoencoder.encoder_, autoencoder.decoder_, data), data, settings)
            method.fit(rows, labels, seed, seed)
            self.encoder_, self.classifier_ = method.encoder, method.classifier  # the latter may be built only now
        self.classes_, self.autoencoder_, self.scaling_ = classes, autoencoder, autoencoder.scaling_
        return self

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """(n, classes) float64 probabilities, in the order of `classes_`, of (n, features) inputs."""
        x = self._network_inputs(X)
        return double.predict(self.classifier_, x)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """(n,) classes of (n, features) inputs."""
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    def _settings(self, seed: int) -> FinetuneSettings:
        used = [*used_options(self.method, self.encoder), "method", "encoder"]
        used = [name for name in used if name != "graph_runs"]  # they are in a store
        if self.encoder == "scratch" and self.network is not None:
            used += OF_A_SCRATCH_ENCODER
        return FinetuneSettings(**self._options(*used), init_seed=seed, order_seed=seed)

    def _new_autoencoder(self, seed: int) -> BaseEstimator:
        """To be fitted, or fitted and frozen."""
        new = AutoencoderTransformer() if self.autoencoder is None else clone(self.autoencoder)
        if not isinstance(getattr(new, "estimator", new), AutoencoderTransformer):
            raise InputError(f"autoencoder: expected an AutoencoderTransformer, or one that is frozen, found {new!r}")
        if new.get_params(deep=False).get("random_state", seed) is None:
            new.set_params(random_state=seed)
        return new
