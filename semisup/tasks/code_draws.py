"""Draws of codes: without regard to the training codes, and by densities that are fitted to them afterwards (Ghosh et
al. 2020)."""

import numpy as np
from sklearn.mixture import GaussianMixture

FIT_ROWS = 20_000
COMPONENTS = (1, 3, 10, 30, 100)
ROWS_A_COMPONENT = 10  # at least, on average
HELD_OUT = 0.1  # share of the rows that choose the number of components


def draws(codes: np.ndarray, rows: int, seed: int) -> dict[str, np.ndarray]:
    """So many draws by every generator, (rows, code_size) each, in random order.

    - `standard_normal`: N(0, I), the prior of a variational autoencoder;
    - `scaled_normal`: the same with each number's mean and standard deviation;
    - `gaussian`: with the mean and the covariance of the codes;
    - `mixture`: of Gaussians, `fitted_mixture`.

    Args:
        codes: (n, code_size) of training inputs, at least 2.
        rows: how many.
        seed: of all.
    """
    source = np.random.default_rng(seed)
    codes = codes.astype(np.float64)
    normal = source.normal(size=(rows, codes.shape[1]))
    covariance = np.atleast_2d(np.cov(codes, rowvar=False))
    return {
        "standard_normal": normal,
        "scaled_normal": codes.mean(axis=0) + codes.std(axis=0) * normal,
        "gaussian": source.multivariate_normal(codes.mean(axis=0), covariance, rows, check_valid="ignore"),
        "mixture": mixture_draws(codes, rows, seed),
    }


def mixture_draws(codes: np.ndarray, rows: int, seed: int) -> np.ndarray:
    """(rows, code_size) draws from a mixture fitted to (n, code_size) codes, in random order."""
    scale = codes.std(axis=0).mean() or 1.0  # the mixture's least variance is absolute
    drawn, _ = fitted_mixture(codes.astype(np.float64) / scale, seed).sample(rows)  # component by component
    return scale * np.random.default_rng(seed).permutation(drawn)


def fitted_mixture(codes: np.ndarray, seed: int) -> GaussianMixture:
    """Gaussians of any covariance, as many of 1, 3, 10, 30, 100 as give held-out codes the greatest likelihood: the
    first to be better than the next.

    Args:
        codes: (n, code_size), whose numbers vary by about 1.
        seed: of the rows that are fitted, at most 20,000, of those held out, and of the first guess.
    """
    codes = np.random.default_rng(seed).permutation(codes)[:FIT_ROWS]
    held_out, rest = np.split(codes, [round(HELD_OUT * len(codes))])
    most = min(len(rest) // ROWS_A_COMPONENT, len(np.unique(rest, axis=0))) if len(held_out) else 1
    best, likelihood = None, -np.inf
    for components in COMPONENTS:
        if best is not None and components > most:
            break
        mixture = GaussianMixture(components, random_state=seed, max_iter=300).fit(rest)
        score = mixture.score(held_out) if len(held_out) else 0.0
        if score <= likelihood:
            break
        best, likelihood = mixture, score
    return best
