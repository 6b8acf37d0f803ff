import pytest

from semisup.settings import CompareSettings
from tests.settings.shared import check_refusal, refusal

BAD = [
    ("baselines", ["oracle"], "expected a list of logistic_regression, svm"),
    ("budgets", [], "expected at least one number of labels"),
    ("budgets", [10, -1], "found -1"),
    ("draws", 1, "expected a whole number of at least 2, found 1"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), BAD)
def test_bad_values_are_refused_by_name(name, value, sentence):
    check_refusal(CompareSettings, name, value, sentence)


METHODS = [
    ({"a": {"hue": 1}}, "methods: a: hue: unknown option, or none for a method of a grid"),
    ({"a": {"colour": 1}}, "methods: a: colour: unknown option, or none for a method of a grid"),
    ({"a": {"head": "reader"}}, "methods: a: head: unknown option, or none for a method of a grid"),
    ({"a": {"labels": 10}}, "methods: a: labels: unknown option, or none for a method of a grid"),
    ({"a": {"method": "graph", "encoder": "scratch"}}, "methods: a: encoder: expected one of frozen for graph"),
    ({"svm": {}}, "methods: expected a name that is no baseline's, found svm"),
]


@pytest.mark.parametrize(("methods", "sentence"), METHODS)
def test_methods_of_a_grid_are_checked_by_name(methods, sentence):
    assert refusal(CompareSettings, methods=methods).startswith(sentence)


def test_a_method_has_its_own_encoder_mode_and_the_grids_options():
    methods = {"a": {"method": "joint"}, "b": {"learning_rate": 0.2, "encoder": "frozen"}, "c": {"method": "graph"}}
    shared = {"learning_rate": 0.1, "augment": ["masking"], "neighbours": 5}
    cells = CompareSettings(defaults=shared, methods=methods).cells()
    assert [cell.encoder for cell in cells.values()] == ["finetuned", "frozen", "frozen"]
    assert [cell.learning_rate for cell in cells.values()] == [0.1, 0.2, 3e-3]
    assert [cell.augment for cell in cells.values()] == [["masking"], [], []]
    assert [cell.neighbours for cell in cells.values()] == [10, 10, 5]


COMPARISONS = [
    ({"draws": 1}, "draws: expected a whole number of at least 2, found 1"),
    ({"processes": 0}, "processes: expected a whole number of at least 1, found 0"),
    ({"reference": "nobody"}, "reference: expected one of frozen, finetuned, scratch, graph, logistic_regression"),
    ({"baselines": ["svm", "svm"]}, "baselines: expected each once, found ['svm', 'svm']"),
    ({"cluster": "somewhere"}, "cluster: expected an address such as tcp://HOST:8786, found 'somewhere'"),
    ({"cluster": "tcp://a:1", "processes": 2}, "processes: expected none beside cluster, found 2"),
    ({"methods": {}, "baselines": []}, "methods: expected at least one method or baseline, found none"),
    ({"methods": {" ": {}}}, "methods, stage_one: expected names that are text, found ' '"),
    ({"methods": {"a": {"method": ["graph"]}}}, "methods: a: method: expected one of supervised"),
    ({"methods": {"a": {"encoder": ["frozen"]}}}, "methods: a: encoder: expected one of finetuned"),
    ({"defaults": {"hue": 1}}, "defaults: hue: unknown option, or none that methods can share"),
    ({"defaults": {"method": "graph"}}, "defaults: method: unknown option, or none that methods can share"),
    ({"defaults": {"encoder": "frozen"}}, "defaults: encoder: unknown option, or none that methods can share"),
    ({"defaults": {"labels": 10}}, "defaults: labels: unknown option, or none that methods can share"),
    ({"defaults": {"rounds": 7}}, "defaults: rounds: expected an option that one of the methods uses, found 7"),
    ({"defaults": {"steps": 0}}, "defaults: steps: expected a whole number of at least 1, found 0"),
    ({"methods": {"a": {"steps": 0}}, "defaults": {"steps": 1}}, "methods: a: steps: expected a whole number"),
    ({"stage_one": {}}, "stage_one: expected at least one stage-one run, found none"),
    ({"stage_one": {"a": {}}, "run": "0"}, "run: expected none beside stage_one"),
    ({"stage_one": {"a": {"run": "0", "epochs": 1}}}, "stage_one: a: expected the id of a run alone, or none"),
    ({"stage_one": {"a": {"depth": 1}}}, "stage_one: a: depth: unknown option"),
    ({"stage_one": {"a": {"epochs": 0}}}, "stage_one: a: epochs: expected a whole number"),
    ({"stage_one": {"a": {"objective": "variational", "conditional": True}}}, "stage_one: a: conditional: expected fa"),
    (
        {"stage_one": {"a": {}}, "defaults": {"graph_runs": ["b"]}},
        "graph_runs: expected none beside stage_one, whose runs are comp",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), COMPARISONS)
def test_comparisons_that_cannot_be_are_refused(changes, sentence):
    assert refusal(CompareSettings, **changes).startswith(sentence)
