import pytest

from semisup.errors import InputError
from semisup.settings import PretrainSettings
from tests.settings.shared import check_refusal, refusal

BAD = [
    ("network", "deep", "expected one of linear, dense, convolutional, found 'deep'"),
    ("code_size", 0, "expected a whole number of at least 1, found 0"),
    ("epochs", True, "expected a whole number"),
    ("widths", [4, 0], "expected a list of whole numbers of at least 1, found 0 in it"),
    ("learning_rate", float("nan"), "expected a number above 0, found nan"),
    ("init_seed", -1, "expected a whole number of at least 0, found -1"),
    ("objective", "magic", "expected one of plain, denoising, sparse, contractive, variational, hashing"),
    ("objective", ["plain"], "expected one of plain, denoising, sparse, contractive, variational, hashing"),
    ("network", ["dense"], "expected one of linear, dense, convolutional, found ['dense']"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), BAD)
def test_bad_values_are_refused_by_name(name, value, sentence):
    check_refusal(PretrainSettings, name, value, sentence)


OBJECTIVES = [
    (
        {"objective": "plain", "strength": 0.1},
        "strength: expected none, the plain objective has no use for it, found 0.1",
    ),
    (
        {"objective": "sparse", "strength": 0.1},
        "strength: expected none, the sparse objective has no use for it, found 0.1",
    ),
    ({"objective": "plain", "beta": 2.0}, "beta: expected none, the plain objective has no use for it, found 2.0"),
    ({"objective": "variational", "beta": -1.0}, "beta: expected a number of at least 0, found -1.0"),
    (
        {"objective": "hashing", "penalty_weight": 1.0},
        "penalty_weight: expected none, the hashing objective has no use for it, found 1.0",
    ),
    ({"objective": "sparse", "penalty_weight": -0.1}, "penalty_weight: expected a number of at least 0, found -0.1"),
    (
        {"objective": "contractive", "penalty_weight": float("inf")},
        "penalty_weight: expected a number of at least 0, found inf",
    ),
    (
        {"objective": "sparse", "penalty_weight": "much"},
        "penalty_weight: expected a number of at least 0, found 'much'",
    ),
    ({"objective": "hashing", "bit_noise": -3.0}, "bit_noise: expected a number of at least 0, found -3.0"),
    ({"objective": "denoising", "strength": 1.0}, "strength: expected a fraction in [0, 1) for masking, found 1.0"),
    (
        {"objective": "variational", "corruption": "swap", "strength": 1.0},
        "strength: expected a fraction in [0, 1) for swap, found 1.0",
    ),
    ({"objective": "denoising", "strength": -0.1}, "strength: expected a number of at least 0, found -0.1"),
    ({"objective": "variational", "strength": 0.1}, "strength: expected with a corruption, found 0.1"),
    ({"objective": "denoising", "corruption": "rust"}, "corruption: expected one of gaussian, masking"),
    (
        {"objective": "sparse", "corruption": "swap"},
        "corruption: expected none, the sparse objective has no use for it, found 'swap'",
    ),
    ({"objective": "variational", "corruption": "gamma"}, "corruption: gamma leaves 0 and 1 as they are, expected"),
    ({"objective": "sparse", "target_activation": 1.0}, "target_activation: expected a number in (0, 1), found 1.0"),
    ({"objective": "sparse", "target_activation": 0.1}, "target_activation: expected with --sparsity kl, found 0.1"),
    ({"objective": "hashing", "network": "linear"}, "objective: hashing needs a code in (0, 1), expected the dense"),
    ({"objective": "sparse", "sparsity": "kl", "network": "linear"}, "objective: sparse needs a code in (0, 1)"),
    ({"objective": "variational", "network": "linear"}, "likelihood: expected gaussian for the linear network"),
    (
        {"objective": "denoising", "conditional": True},
        "conditional: expected none, the denoising objective has no use for it, found True",
    ),
    ({"objective": "sparse", "train": "decoder", "run": "a"}, "train: expected both halves for the sparse objective"),
    ({"train": "decoder"}, "run: expected with --train encoder or decoder, and only there, found None"),
    ({"objective": "contractive", "network": "linear"}, "objective: contractive needs a code in (0, 1)"),
    (
        {"batch_norm": True, "network": "linear"},
        "batch_norm: expected none, the linear network has no use for it, found True",
    ),
    ({"batch_norm": True, "objective": "contractive"}, "batch_norm: contractive needs a code that no other input has"),
    ({"batch_norm": "yes"}, "batch_norm: expected true or false, found 'yes'"),
    (
        {"code_activation": "relu", "network": "linear"},
        "code_activation: expected none, the linear network has no use for it, found 'relu'",
    ),
    (
        {"code_activation": "relu", "objective": "sparse"},
        "code_activation: expected none, the sparse objective has no use for it, found 'relu'",
    ),
    ({"code_activation": "tanh"}, "code_activation: expected one of linear, relu, found 'tanh'"),
    ({"objective": "variational", "conditional": 1}, "conditional: expected true or false, found 1"),
    ({"target_activation": "some"}, "target_activation: expected a number in (0, 1), found 'some'"),
    ({"widths": 64}, "widths: expected a list of whole numbers, found 64"),
    ({"train": "decoder", "run": ["a"]}, "run: expected the id of a run, found ['a']"),
    ({"train": "decoder", "run": ""}, "run: expected the id of a run, found ''"),
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


def test_the_linear_network_has_no_hidden_widths():
    with pytest.raises(InputError, match="widths: expected none, the linear network has no use for it"):
        PretrainSettings(network="linear", widths=[3])
