import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from semisup.errors import InputError
from semisup.settings import CompareSettings, FinetuneSettings, PretrainSettings, UiSettings

CONFIGS = Path(__file__).parent.parent / "configs"
COMMANDS = {"pretrain": PretrainSettings, "finetune": FinetuneSettings, "compare": CompareSettings}

BAD = [
    (PretrainSettings, "network", "deep", "expected one of linear, dense, convolutional, found 'deep'"),
    (PretrainSettings, "code_size", 0, "expected a whole number of at least 1, found 0"),
    (PretrainSettings, "epochs", True, "expected a whole number"),
    (PretrainSettings, "widths", [4, 0], "expected a list of whole numbers of at least 1, found 0 in it"),
    (PretrainSettings, "learning_rate", float("nan"), "expected a number above 0, found nan"),
    (PretrainSettings, "init_seed", -1, "expected a whole number of at least 0, found -1"),
    (
        FinetuneSettings,
        "encoder",
        "melted",
        "expected one of finetuned, frozen, scratch for supervised, found 'melted'",
    ),
    (FinetuneSettings, "labels", 0, "or a fraction in (0, 1], found 0"),
    (FinetuneSettings, "labels", 1.5, "or a fraction in (0, 1], found 1.5"),
    (FinetuneSettings, "dropout", 1.0, "expected a number in [0, 1), found 1.0"),
    (FinetuneSettings, "noise", -0.1, "expected a number in [0, 1), found -0.1"),
    (FinetuneSettings, "weight_decay", -1.0, "expected a number of at least 0, found -1.0"),
    (
        FinetuneSettings,
        "method",
        "magic",
        "expected one of supervised, joint, graph, self_training, consistency, ladder",
    ),
    (
        FinetuneSettings,
        "augment",
        ["turn"],
        "expected a list of affine, shift, cutout, contrast, flip, masking, swap",
    ),
    (FinetuneSettings, "average_shifts", 1, "expected true or false"),
    (FinetuneSettings, "augment", True, "expected a list of affine"),
    (FinetuneSettings, "unfreeze", 1.0, "expected a number in [0, 1), found 1.0"),
    (FinetuneSettings, "encoder_rate", -1, "expected a number of at least 0, found -1"),
    (FinetuneSettings, "graph_codes", "pixels", "expected one of stage_one, random, inputs, found 'pixels'"),
    (FinetuneSettings, "graph_runs", "a", "expected a list of ids of stage-one runs, found 'a'"),
    (FinetuneSettings, "graph_runs", [7], "expected a list of ids of stage-one runs, found [7]"),
    (FinetuneSettings, "neighbours", 0, "expected a whole number of at least 1, found 0"),
    (FinetuneSettings, "class_sizes", [0.5, 0.6], "expected shares that sum to 1, found a sum of 1.1"),
    (FinetuneSettings, "class_sizes", [1.5, -0.5], "expected a list of numbers above 0"),
    (FinetuneSettings, "trusted", 0, "expected a share in (0, 1], found 0"),
    (FinetuneSettings, "steps", 0, "expected a whole number of at least 1, found 0"),
    (FinetuneSettings, "network", "convolutional", "expected none but for a scratch encoder, found 'convolutional'"),
    (FinetuneSettings, "network", "linear", "expected one of dense, convolutional, found 'linear'"),
    (FinetuneSettings, "head", "writer", "expected one of classifier, reader, found 'writer'"),
    (FinetuneSettings, "images", 0, "expected a whole number of at least 1, found 0"),
    (FinetuneSettings, "images", 5, "expected at most 4, found 5"),
    (FinetuneSettings, "language", "latin", "expected one of english, korean, found 'latin'"),
    (CompareSettings, "baselines", ["oracle"], "expected a list of logistic_regression, svm"),
    (CompareSettings, "budgets", [], "expected at least one number of labels"),
    (CompareSettings, "budgets", [10, -1], "found -1"),
    (CompareSettings, "draws", 1, "expected a whole number of at least 2, found 1"),
    (UiSettings, "port", 70000, "expected at most 65535, found 70000"),
]


def refusal(settings, **options):
    """What is said of settings that cannot be."""
    with pytest.raises(InputError) as refused:
        settings(**options)
    return str(refused.value)


@pytest.mark.parametrize(("settings", "name", "value", "sentence"), BAD)
def test_bad_values_are_refused_by_name(settings, name, value, sentence):
    with pytest.raises(InputError) as refusal:
        settings(**{name: value})
    assert str(refusal.value).startswith(f"{name}: ")
    assert sentence in str(refusal.value)


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
    with pytest.raises(InputError) as refusal:
        CompareSettings(methods=methods)
    assert str(refusal.value).startswith(sentence)


