"""Turn free texts into numbers in [0, 1], by the words and the pieces of words that they share.

Counts of terms, weighted by TF-IDF with sub-linear counts, are projected to their first singular vectors (Deerwester
and others 1990, "Indexing by latent semantic analysis"). All of it is stored as JSON; nothing is pickled.
"""

import base64
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

FEATURES = 128
MOST_TERMS = 5000  # of words, and of pieces of words
MOST_ROWS = 50_000  # evenly spread, to which the terms and the projection are fitted
WITHIN = 0.999  # fraction of the numbers that are not clipped
# A term is one or two words, or three or four letters in a row within a word.
KINDS: tuple[dict[str, Any], ...] = ({"ngram_range": (1, 2)}, {"analyzer": "char_wb", "ngram_range": (3, 4)})


class TextFeatures(NamedTuple):
    """A projection of texts, fitted to the training rows.

    Attributes:
        terms: the terms of each of `KINDS`.
        weights: (terms,) float32, inverse document frequency of each term, of one kind after the other.
        components: (terms, features) float32, singular vectors.
        mean: (features,) float32, mean of the training rows.
        scale: what a number is multiplied by, so that nearly all lie within 0.5 of the mean.
    """

    terms: list[list[str]]
    weights: np.ndarray
    components: np.ndarray
    mean: np.ndarray
    scale: float

    def __call__(self, texts: pd.Series) -> np.ndarray:
        """Project texts to (rows, features) float32 in [0, 1]."""
        projected = normalize(_weighted(texts, self.terms, self.weights) @ self.components)  # (rows, features)
        return np.clip(0.5 + self.scale * (projected - self.mean), 0, 1).astype(np.float32)

    def to_json(self) -> dict[str, Any]:
        return {
            "terms": self.terms,
            "weights": _packed(self.weights),
            "components": _packed(self.components),
            "mean": _packed(self.mean),
            "scale": self.scale,
        }

    @staticmethod
    def from_json(content: dict[str, Any]) -> "TextFeatures":
        terms = [list(each) for each in content["terms"]]
        weights, components, mean = (_unpacked(content[name]) for name in ("weights", "components", "mean"))
        count = sum(map(len, terms))
        if len(terms) != len(KINDS) or not all(isinstance(term, str) for each in terms for term in each) or count == 0:
            raise ValueError("text: expected lists of terms")
        if weights.shape != (count,) or components.size != count * len(mean) or not isinstance(content["scale"], float):
            raise ValueError("text: expected a weight and a row of components for each term")
        return TextFeatures(terms, weights, components.reshape(count, len(mean)), mean, content["scale"])


def fit(texts: pd.Series) -> TextFeatures:
    """Fit a projection to the texts of the training rows. A term counts if two texts have it, the most frequent first.

    Args:
        texts: (rows,) texts, at least one of which is not empty.
    """
    texts = texts.iloc[:: -(-len(texts) // MOST_ROWS)]
    vectorizers = [_fitted(kind, texts) for kind in KINDS]
    terms = [[] if each is None else each.get_feature_names_out().tolist() for each in vectorizers]
    weights = np.concatenate([[] if each is None else each.idf_ for each in vectorizers]).astype(np.float16)
    counts = _weighted(texts, terms, weights)  # (rows, terms)
    features = max(1, min(FEATURES, counts.shape[0] - 1, counts.shape[1] - 1))
    with np.errstate(invalid="ignore"):  # of the explained variance, if all texts are the same
        svd = TruncatedSVD(features, random_state=0).fit(counts)
    components = svd.components_.T.astype(np.float16)  # as they are stored
    projected = normalize(counts @ components.astype(np.float32))
    mean = projected.mean(axis=0).astype(np.float16)
    widest = np.quantile(np.abs(projected - mean), WITHIN)
    return TextFeatures(
        terms, *(part.astype(np.float32) for part in (weights, components, mean)), float(0.5 / max(widest, 1e-6))
    )


def _fitted(kind: dict[str, Any], texts: pd.Series) -> TfidfVectorizer | None:
    """Find the terms of one kind; None if the texts have none."""
    for at_least in (2, 1):
        try:
            return TfidfVectorizer(**kind, sublinear_tf=True, min_df=at_least, max_features=MOST_TERMS).fit(texts)
        except ValueError:  # no term is left
            continue
    return None


def _weighted(texts: pd.Series, terms: list[list[str]], weights: np.ndarray) -> csr_matrix:
    """Return (rows, terms) weights of the terms in texts. Words and pieces of words weigh the same in all."""
    parts, first = [], 0
    for kind, known in zip(KINDS, terms, strict=True):
        if known:
            vectorizer = TfidfVectorizer(**kind, sublinear_tf=True, vocabulary=known)
            vectorizer.idf_ = weights[first : first + len(known)].astype(np.float64)
            parts.append(vectorizer.transform(texts))
        first += len(known)
    return normalize(hstack(parts).tocsr()).astype(np.float32)


def _packed(numbers: np.ndarray) -> str:
    return base64.b64encode(numbers.astype("<f2").tobytes()).decode()


def _unpacked(text: str) -> np.ndarray:
    numbers = np.frombuffer(base64.b64decode(text, validate=True), "<f2").astype(np.float32)
    if not np.isfinite(numbers).all():
        raise ValueError("text: expected finite numbers")
    return numbers
