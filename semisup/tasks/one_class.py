"""One class as the normal one: an autoencoder of its rows alone, and how unlike them other rows are.

Three views of a row: its reconstruction error, as the autoencoder has learned to rebuild normal rows only (Japkowicz et
al. 1995; Sakurada and Yairi 2014); how rare its code is, by its nearest normal codes (Ramaswamy et al. 2000) or a
Gaussian mixture of them (Zong et al. 2018); and its distance to the nearest normal inputs, which needs no training.
"""

import dataclasses
from typing import NamedTuple

import numpy as np
from sklearn.mixture import GaussianMixture

from semisup import networks
from semisup.graphs import neighbours
from semisup.graphs.neighbours import Neighbours
from semisup.objectives.autoencoder import Autoencoder, trained
from semisup.settings import PretrainSettings

SUMS = {
    "both": ("reconstruction", "code_mixture"),
    "combined": ("reconstruction", "code_mixture", "inputs"),
}
NEIGHBOURS = 5
COMPONENTS = 10
ROWS_A_COMPONENT = 10  # at least, for each number of the code: with fewer, a covariance is that of these rows alone
RIDGE = 1e-3  # added to the variances of the mixture, in shares of the code's mean variance
TINY = 1e-12  # the logarithm of what is less is that of this


class OneClass(NamedTuple):
    """What scores a row.

    Attributes:
        inputs: (n, features) float32, the normal rows it was fitted to.
        codes: (n, code_size).
        autoencoder: trained on them alone.
        mixture: of the codes.
        own: by name, (n,) views of the fitted rows, for the neighbours with each row itself left out.
    """

    inputs: np.ndarray
    codes: np.ndarray
    autoencoder: Autoencoder
    mixture: GaussianMixture
    own: dict[str, np.ndarray]


def fit(pretrain: PretrainSettings, x: np.ndarray, seed: int) -> OneClass:
    """Train and fit to normal rows.

    Args:
        pretrain: of the autoencoder; its seeds are replaced.
        x: (n, ...) float32, n >= 2.
        seed: of all that is drawn.

    Raises:
        FloatingPointError: the loss became NaN or infinite.
    """
    autoencoder = trained(dataclasses.replace(pretrain, init_seed=seed, order_seed=seed), x)
    codes = networks.predict(autoencoder.encoder, x)
    components = min(COMPONENTS, max(1, len(x) // (ROWS_A_COMPONENT * codes.shape[1])))
    ridge = max(RIDGE * float(codes.var(axis=0).mean()), TINY)
    mixture = GaussianMixture(components, reg_covar=ridge, random_state=seed).fit(codes.astype(np.float64))
    new = OneClass(x.reshape(len(x), -1), codes, autoencoder, mixture, {})
    own = _views(
        new, x, codes, neighbours.self_search(new.inputs, NEIGHBOURS), neighbours.self_search(codes, NEIGHBOURS)
    )
    return new._replace(own=own)


def views(normal: OneClass, x: np.ndarray) -> dict[str, np.ndarray]:
    """By name, (m,) float64 of (m, ...) rows, each higher for what is more anomalous: `reconstruction`, the logarithm
    of the squared error; `code_neighbours` and `inputs`, that of the mean distance to the nearest fitted rows;
    `code_mixture`, the negative log density."""
    codes = networks.predict(normal.autoencoder.encoder, x)
    near = neighbours.search(x.reshape(len(x), -1), normal.inputs, NEIGHBOURS)
    return _views(normal, x, codes, near, neighbours.search(codes, normal.codes, NEIGHBOURS))


def _views(
    normal: OneClass, x: np.ndarray, codes: np.ndarray, near: Neighbours, near_codes: Neighbours
) -> dict[str, np.ndarray]:
    difference = networks.predict(normal.autoencoder.decoder, codes) - x
    errors = np.square(difference).reshape(len(x), -1).mean(axis=1)  # (m,)
    return {
        "reconstruction": logarithm(errors),
        "code_neighbours": logarithm(near_codes.distances.mean(axis=1)),
        "code_mixture": -normal.mixture.score_samples(codes.astype(np.float64)),
        "inputs": logarithm(near.distances.mean(axis=1)),
    }


def scores(normal: OneClass, found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The views in standard deviations of the fitted rows' from their mean, and the means of some of them that
    `SUMS` names. No held-out row has a part in them, so that a threshold set by such rows keeps its rate.

    A log density falls with the square of a distance, where the other views are logarithms of one: for the sums to be
    of one kind, the mixture is taken as the logarithm of how far it is from the densest fitted row.
    """
    own, densest = dict(normal.own), normal.own["code_mixture"].min()
    scale = max(float(own["code_mixture"].mean() - densest), TINY)
    own["code_mixture"], mixture = (
        np.log1p(np.maximum(of["code_mixture"] - densest, 0) / scale) for of in (normal.own, found)
    )
    standard = {name: standardised(values, own[name]) for name, values in (found | {"code_mixture": mixture}).items()}
    return standard | {name: np.mean([standard[of] for of in parts], axis=0) for name, parts in SUMS.items()}


def standardised(values: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    """(m,) values in standard deviations of the (n,) fitted rows' from their mean."""
    return (values - fitted.mean()) / max(float(fitted.std()), TINY)


def logarithm(values: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(values, TINY, dtype=np.float64))
