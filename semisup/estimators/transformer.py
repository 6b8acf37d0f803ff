"""Stage one as a scikit-learn transformer."""

from typing import Self

import keras
import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from semisup import autoencoder, metrics
from semisup.data.scaling import fit_scaling
from semisup.errors import InputError
from semisup.estimators import double
from semisup.estimators.network_estimator import NetworkEstimator, of_shape, training_set
from semisup.estimators.seeds import global_states_kept, seed_of
from semisup.inputs.stage_one import check_fit
from semisup.settings import PretrainSettings
from semisup.settings.pretrain import CORRUPTING, FREE_CODE


class AutoencoderTransformer(NetworkEstimator):
    """An autoencoder, trained without labels: inputs to codes, and back.

    The parameters are the options of `python -m semisup pretrain` (see `semisup.PretrainSettings`) with their names and
    defaults; one that the objective or the network has no use for is ignored. Besides them:

    Args:
        input_shape: (height, width) or (height, width, channels) of the images that the rows of X are, pixel by pixel
            as `images.reshape(n, -1)` gives them; the convolutional network needs it. Images are scaled to [0, 1] by
            one range for all pixels, vectors column by column.
        random_state: a whole number s trains as `pretrain --init_seed s --order_seed s` does, always the same; a
            RandomState, or None for NumPy's global one, gives another seed to every fit.

    Attributes:
        encoder_: Keras model, (batch, *shape) inputs in [0, 1] to (batch, code_size) codes.
        decoder_: Keras model, back.
        scaling_: how inputs are brought to [0, 1] (fitted to the training rows; others are clipped).
        n_features_in_, feature_names_in_: of X.

    Example:
        >>> from sklearn.datasets import load_digits
        >>> from sklearn.linear_model import LogisticRegression
        >>> from sklearn.model_selection import cross_val_score
        >>> from sklearn.pipeline import make_pipeline
        >>> from semisup import AutoencoderTransformer
        >>> X, y = load_digits(return_X_y=True)
        >>> codes = AutoencoderTransformer(objective="denoising", code_size=32, epochs=20, random_state=0)
        >>> float(cross_val_score(make_pipeline(codes, LogisticRegression(max_iter=1000)), X, y, cv=3).mean().round(2))
        0.92
    """

    decoder_: keras.Model

    def __init__(
        self,
        *,
        network: str = "dense",
        widths: tuple[int, ...] | None = None,
        activation: str = "relu",
        batch_norm: bool = False,
        code_size: int = 16,
        code_activation: str = "linear",
        objective: str = "plain",
        strength: float | None = None,
        corruption: str | None = None,
        sparsity: str = "l1",
        target_activation: float = 0.05,
        likelihood: str = "bernoulli",
        epochs: int = 100,
        batch_size: int = 64,
        learning_rate: float = 2e-3,
        weight_decay: float = 0.0,
        input_shape: tuple[int, ...] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.network = network
        self.widths = widths
        self.activation = activation
        self.batch_norm = batch_norm
        self.code_size = code_size
        self.code_activation = code_activation
        self.objective = objective
        self.strength = strength
        self.corruption = corruption
        self.sparsity = sparsity
        self.target_activation = target_activation
        self.likelihood = likelihood
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.input_shape = input_shape
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Train anew on (n, features) inputs; `y` is not read.

        Raises:
            ValueError: inputs or parameters are not as expected.
            FloatingPointError: the loss became NaN or infinite.
        """
        X = validate_data(self, X)
        images = of_shape(X, self.input_shape)
        scaling = fit_scaling(images)
        data = training_set(images, scaling)
        settings = self._settings()
        check_fit(settings, data)
        with global_states_kept():
            trained = autoencoder.trained(settings, data.x_train)
        self.encoder_, self.decoder_, self.scaling_ = trained.encoder, trained.decoder, scaling
        return self

    def inverse_transform(self, X: ArrayLike) -> np.ndarray:
        """(n, features) float64 inputs, on the scale of the training inputs, of (n, code_size) codes."""
        check_is_fitted(self)
        codes = check_array(X)
        if codes.shape[1] != self._n_features_out:
            raise InputError(f"X: expected codes of {self._n_features_out} numbers, found {codes.shape[1]}")
        return self.scaling_.back(double.predict(self.decoder_, codes)).reshape(len(codes), -1)

    def score(self, X: ArrayLike, y: ArrayLike | None = None) -> float:
        """Minus the mean squared error of the reconstructions of (n, features) inputs, both in [0, 1]: the higher
        the better; `y` is not read."""
        x = self._network_inputs(X)
        reconstruction = double.predict(self.decoder_, double.predict(self.encoder_, x))
        return -metrics.mean_squared_error(x, reconstruction)

    def _settings(self) -> PretrainSettings:
        seed = seed_of(self.random_state)
        unused = {"widths"} if self.network == "linear" else set()
        unused |= {"strength"} if self.objective == "plain" else set()
        unused |= {"corruption"} if self.objective not in CORRUPTING else set()
        unused |= {"batch_norm"} if self.network == "linear" or self.objective == "contractive" else set()
        unused |= {"code_activation"} if self.network == "linear" or self.objective not in FREE_CODE else set()
        own = [name for name in self.get_params(deep=False) if name not in {"input_shape", "random_state"} | unused]
        return PretrainSettings(**self._options(*own), init_seed=seed, order_seed=seed)