def test_a_method_has_its_own_encoder_mode_and_the_grids_options():
    methods = {"a": {"method": "joint"}, "b": {"learning_rate": 0.2, "encoder": "frozen"}, "c": {"method": "graph"}}
    cells = CompareSettings(learning_rate=0.1, augment=["masking"], neighbours=5, methods=methods).cells()
    assert [cell.encoder for cell in cells.values()] == ["finetuned", "frozen", "frozen"]
    assert [cell.learning_rate for cell in cells.values()] == [0.1, 0.2, 3e-3]
    assert [cell.augment for cell in cells.values()] == [["masking"], [], []]
    assert [cell.neighbours for cell in cells.values()] == [10, 10, 5]


UNUSED = [
    ({"method": "ladder", "augment": ["affine"]}, "augment: expected none, ladder with a finetuned encoder has no use"),
    (
        {"encoder": "frozen", "encoder_rate": 0.1},
        "encoder_rate: expected none, supervised with a frozen encoder has no",
    ),
    ({"method": "graph", "steps": 10}, "steps: expected none, graph with a frozen encoder has no use for it, found 10"),
    ({"neighbours": 5}, "neighbours: expected none, supervised with a finetuned encoder has no use for it, found 5"),
    ({"encoder": "frozen", "average_shifts": True}, "average_shifts: expected none, supervised with a frozen encoder"),
    (
        {"head": "reader", "average_shifts": True},
        "average_shifts: expected none, a reader has no use for it, found True",
    ),
    ({"images": 2}, "images: expected none, a classifier has no use for it, found 2"),
    ({"head": "reader", "method": "joint"}, "method: expected supervised beside the reader, found joint"),
    ({"activation": "gelu"}, "network: expected one beside widths, code_size and activation"),
]


@pytest.mark.parametrize(("options", "sentence"), UNUSED)
def test_an_option_that_would_change_nothing_is_refused(options, sentence):
    assert refusal(FinetuneSettings, **options).startswith(sentence)


def test_widths_without_a_network_are_refused():
    with pytest.raises(InputError, match="network: expected one beside widths, code_size and activation"):
        FinetuneSettings(encoder="scratch", widths=[8])


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
    ({"stage_one": {}}, "stage_one: expected at least one stage-one run, found none"),
    ({"stage_one": {"a": {}}, "run": "0"}, "run: expected none beside stage_one"),
    ({"stage_one": {"a": {"run": "0", "epochs": 1}}}, "stage_one: a: expected the id of a run alone, or none"),
    ({"stage_one": {"a": {"depth": 1}}}, "stage_one: a: depth: unknown option"),
    ({"stage_one": {"a": {"epochs": 0}}}, "stage_one: a: epochs: expected a whole number"),
    ({"stage_one": {"a": {"objective": "variational", "conditional": True}}}, "stage_one: a: conditional: expected fa"),
    ({"stage_one": {"a": {}}, "graph_runs": ["b"]}, "graph_runs: expected none beside stage_one, whose runs are comp"),
]


@pytest.mark.parametrize(("changes", "sentence"), COMPARISONS)
def test_comparisons_that_cannot_be_are_refused(changes, sentence):
    assert refusal(CompareSettings, **changes).startswith(sentence)


OBJECTIVES = [
    ({"objective": "plain", "strength": 0.1}, "strength: expected none for the plain objective, found 0.1"),
    ({"objective": "sparse", "strength": -0.1}, "strength: expected a number of at least 0, found -0.1"),
    ({"objective": "contractive", "strength": float("inf")}, "strength: expected a number of at least 0, found inf"),
    ({"objective": "denoising", "strength": 1.0}, "strength: expected a share in [0, 1) for masking, found 1.0"),
    ({"objective": "denoising", "corruption": "rust"}, "corruption: expected one of gaussian, masking"),
    ({"objective": "sparse", "corruption": "swap"}, "corruption: expected none for the sparse objective, found 'swap'"),
    ({"objective": "variational", "corruption": "gamma"}, "corruption: gamma leaves 0 and 1 as they are, expected"),
    ({"objective": "sparse", "target_activation": 1.0}, "target_activation: expected a number in (0, 1), found 1.0"),
    ({"objective": "hashing", "network": "linear"}, "objective: hashing needs a code in (0, 1), expected the dense"),
    ({"objective": "sparse", "sparsity": "kl", "network": "linear"}, "objective: sparse needs a code in (0, 1)"),
    ({"objective": "variational", "network": "linear"}, "likelihood: expected gaussian for the linear network"),
    ({"objective": "denoising", "conditional": True}, "conditional: expected the variational objective"),
    ({"objective": "sparse", "train": "decoder", "run": "a"}, "train: expected both halves for the sparse objective"),
    ({"train": "decoder"}, "run: expected with --train encoder or decoder, and only there, found None"),
    ({"objective": "contractive", "network": "linear"}, "objective: contractive needs a code in (0, 1)"),
    ({"batch_norm": True, "network": "linear"}, "batch_norm: expected false for the linear network"),
    ({"batch_norm": True, "objective": "contractive"}, "batch_norm: contractive needs a code that no other input has"),
    ({"batch_norm": "yes"}, "batch_norm: expected true or false, found 'yes'"),
    ({"code_activation": "relu", "network": "linear"}, "code_activation: expected linear for the linear network"),
    ({"code_activation": "relu", "objective": "sparse"}, "code_activation: expected linear for the sparse objective"),
    ({"code_activation": "tanh"}, "code_activation: expected one of linear, relu, found 'tanh'"),
    ({"objective": "variational", "conditional": 1}, "conditional: expected true or false, found 1"),
    ({"objective": "sparse", "strength": "much"}, "strength: expected a number of at least 0, found 'much'"),
    ({"target_activation": None}, "target_activation: expected a number in (0, 1), found None"),
    ({"widths": 64}, "widths: expected a list of whole numbers, found 64"),
    ({"train": "decoder", "run": ["a"]}, "run: expected the id of a stage-one run, found ['a']"),
    ({"train": "decoder", "run": ""}, "run: expected the id of a stage-one run, found ''"),
    ({"run": "a"}, "run: expected with --train encoder or decoder, and only there, found 'a'"),
]


