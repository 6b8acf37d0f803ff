"""One class as the normal one: train an autoencoder on its rows alone, and score how much other rows differ from them.

There are three kinds of scores ("views") of a row:

- its reconstruction error, since the autoencoder has only learned to reconstruct normal rows (Japkowicz et al. 1995;
  Sakurada and Yairi 2014);
- how rare its code is, by the nearest normal codes (Ramaswamy et al. 2000) or by a Gaussian mixture fitted to them
  (Zong et al. 2018);
- its distance to the nearest normal inputs, which needs no training.
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

SUMS = {  # scores that are means of views
    "both": ("reconstruction", "code_mixture"),
    "combined": ("reconstruction", "code_mixture", "inputs"),
}
NEIGHBOURS = 5
COMPONENTS = 10  # of the mixture, at most
ROWS_A_COMPONENT = 10  # rows per component and number of the code, at least: with fewer, a covariance overfits its rows
RIDGE = 1e-3  # added to the variances of the mixture, as a fraction of the mean variance of the code
TINY = 1e-12  # smaller values are raised to this before their logarithm is taken


class OneClass(NamedTuple):
    """All that is needed to score a row.

    Attributes:
        inputs: (n, features) float32, the normal rows it is fitted to.
        codes: (n, code_size) codes of these rows.
        autoencoder: autoencoder trained on these rows alone.
        mixture: Gaussian mixture fitted to the codes.
        own: (n,) views of these rows by name. A row is not its own neighbour.
    """

    inputs: np.ndarray
    codes: np.ndarray
    autoencoder: Autoencoder
    mixture: GaussianMixture
    own: dict[str, np.ndarray]


def fit(pretrain: PretrainSettings, x: np.ndarray, seed: int) -> OneClass:
    """Train the autoencoder and fit the mixture to normal rows.

    Args:
        pretrain: settings of the autoencoder; the seeds in them are replaced.
        x: (n, ...) float32 normal rows, n >= 2.
        seed: seed of the autoencoder and of the mixture.

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
    """Return the views of (m, ...) rows by name, (m,) float64 each. The more anomalous a row, the higher they are.

    - `reconstruction`: logarithm of the mean squared error;
    - `code_neighbours`, `inputs`: logarithm of the mean distance to the nearest fitted codes or inputs;
    - `code_mixture`: negative log density of the code.
    """
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
    """Return the standardised views, and the means of views in `SUMS`, by name.

    Mean and standard deviation are those of the fitted rows. Held-out rows do not influence them, so that a threshold
    set by held-out rows keeps its rate of false alarms.

    The log density of the mixture falls with the square of a distance, while the other views are logarithms of a
    distance. To make them comparable, the view of the mixture becomes log(1 + d / m). Here d is how much lower the log
    density of a code is than that of the densest fitted code, and m is the mean of d over the fitted rows.

    Args:
        normal: a `OneClass` fitted to normal rows.
        found: the views of the rows to score.

    Returns:
        (m,) scores by name.
    """
    own, densest = dict(normal.own), normal.own["code_mixture"].min()
    scale = max(float(own["code_mixture"].mean() - densest), TINY)
    own["code_mixture"], mixture = (
        np.log1p(np.maximum(values["code_mixture"] - densest, 0) / scale) for values in (normal.own, found)
    )
    standard = {name: standardised(values, own[name]) for name, values in (found | {"code_mixture": mixture}).items()}
    return standard | {name: np.mean([standard[part] for part in parts], axis=0) for name, parts in SUMS.items()}


def standardised(values: np.ndarray, fitted: np.ndarray) -> np.ndarray:
    """Subtract the mean of (n,) fitted values from (m,) values and divide by their standard deviation."""
    return (values - fitted.mean()) / max(float(fitted.std()), TINY)


def logarithm(values: np.ndarray) -> np.ndarray:
    """Return the float64 logarithms of values, those below `TINY` raised to it."""
    return np.log(np.maximum(values, TINY, dtype=np.float64))
