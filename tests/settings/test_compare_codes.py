import pytest

from semisup.settings import CompareCodesSettings
from tests.settings.shared import refusal

REFUSED = [
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
    ({"pretrain": {"a": {}}, "labels": 0}, "labels: expected a whole number of at least 1 or a fraction in (0, 1]"),
    ({"pretrain": {"a": {}}, "labels": [1, 2]}, "labels: expected a whole number of at least 1 or a fraction in"),
    ({"pretrain": {"a": {}}, "draws": 1}, "draws: expected a whole number of at least 2, found 1"),
]


@pytest.mark.parametrize(("changes", "sentence"), REFUSED)
def test_comparisons_that_cannot_be_are_refused(changes, sentence):
    assert refusal(CompareCodesSettings, **changes).startswith(sentence)


@pytest.mark.parametrize(("option", "value"), [("steps", 5), ("run", "b"), ("budgets", [1, 2])])
def test_there_are_no_options_of_methods(option, value):
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{option}'"):
        CompareCodesSettings(pretrain={"a": {}}, **{option: value})
