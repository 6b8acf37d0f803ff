import numpy as np
import pytest
from mlflow import MlflowClient

from semisup import methods, networks
from semisup.commands import inputs
from semisup.commands.compare import compare
from semisup.commands.finetune import finetune
from semisup.commands.pretrain import pretrain
from semisup.errors import InputError
from semisup.methods.pretrained import Pretrained
from semisup.settings import CompareSettings, FinetuneSettings, PretrainSettings
from tests.conftest import blobs, write_npz

SMALL = {"data": "a.npz", "widths": [8], "code_size": 4, "epochs": 3}


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory):
    """A folder with a store, and the ids of two stage-one runs on the same data in it."""
    folder = tmp_path_factory.mktemp("two")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_npz(folder / "a.npz", shape=(6,))
        return folder, [pretrain(PretrainSettings(**SMALL, init_seed=seed)).run_id for seed in (0, 1)]


@pytest.fixture
def ids(two_runs, monkeypatch):
    monkeypatch.chdir(two_runs[0])
    return two_runs[1]


def prepared(run, *others):
    settings = FinetuneSettings(method="graph", run=run, graph_runs=list(others), labels=9)
    dataset = inputs.finetune.load(settings).dataset
    return methods.prepare(Pretrained.read(run, dataset), dataset, settings.recipe), dataset


def test_graphs_of_several_runs_are_averaged_and_new_inputs_hear_all_of_them(ids):
    both, dataset = prepared(*ids)
    first, second = (prepared(run)[0] for run in ids)
    difference = both.adjacency - (first.adjacency + second.adjacency) / 2
    assert abs(difference).max() < 1e-12
    assert abs(first.adjacency - second.adjacency).max() > 0.1
    rows = np.arange(9)
    both.fit(rows, dataset.y_train[rows], 0, 0)
    found = both.predict(both.inputs(dataset.x_test))
    first.probabilities = second.probabilities = both.probabilities
    each = [one.predict(one.inputs(dataset.x_test)) for one in (first, second)]
    np.testing.assert_allclose(found, np.mean(each, axis=0))
    np.testing.assert_allclose(networks.predict(both.classifier, dataset.x_test), found, atol=1e-4)
    assert (found.argmax(axis=1) == dataset.y_test).mean() > 0.8  # chance: a third


@pytest.mark.parametrize(
    "method", ["graph", *(pytest.param(m, marks=pytest.mark.slow) for m in ("self_training", "consistency"))]
)
def test_a_run_says_whose_graphs_it_was_trained_on(ids, method):
    trained = {} if method == "graph" else {"steps": 120, "head_widths": [16], "noise": 0.0, "learning_rate": 1e-2}
    result = finetune(FinetuneSettings(method=method, run=ids[0], graph_runs=ids[1:], labels=9, **trained))
    parameters = MlflowClient().get_run(result.run_id).data.params
    assert parameters["pretrain_run"] == ids[0]
    assert parameters["graph_runs"] == str(ids[1:])
    assert result.metrics["test_accuracy"] > 0.6  # chance: a third


@pytest.mark.slow
def test_a_comparison_gives_its_methods_the_same_graphs(ids):
    methods = {"graph": {"method": "graph"}, "alone": {"method": "graph", "graph_runs": []}}
    result = compare(
        CompareSettings(
            run=ids[0],
            budgets=[9],
            draws=2,
            methods=methods,
            defaults={"graph_runs": ids[1:]},
            baselines=[],
            processes=1,
        )
    )
    settings = FinetuneSettings(method="graph", run=ids[0], graph_runs=ids[1:], labels=9, draw=1)
    single = finetune(settings).metrics["test_log_loss"]
    found = result.cells.set_index(["method", "draw"])["test_log_loss"]
    assert found["graph", 1] == single != found["alone", 1]


@pytest.mark.slow
def test_what_is_no_further_run_on_the_same_data_is_refused(ids):
    def refused(*graph_runs):
        with pytest.raises(InputError) as refusal:
            inputs.finetune.load(FinetuneSettings(method="graph", run=ids[0], graph_runs=list(graph_runs)))
        return str(refusal.value)

    assert refused("nothing").startswith("graph_runs: run: expected the id of a run in ")
    assert refused(ids[0]) == f"graph_runs: expected runs other than {ids[0]}, each once, found {ids[0]}"
    assert refused(ids[1], ids[1]) == f"graph_runs: expected runs other than {ids[0]}, each once, found {ids[1]}"
    x, y = blobs(90, seed=3)
    np.savez("b.npz", x=x, y=y, x_test=x[:20], y_test=y[:20])
    other = pretrain(PretrainSettings(**(SMALL | {"data": "b.npz"}))).run_id
    assert refused(other).startswith(f"graph_runs: expected a run on the data of {ids[0]}, a.npz (")
    assert refused(other).split("found ")[1].startswith(f"{other} on b.npz (")
    told = pretrain(PretrainSettings(**SMALL, objective="variational", conditional=True)).run_id
    assert refused(told).startswith("graph_runs: run: expected a stage-one run that has seen no label, found")
