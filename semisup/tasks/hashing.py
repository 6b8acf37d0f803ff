"""Retrieval by binary codes: rank the training inputs by Hamming distance to test inputs.

Training inputs of the same class are relevant. To compare, iterative quantisation of the inputs themselves, without an
encoder, is scored too (Gong and Lazebnik 2011). Labels only score the rankings: they choose no bit.
"""

import time
from collections.abc import Iterator

import keras
import numpy as np
from matplotlib.figure import Figure

from semisup import networks, plots
from semisup.data.dataset import UNLABELLED
from semisup.graphs import neighbours
from semisup.retrieval import hasher, itq, ranking
from semisup.retrieval.hash_index import HashIndex
from semisup.settings.tasks import BitLengthOptions
from semisup.system import progress
from semisup.tasks.task import EvaluatedRun, Score

QUERIES = 1000  # test inputs, at most
FIRST = 100  # first items, for the precision
ANSWERS = 10  # nearest items, for the recall
DRAWN = 8  # queries in the figure
DRAWN_WAY = "graph"  # the figure shows answers by these bits

Coded = tuple[np.ndarray, np.ndarray]  # (n, code_size) real-valued codes and (n, bits) bool


def score(evaluated: EvaluatedRun, seed: int, lengths: BitLengthOptions) -> Score:
    """Score rankings and the index for B bits, where WAY is how the bits are made.

    WAY is `pca_itq`, or one of `graph`, `itq` and `rounding`, those that are possible with the run:

    - `test_mean_average_precision_WAY_B`, `test_precision_at_100_WAY_B`: of the rankings;
    - `train_buckets_used_WAY_B`: number of different bit strings of the training inputs;
    - `queries_per_second_WAY_B`: speed of the index;
    - `test_recall_at_10_WAY_B`: fraction of the ten nearest items by the real-valued codes that the index finds.
    """
    dataset = evaluated.dataset
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(dataset.x_test), min(QUERIES, len(dataset.x_test)), replace=False)
    queries, y_queries = dataset.x_test[rows], dataset.y_test[rows]
    known = dataset.y_train != UNLABELLED
    metrics, figure = {}, None
    for way, bits, items, coded_queries in _ways(evaluated, queries, lengths.bits, seed):
        scores = ranking.score(items[1][known], dataset.y_train[known], coded_queries[1], y_queries, FIRST)
        key = f"{way}_{bits}"
        metrics[f"test_mean_average_precision_{key}"] = scores.average_precision
        metrics[f"test_precision_at_{FIRST}_{key}"] = scores.precision
        metrics[f"train_buckets_used_{key}"] = float(len(np.unique(ranking.pack(items[1]), axis=0)))
        answers, metrics[f"queries_per_second_{key}"] = _answers(items, coded_queries)
        exact = neighbours.search(coded_queries[0], items[0], ANSWERS).rows
        hits = [len(np.intersect1d(*pair)) for pair in zip(answers, exact, strict=True)]
        metrics[f"test_recall_at_{ANSWERS}_{key}"] = float(np.mean(hits)) / exact.shape[1]
        if way == DRAWN_WAY:
            figure = _first_answers(queries, dataset.x_train, answers)
    return Score(metrics, {} if figure is None else {"first_answers.png": figure})


def _ways(
    evaluated: EvaluatedRun, queries: np.ndarray, lengths: list[int], seed: int
) -> Iterator[tuple[str, int, Coded, Coded]]:
    """Yield for each way and number of bits: its name, this number, and both codes of training inputs and queries."""
    x, codes = evaluated.dataset.x_train, evaluated.train_codes
    flat, flat_queries = x.reshape(len(x), -1), queries.reshape(len(queries), -1)
    query_codes = networks.predict(evaluated.encoder, queries)
    positions = hasher.graph_positions(codes, max(lengths), seed)
    for bits in lengths:
        if bits <= min(flat.shape):
            project = itq.fit(flat, bits, seed)
            projected = project(flat), project(flat_queries)
            yield "pca_itq", bits, *((real, real > 0) for real in projected)
        if bits <= codes.shape[1]:
            rotate = itq.fit(codes, bits, seed)
            yield "itq", bits, (codes, rotate(codes) > 0), (query_codes, rotate(query_codes) > 0)
        if bits == codes.shape[1] and hasher.is_hashing(evaluated.encoder):
            yield "rounding", bits, (codes, codes > 0.5), (query_codes, query_codes > 0.5)
        model = _by_graph(evaluated.encoder, codes, positions, bits, seed)
        yield "graph", bits, hasher.codes_and_bits(model, x), hasher.codes_and_bits(model, queries)


def _by_graph(encoder: keras.Model, codes: np.ndarray, positions: np.ndarray, bits: int, seed: int) -> keras.Model:
    with progress.training(f"{bits} bits", hasher.STEPS, hasher.BATCH) as report:
        return hasher.by_graph(encoder, codes, positions, bits, seed, report)


def _answers(items: Coded, queries: Coded) -> tuple[np.ndarray, float]:
    """Return the (m, 10) nearest items by the hash index, and its speed in queries per second.

    The time to compute the codes is not part of the speed.
    """
    index = HashIndex(items[1].shape[1])
    index.add(items[1], items[0])
    start = time.perf_counter()
    nearest = index.search(queries[1], queries[0], ANSWERS)
    return nearest.items, len(queries[0]) / (time.perf_counter() - start)


def _first_answers(queries: np.ndarray, x: np.ndarray, answers: np.ndarray) -> Figure:
    """Draw a row for each query: the query, then its first answers."""
    rows = np.stack([np.concatenate([queries[i : i + 1], x[answers[i]]]) for i in range(min(DRAWN, len(queries)))])
    return plots.grid_of_inputs(rows, [], ["query", *(str(rank + 1) for rank in range(answers.shape[1]))])