@pytest.mark.parametrize(("changes", "sentence"), OBJECTIVES)
def test_objectives_that_cannot_be_are_refused(changes, sentence):
    assert refusal(PretrainSettings, **changes).startswith(sentence)


def test_gaussian_noise_may_be_as_strong_as_wanted():
    assert PretrainSettings(objective="denoising", corruption="gaussian", strength=2.0).strength == 2.0


def test_denoising_masks_unless_told_otherwise():
    assert PretrainSettings(objective="denoising").corruption == "masking"
    assert PretrainSettings(objective="variational").corruption is None


GRIDS = [
    ({"pretrain": {}}, "pretrain: expected at least one stage-one run to train"),
    ({"pretrain": {"a": {"hue": 1}}}, "pretrain: a: hue: unknown option"),
    ({"pretrain": {"a": {"code_size": 0}}}, "pretrain: a: code_size: expected a whole number of at least 1, found 0"),
    ({"pretrain": {"a": {"data": "digits"}}}, "pretrain: a: data: unknown option, or none for a run of a grid"),
    ({"pretrain": {"a": {"train": "decoder", "run": "b"}}}, "pretrain: a: train: unknown option, or none for a run"),
    ({"pretrain": {"a": {"weight_decay": "abc"}}}, "pretrain: a: weight_decay: expected a number of at least 0"),
    ({"pretrain": {"pca": {}}}, "pretrain: expected a name other than pca, kernel_pca, inputs, found pca"),
    (
        {"pretrain": {"a": {"objective": "variational", "conditional": True}}},
        "pretrain: a: conditional: expected false",
    ),
    ({"pretrain": {"a": {}}, "steps": 5}, "steps: expected none beside pretrain"),
    ({"pretrain": {"a": {}}, "run": "b"}, "run: expected none beside pretrain"),
    ({"pretrain": {"a": {}}, "budgets": [1, 2]}, "budgets: expected one beside pretrain, found [1, 2]"),
]


@pytest.mark.parametrize(("changes", "sentence"), GRIDS)
def test_grids_of_stage_one_runs_that_cannot_be_are_refused(changes, sentence):
    assert refusal(CompareSettings, **changes).startswith(sentence)


def test_the_linear_network_has_no_hidden_widths():
    with pytest.raises(InputError, match="widths: expected none for the linear network"):
        PretrainSettings(network="linear", widths=[3])


def test_every_setting_is_documented():
    for settings in (*COMMANDS.values(), UiSettings):
        documented = "".join(base.__doc__ or "" for base in settings.__mro__)
        for field in dataclasses.fields(settings):
            assert f"\n        {field.name}: " in documented, (settings, field.name)


@pytest.mark.parametrize("path", sorted(CONFIGS.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_shipped_configuration_is_valid_and_says_what_it_reaches(path, empty):
    text = path.read_text()
    assert text.startswith("# ")
    for file in re.findall(r"^(?:data|test): ([^\s:]+\.\w+)$", text, re.MULTILINE):
        (empty / file).touch()
    for folder in re.findall(r"^data: (\S+)/$", text, re.MULTILINE):
        (empty / folder).mkdir()
    settings = COMMANDS[path.parent.name](**yaml.safe_load(text))
    defaults = COMMANDS[path.parent.name]()
    for name in yaml.safe_load(text):
        assert getattr(settings, name) != getattr(defaults, name), f"{name} is the default and needs no line"


def test_the_comparison_on_mnist_uses_the_settings_of_the_finetuning():
    finetune, compare = (
        yaml.safe_load((CONFIGS / stage / "mnist.yaml").read_text()) for stage in ("finetune", "compare")
    )
    assert compare.pop("budgets") == [finetune.pop("labels")]
    assert compare == finetune


def test_graphs_of_several_runs_are_of_their_codes():
    told = refusal(FinetuneSettings, method="graph", graph_codes="inputs", graph_runs=["a"])
    assert told == "graph_runs: expected none beside graph_codes inputs, found ['a']"
