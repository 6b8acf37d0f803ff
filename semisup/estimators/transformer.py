"""Stage one as a scikit-learn transformer."""

from typing import Self

import keras
import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_array, check_is_fitted

from semisup import metrics
from semisup.data import defaults
from semisup.data.columns import Columns
from semisup.data.compatibility import check_stage_one
from semisup.errors import InputError
from semisup.estimators import float64, inputs
from semisup.estimators.network_estimator import NetworkEstimator, of_shape, training_set
from semisup.estimators.parameters import takes
from semisup.estimators.seeds import global_states_kept, seed_of
from semisup.objectives import autoencoder
from semisup.settings import PretrainSettings
from semisup.settings.networks import LAYERS, NetworkOptions, NormalisationOptions
from semisup.settings.objectives import GROUPS, OBJECTIVES, ConditionalOptions
from semisup.settings.options import names
from semisup.settings.pretrain import EpochOptions, ObjectiveOptions, unused_by
from semisup.system import autologging

PARAMETERS = (
    NetworkOptions,
    *LAYERS,
    ObjectiveOptions,
    *(group for group in GROUPS if group is not ConditionalOptions),  # they need labels
    EpochOptions,
)


@takes(*PARAMETERS)
class AutoencoderTransformer(NetworkEstimator):
    """An autoencoder, trained without labels. It turns inputs into codes, and codes back into inputs.

    The parameters are the options of `python -m semisup pretrain` (see `semisup.PretrainSettings`), with the same names
    and defaults. A parameter that the objective or the network does not use is ignored. Further parameters:

    Args:
        input_shape: (height, width) or (height, width, channels), if the rows of X are images, flattened as
            `images.reshape(n, -1)` does it. The convolutional network needs it. Images are scaled to [0, 1] by one
            range for all pixels, vectors column by column. A DataFrame is a table, unless it has an `input_shape`: its
            columns are read as the commands read a table, with texts, categories, dates and missing values.
        random_state: a whole number s trains as `pretrain --init_seed s --order_seed s` does; the result is then always
            the same. A RandomState, or None for NumPy's global one, gives every fit another seed.

    Attributes:
        encoder_: Keras model, (batch, *shape) inputs in [0, 1] to (batch, code_size) codes.
        decoder_: Keras model, (batch, code_size) codes to (batch, *shape) inputs.
        scaling_: how inputs are brought to [0, 1]. It is fitted to the training rows; values outside are clipped.
        n_features_in_, feature_names_in_: number and names of the features of X.

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
        input_shape: tuple[int, ...] | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        """See `takes`."""

    @autologging.off()
    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Train anew on (n, features) inputs: an array of numbers, or a DataFrame. `y` is ignored.

        Raises:
            ValueError: inputs or parameters are not as expected.
            FloatingPointError: the loss became NaN or infinite.
        """
        X = inputs.checked(self, X, reset=True, table=inputs.is_table(X) and self.input_shape is None)
        X = of_shape(X, self.input_shape)
        scaling = inputs.fit_preprocessing(X)
        data = training_set(inputs.preprocessed(X, scaling), scaling)
        settings = defaults.resolve(self._settings(), len(data.x_train), data.shape)
        check_stage_one(data, settings.network, settings.corruption, settings.conditional)
        with global_states_kept():
            trained = autoencoder.trained(settings, data.x_train)
        self.encoder_, self.decoder_, self.scaling_ = trained.encoder, trained.decoder, scaling
        return self

    def inverse_transform(self, X: ArrayLike) -> np.ndarray:
        """Decode (n, code_size) codes to (n, features) float64 inputs, on the scale of the training inputs.

        Raises:
            ValueError: the codes are not as expected, or the training inputs were a table, whose columns cannot be made
                again from the numbers of the network.
        """
        check_is_fitted(self)
        if isinstance(self.scaling_, Columns):
            raise InputError("inverse_transform: expected an autoencoder of an array, found one of a table")
        codes = check_array(X)
        if codes.shape[1] != self._n_features_out:
            raise InputError(f"X: expected codes of {self._n_features_out} numbers, found {codes.shape[1]}")
        return self.scaling_.back(float64.predict(self.decoder_, codes)).reshape(len(codes), -1)

    def score(self, X: ArrayLike, y: ArrayLike | None = None) -> float:
        """Return minus the mean squared error of reconstructing (n, features) inputs, so that higher is better.

        The error is that of inputs scaled to [0, 1]. `y` is ignored.
        """
        x = self._network_inputs(X)
        reconstruction = float64.predict(self.decoder_, float64.predict(self.encoder_, x))
        return -metrics.mean_squared_error(x, reconstruction)

    def _settings(self) -> PretrainSettings:
        """Return the settings of pretrain. Parameters that would have no effect keep their defaults."""
        seed = seed_of(self.random_state)
        unused = {name for group in unused_by(self.network, self.objective) for name in names(group)}
        if str(self.objective) in OBJECTIVES and OBJECTIVES[self.objective].per_input:
            unused |= set(names(NormalisationOptions))
        used = [name for name in names(*PARAMETERS) if name not in unused]
        return PretrainSettings(**self._options(*used), init_seed=seed, order_seed=seed)
