"""Draw codes: from a fixed density, or from densities that are fitted to the training codes (Ghosh et al. 2020)."""

import numpy as np
from sklearn.mixture import GaussianMixture

FIT_ROWS = 20_000
COMPONENTS = (1, 3, 10, 30, 100)  # numbers of Gaussians to choose from
ROWS_A_COMPONENT = 10  # rows for each component, at least, on average
HELD_OUT = 0.1  # fraction of the rows, to choose the number of components


def draws(codes: np.ndarray, rows: int, seed: int) -> dict[str, np.ndarray]:
    """Return (rows, code_size) draws by each generator, in random order.

    - `standard_normal`: N(0, I), the prior of a variational autoencoder;
    - `scaled_normal`: independent normals with the mean and standard deviation of each number of the code;
    - `gaussian`: one Gaussian with the mean and covariance of the codes;
    - `mixture`: a mixture of Gaussians, see `fitted_mixture`.

    Args:
        codes: (n, code_size) codes of training inputs, n >= 2.
        rows: number of draws by each generator.
        seed: seed of all draws and of the mixture.
    """
    rng = np.random.default_rng(seed)
    codes = codes.astype(np.float64)
    normal = rng.normal(size=(rows, codes.shape[1]))
    covariance = np.atleast_2d(np.cov(codes, rowvar=False))
    return {
        "standard_normal": normal,
        "scaled_normal": codes.mean(axis=0) + codes.std(axis=0) * normal,
        "gaussian": rng.multivariate_normal(codes.mean(axis=0), covariance, rows, check_valid="ignore"),
        "mixture": mixture_draws(codes, rows, seed),
    }


def mixture_draws(codes: np.ndarray, rows: int, seed: int) -> np.ndarray:
    """Return (rows, code_size) draws from a mixture fitted to (n, code_size) codes, in random order."""
    scale = codes.std(axis=0).mean() or 1.0  # the mixture's smallest variance is an absolute number
    drawn, _ = fitted_mixture(codes.astype(np.float64) / scale, seed).sample(rows)  # ordered by component
    return scale * np.random.default_rng(seed).permutation(drawn)


def fitted_mixture(codes: np.ndarray, seed: int) -> GaussianMixture:
    """Fit a mixture of Gaussians with full covariances.

    The number of Gaussians is 1, 3, 10, 30 or 100. It grows until the likelihood of held-out codes no longer rises.

    Args:
        codes: (n, code_size) codes, scaled to standard deviations of about 1. At most 20,000 of them are used.
        seed: seed of the rows that are used, of the held-out ones, and of the initial mixture.
    """
    codes = np.random.default_rng(seed).permutation(codes)[:FIT_ROWS]
    held_out, rest = np.split(codes, [round(HELD_OUT * len(codes))])
    most_components = min(len(rest) // ROWS_A_COMPONENT, len(np.unique(rest, axis=0))) if len(held_out) else 1
    best, likelihood = None, -np.inf
    for components in COMPONENTS:
        if best is not None and components > most_components:
            break
        mixture = GaussianMixture(components, random_state=seed, max_iter=300).fit(rest)
        score = mixture.score(held_out) if len(held_out) else 0.0
        if score <= likelihood:
            break
        best, likelihood = mixture, score
    return best
