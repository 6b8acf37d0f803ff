"""Retrieval by binary codes: training inputs ranked by Hamming distance for test inputs, those of the same class being
relevant; beside iterative quantisation of the inputs themselves (Gong and Lazebnik 2011), which learns no encoder.

Labels only judge the rankings: no bit is chosen by them.
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

QUERIES = 1000
FIRST = 100  # items of which the precision is taken
ANSWERS = 10  # of which the recall is taken
DRAWN = 8  # queries in the picture,
DRAWN_WAY = "graph"  # which shows the answers by these bits

Coded = tuple[np.ndarray, np.ndarray]  # (n, code_size) real-valued codes and (n, bits) bool


def score(evaluated: EvaluatedRun, seed: int, lengths: BitLengthOptions) -> Score:
    """For `pca_itq` and each way to bits that the run allows (`graph`, `itq`, `rounding`), at B bits:
    `test_mean_average_precision_WAY_B`, `test_precision_at_100_WAY_B`; `train_buckets_used_WAY_B`; and of the index:
    `queries_per_second_WAY_B`, `test_recall_at_10_WAY_B` of the ten nearest by exact search in the real-valued codes.
    """
    dataset = evaluated.dataset
    rng = np.random.default_rng(seed)
    asked = rng.choice(len(dataset.x_test), min(QUERIES, len(dataset.x_test)), replace=False)
    queries, y_queries = dataset.x_test[asked], dataset.y_test[asked]
    known = dataset.y_train != UNLABELLED
    figures, picture = {}, None
    for way, bits, items, wanted in _ways(evaluated, queries, lengths.bits, seed):
        found = ranking.score(items[1][known], dataset.y_train[known], wanted[1], y_queries, FIRST)
        key = f"{way}_{bits}"
        figures[f"test_mean_average_precision_{key}"] = found.average_precision
        figures[f"test_precision_at_{FIRST}_{key}"] = found.precision
        figures[f"train_buckets_used_{key}"] = float(len(np.unique(ranking.pack(items[1]), axis=0)))
        answers, figures[f"queries_per_second_{key}"] = _answers(items, wanted)
        exact = neighbours.search(wanted[0], items[0], ANSWERS).rows
        hits = [len(np.intersect1d(*pair)) for pair in zip(answers, exact, strict=True)]
        figures[f"test_recall_at_{ANSWERS}_{key}"] = float(np.mean(hits)) / exact.shape[1]
        if way == DRAWN_WAY:
            picture = _first_answers(queries, dataset.x_train, answers)
    return Score(figures, {} if picture is None else {"first_answers.png": picture})


def _ways(
    evaluated: EvaluatedRun, queries: np.ndarray, lengths: list[int], seed: int
) -> Iterator[tuple[str, int, Coded, Coded]]:
    """Each way's name, bits, and codes of the training inputs and of the queries."""
    x, codes = evaluated.dataset.x_train, evaluated.train_codes
    flat, flat_queries = x.reshape(len(x), -1), queries.reshape(len(queries), -1)
    wanted = networks.predict(evaluated.encoder, queries)
    positions = hasher.graph_positions(codes, max(lengths), seed)
    for bits in lengths:
        if bits <= min(flat.shape):
            project = itq.fit(flat, bits, seed)
            projected = project(flat), project(flat_queries)
            yield "pca_itq", bits, *((real, real > 0) for real in projected)
        if bits <= codes.shape[1]:
            rotate = itq.fit(codes, bits, seed)
            yield "itq", bits, (codes, rotate(codes) > 0), (wanted, rotate(wanted) > 0)
        if bits == codes.shape[1] and hasher.is_hashing(evaluated.encoder):
            yield "rounding", bits, (codes, codes > 0.5), (wanted, wanted > 0.5)
        model = _by_graph(evaluated.encoder, codes, positions, bits, seed)
        yield "graph", bits, hasher.codes_and_bits(model, x), hasher.codes_and_bits(model, queries)


def _by_graph(encoder: keras.Model, codes: np.ndarray, positions: np.ndarray, bits: int, seed: int) -> keras.Model:
    with progress.training(f"{bits} bits", hasher.STEPS, hasher.BATCH) as report:
        return hasher.by_graph(encoder, codes, positions, bits, seed, report)


def _answers(items: Coded, wanted: Coded) -> tuple[np.ndarray, float]:
    """(m, 10) nearest items by the hash index, and queries a second, codes given."""
    index = HashIndex(items[1].shape[1])
    index.add(items[1], items[0])
    start = time.perf_counter()
    found = index.search(wanted[1], wanted[0], ANSWERS)
    return found.items, len(wanted[0]) / (time.perf_counter() - start)


def _first_answers(queries: np.ndarray, x: np.ndarray, answers: np.ndarray) -> Figure:
    """A row a query: the query, then its first answers."""
    rows = np.stack([np.concatenate([queries[i : i + 1], x[answers[i]]]) for i in range(min(DRAWN, len(queries)))])
    return plots.grid_of_inputs(rows, [], ["query", *(str(rank + 1) for rank in range(answers.shape[1]))])
