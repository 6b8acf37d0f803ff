"""Methods: what stage two does with the labels. The table `METHODS` has one row per method, with the options it reads.

Nothing heavy is imported here. The code of a method is in `semisup/methods/NAME.py`.
"""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.network_classifier import NETWORK, NewEncoderOptions, ShiftOptions, StepOptions, TuningOptions
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class JointOptions(Options):
    """How much the reconstruction counts.

    Args:
        reconstruction_weight: weight of the mean squared reconstruction error of all inputs, relative to the
            cross-entropy.
    """

    title: ClassVar[str] = "Joint training"

    reconstruction_weight: float = 10.0

    def check(self) -> None:
        checks.at_least_0(self, "reconstruction_weight")


@dataclass(frozen=True, kw_only=True)
class GraphOptions(Options):
    """The graph of nearest neighbours, and how labels spread over it.

    Args:
        graph_codes: build the graph on the codes of "stage_one", on the codes of the same encoder with "random"
            weights, or on the "inputs" themselves.
        neighbours: how many nearest neighbours of each input the graph has.
        spreading: spread the labels by "poisson" learning with class sizes, or by "label_spreading", which needs no
            class sizes.
        class_sizes: fraction of all training inputs in each class, for Poisson learning. The fractions sum to 1.
            Default: all classes are equally large.
        size_tolerance: how far the size of a class may differ from class_sizes, as a fraction of that size.
    """

    title: ClassVar[str] = "Graph"

    graph_codes: Literal["stage_one", "random", "inputs"] = "stage_one"
    neighbours: int = 10
    spreading: Literal["poisson", "label_spreading"] = "poisson"
    class_sizes: list[float] | None = None
    size_tolerance: float = 0.2

    def check(self) -> None:
        checks.one_of(self, "graph_codes", "spreading")
        checks.whole(self, "neighbours", least=1)
        checks.fraction(self, "size_tolerance")
        sizes = self.class_sizes
        if sizes is None:
            return
        if not isinstance(sizes, list) or not all(checks.is_number(size) and size > 0 for size in sizes):
            raise InputError(f"class_sizes: expected a list of numbers above 0, found {sizes!r}")
        if abs(sum(sizes) - 1) > 1e-3:
            raise InputError(f"class_sizes: expected fractions that sum to 1, found a sum of {sum(sizes):.4g}")


@dataclass(frozen=True, kw_only=True)
class GraphRunOptions(Options):
    """The mean of several graphs.

    Args:
        graph_runs: ids of further stage-one runs on the same data, such as runs with other seeds. Their graphs and the
            graph of --run are averaged: classes that one run mixes up, other runs keep apart.
    """

    title: ClassVar[str] = "Graph"

    graph_runs: list[str] = dataclasses.field(default_factory=list)

    def check(self) -> None:
        checks.run_ids(self, "graph_runs")


@dataclass(frozen=True, kw_only=True)
class FirstLabelOptions(Options):
    """Where the first labels of the unlabelled inputs come from.

    Args:
        start: take the first labels of the unlabelled inputs from the "graph", or from a classifier that is trained on
            the true "labels" alone.
    """

    title: ClassVar[str] = "Self-training"

    start: Literal["graph", "labels"] = "graph"

    def check(self) -> None:
        checks.one_of(self, "start")


@dataclass(frozen=True, kw_only=True)
class RoundOptions(Options):
    """How many rounds to train.

    Args:
        rounds: how many classifiers to train one after the other. Each learns from new labels and takes 1.5 times
            as many steps as the one before.
    """

    title: ClassVar[str] = "Self-training"

    rounds: int = 3

    def check(self) -> None:
        checks.whole(self, "rounds", least=1)


@dataclass(frozen=True)
class MethodSpec:
    """A row of the table `METHODS`.

    Attributes:
        encoders: values of `encoder` that the method allows. The first is its default.
        options: groups of options that the method reads.
        steps: default number of gradient steps; 0 if the method takes none.
        module: its module, which defines `METHOD`. Default: `semisup.methods.NAME`.
        networks: networks, of stage one or new, that the method can work on. Default: all.
        labels_alone: whether the method itself sees no unlabelled input. (Stage one may have.)
        reader: whether the method can train a reader.
        weighted: whether the method can give labels weights. (One that trains on labels of its own making cannot.)
    """

    encoders: tuple[str, ...]
    options: tuple[type[Options], ...] = ()
    steps: int = 0
    module: str | None = None
    networks: tuple[str, ...] | None = None
    labels_alone: bool = False
    reader: bool = False
    weighted: bool = False


TRAINED = ("finetuned", "scratch")
ANY = ("finetuned", "frozen", "scratch")
GRAPH = (GraphOptions, GraphRunOptions)

METHODS = {
    "supervised": MethodSpec(ANY, NETWORK, steps=300, labels_alone=True, reader=True, weighted=True),
    "joint": MethodSpec(TRAINED, (*NETWORK, JointOptions), steps=1000, weighted=True),
    "graph": MethodSpec(("frozen",), GRAPH),
    "self_training": MethodSpec(ANY, (*NETWORK, *GRAPH, FirstLabelOptions, RoundOptions), steps=1500),
    "consistency": MethodSpec(TRAINED, (*NETWORK, *GRAPH, FirstLabelOptions), steps=3000),
    "ladder": MethodSpec(
        TRAINED, (StepOptions, NewEncoderOptions), steps=3000, networks=("linear", "dense"), weighted=True
    ),
}

ENCODERS = {  # groups that are read only with these encoders
    "finetuned": (TuningOptions, ShiftOptions),
    "frozen": (),
    "scratch": (TuningOptions, ShiftOptions, NewEncoderOptions),
}

GROUPS = tuple(dict.fromkeys(group for spec in METHODS.values() for group in spec.options))


def encoder_of(method: str, encoder: str | None) -> str | None:
    """Return `encoder`, or the method's default if it is None. Return None if there is no such method."""
    return encoder or (METHODS[method].encoders[0] if str(method) in METHODS else None)


def used_by(method: str, encoder: str | None) -> list[type[Options]]:
    """Return the groups of options that a method reads with an encoder (None: the method's default).

    The list is empty if there is no such method.
    """
    of_encoder = ENCODERS.get(str(encoder_of(method, encoder)), ())
    conditional = {group for groups in ENCODERS.values() for group in groups}
    spec = METHODS.get(str(method), MethodSpec(()))
    return [group for group in spec.options if group not in conditional or group in of_encoder]
