import numpy as np
import pytest

from semisup.graphs import acquisition, neighbours, spreading


def clusters(sizes: list[int], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Round clusters of codes, far from each other, and the number of each row's."""
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(len(sizes)), sizes)
    centres = 10 * np.random.default_rng(1).permutation(np.stack(np.divmod(np.arange(36), 6), axis=1))[: len(sizes)]
    return (centres[of] + rng.normal(0, 0.5, (len(of), 2))).astype(np.float32), of


def graph_of(codes: np.ndarray):
    return neighbours.adjacency(neighbours.self_search(codes, 10))


def choose(codes, labelled, y, count, classes=2, pool=None, seed=0):
    pool = np.setdiff1d(np.arange(len(codes)), labelled) if pool is None else pool
    graph, labelled = graph_of(codes), np.array(labelled, np.int64)
    shares = spreading.label_spreading(graph, labelled, np.array(y, np.int64), classes)
    return acquisition.choose(codes, graph, shares, labelled, pool, count, seed)


def test_without_a_label_every_cluster_gets_one():
    codes, of = clusters([200, 100, 80, 60, 60])
    choice = choose(codes, [], [], 6, classes=0)
    assert set(of[choice.rows]) == {0, 1, 2, 3, 4}
    assert not choice.by_doubt.any()
    assert (choice.doubt == 1).all()


def test_clusters_that_have_a_label_are_left_alone():
    codes, of = clusters([200, 100, 50, 30, 20, 15])
    choice = choose(codes, [0, 200], [0, 1], 4)
    assert sorted(of[choice.rows]) == [2, 3, 4, 5]


def test_doubt_is_found_where_two_classes_meet():
    """Two overlapping clusters with a label in the middle of each, and four far ones that are settled."""
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 1, (300, 2)), rng.normal([3, 0], 1, (300, 2)), rng.normal(20, 1, (300, 2))])
    labelled = [np.linalg.norm(x - centre, axis=1).argmin() for centre in ([0, 0], [3, 0], [20, 20])]
    choice = choose(x.astype("f4"), labelled, [0, 1, 0], 2)
    assert choice.by_doubt.tolist() == [False, True]
    assert 0.5 < x[choice.rows[1]][0] < 2.5
    assert choice.doubt[choice.rows[1]] > 0.4


def test_a_rare_cluster_is_found_long_before_chance_finds_it():
    """Of 1,500 rows 12 are of a class that has no label: chance needs a hundred draws to have one of them."""
    codes, of = clusters([700, 400, 388, 12])
    found = [3 in of[choose(codes, [0, 700, 1100], [0, 1, 2], 4, classes=4, seed=seed).rows] for seed in range(5)]
    assert all(found)


def test_rows_are_of_the_pool_and_none_is_chosen_twice():
    codes, _ = clusters([40, 30])
    pool = np.arange(1, 70, 2)
    choice = choose(codes, [0, 40], [0, 1], len(pool), pool=pool)
    assert sorted(choice.rows) == pool.tolist()


def test_codes_that_are_all_the_same_do_no_harm():
    choice = choose(np.zeros((30, 2), "f4"), [0, 1], [0, 1], 5)
    assert len(set(choice.rows)) == 5


def test_labels_of_suggested_rows_are_worth_more_than_those_of_random_ones():
    """Thirty clusters of three classes, most of them small; labels are spread over the graph."""
    sizes = np.random.default_rng(0).geometric(0.02, 30) + 12
    codes, of = clusters(sizes.tolist())
    y, graph = of % 3, graph_of(codes)
    accuracy = {"suggested": [], "random": []}
    for seed in range(5):
        rng = np.random.default_rng(seed)
        first = np.array([rng.choice(np.flatnonzero(y == c)) for c in range(3)])
        pool = np.setdiff1d(np.arange(len(y)), first)
        suggested = choose(codes, first, y[first], 20, classes=3, seed=seed).rows
        for name, more in (("suggested", suggested), ("random", rng.choice(pool, 20, replace=False))):
            rows = np.concatenate([first, more])
            shares = spreading.label_spreading(graph, rows, y[rows], 3)
            accuracy[name].append((shares.argmax(axis=1) == y).mean())
    assert np.mean(accuracy["suggested"]) > np.mean(accuracy["random"]) + 0.1
    assert (np.array(accuracy["suggested"]) > accuracy["random"]).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_chooses_the_same_rows(seed):
    codes, _ = clusters([60, 50, 40])
    first, second = (choose(codes, [0], [0], 6, seed=seed).rows for _ in range(2))
    assert first.tolist() == second.tolist()
