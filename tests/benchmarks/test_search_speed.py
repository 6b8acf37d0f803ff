"""Search by binary codes: queries a second, and how many of the ten nearest codes it finds, against scanning all.

Synthetic codes of sixteen numbers in clusters of fifty, bits by iterative quantisation of random features of them; one
thread. Queries are items moved a little.
"""

import time

import numpy as np
import pytest

from semisup.graphs import neighbours
from semisup.retrieval import itq
from semisup.retrieval.hash_index import HashIndex

pytestmark = pytest.mark.benchmark
QUERIES, ANSWERS, ROUNDS = 1000, 10, 3


def synthetic(rows: int, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes and features that bits are made of."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(rows // 50, 16))
    codes = (centres[np.arange(rows) % len(centres)] + 0.3 * rng.normal(size=(rows, 16))).astype(np.float32)
    return codes, np.tanh(codes @ rng.normal(size=(16, bits)) / 4).astype(np.float32)


@pytest.mark.parametrize("rows", [60_000, 1_000_000])
@pytest.mark.parametrize("bits", [16, 32, 64])
def test_queries_a_second_and_recall(rows, bits):
    codes, features = synthetic(rows + QUERIES, bits)
    binary = itq.fit(features[:60_000], bits, 0)(features) > 0
    rng = np.random.default_rng(1)
    near = rng.choice(rows, QUERIES, replace=False)
    wanted = codes[near] + 0.1 * rng.normal(size=(QUERIES, 16)).astype(np.float32)
    moved = np.tanh(wanted @ np.linalg.lstsq(codes[:5000], np.arctanh(features[:5000]), rcond=None)[0])
    wanted_bits = itq.fit(features[:60_000], bits, 0)(moved) > 0
    index = HashIndex(bits)
    start = time.perf_counter()
    index.add(binary[:rows], codes[:rows])
    built = time.perf_counter() - start
    by_scan = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        exact = neighbours.search(wanted, codes[:rows], ANSWERS).rows
        by_scan.append(QUERIES / (time.perf_counter() - start))
    print(
        f"\n{rows:,} codes, {bits} bits: built in {built:.2f} s; all codes scanned: {np.median(by_scan):,.0f} queries/s"
    )
    for candidates in (100, 1000):
        by_hash = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            found = index.search(wanted_bits, wanted, ANSWERS, candidates).items
            by_hash.append(QUERIES / (time.perf_counter() - start))
        recall = np.mean([len(np.intersect1d(*pair)) for pair in zip(found, exact, strict=True)]) / ANSWERS
        print(
            f"  {candidates} candidates: {np.median(by_hash):,.0f} queries/s ({min(by_hash):,.0f} to "
            f"{max(by_hash):,.0f}), recall {recall:.3f}"
        )
