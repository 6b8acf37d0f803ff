import pytest

from semisup.errors import InputError
from semisup.settings import FinetuneSettings
from tests.settings.shared import check_refusal, refusal

BAD = [
    ("encoder", "melted", "expected one of finetuned, frozen, scratch for supervised, found 'melted'"),
    ("encoder", ["frozen"], "expected one of finetuned, frozen, scratch for supervised, found ['frozen']"),
    ("labels", 0, "or a fraction in (0, 1], found 0"),
    ("labels", 1.5, "or a fraction in (0, 1], found 1.5"),
    ("dropout", 1.0, "expected a number in [0, 1), found 1.0"),
    ("noise", -0.1, "expected a number in [0, 1), found -0.1"),
    ("weight_decay", -1.0, "expected a number of at least 0, found -1.0"),
    ("method", "magic", "expected one of supervised, joint, graph, self_training, consistency, ladder"),
    ("method", ["graph"], "expected one of supervised, joint, graph, self_training, consistency, ladder"),
    ("augment", ["turn"], "expected a list of affine, shift, cutout, contrast, flip, masking, swap"),
    ("average_shifts", 1, "expected true or false"),
    ("augment", True, "expected a list of affine"),
    ("unfreeze", 1.0, "expected a number in [0, 1), found 1.0"),
    ("encoder_rate", -1, "expected a number of at least 0, found -1"),
    ("graph_codes", "pixels", "expected one of stage_one, random, inputs, found 'pixels'"),
    ("graph_runs", "a", "expected a list of ids of stage-one runs, found 'a'"),
    ("graph_runs", [7], "expected a list of ids of stage-one runs, found [7]"),
    ("neighbours", 0, "expected a whole number of at least 1, found 0"),
    ("class_sizes", [0.5, 0.6], "expected fractions that sum to 1, found a sum of 1.1"),
    ("class_sizes", [1.5, -0.5], "expected a list of numbers above 0"),
    ("steps", 0, "expected a whole number of at least 1, found 0"),
    (
        "network",
        "convolutional",
        "expected none, supervised with a finetuned encoder has no use for it, found 'convolutional'",
    ),
    ("network", "linear", "expected one of dense, convolutional, found 'linear'"),
    ("head", "writer", "expected one of classifier, reader, found 'writer'"),
    ("images", 0, "expected a whole number of at least 1, found 0"),
    ("images", 5, "expected at most 4, found 5"),
    ("language", "latin", "expected one of english, korean, found 'latin'"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), BAD)
def test_bad_values_are_refused_by_name(name, value, sentence):
    check_refusal(FinetuneSettings, name, value, sentence)


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


def test_graphs_of_several_runs_are_of_their_codes():
    told = refusal(FinetuneSettings, method="graph", graph_codes="inputs", graph_runs=["a"])
    assert told == "graph_runs: expected none beside graph_codes inputs, found ['a']"
