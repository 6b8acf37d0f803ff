"""Methods: what stage two does with the labels, one row each, with the options that it reads.

Nothing heavy is imported here. The code of a method is `semisup/methods/NAME.py`.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self, TypeVar

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options, names, part

Kind = TypeVar("Kind", bound=Options)

IMAGE_AUGMENTATIONS = ("affine", "shift", "cutout", "contrast", "flip")
VECTOR_AUGMENTATIONS = ("masking", "swap")
AUGMENTATIONS = IMAGE_AUGMENTATIONS + VECTOR_AUGMENTATIONS


@dataclass(frozen=True, kw_only=True)
class StepOptions(Options):
    """How long and how fast to train.

    Args:
        steps: gradient steps (self_training: of the first round). The last weights are kept: no label is spent on
            stopping earlier. Default: the method's own number.
        batch_size: inputs in one gradient step.
        learning_rate: peak learning rate of AdamW. It rises for a twentieth of the steps and falls to 0 along a half
            cosine.
        weight_decay: decoupled weight decay of AdamW.
    """

    title: ClassVar[str] = "Training"

    steps: int | None = None
    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 1e-4

    def check(self) -> None:
        if self.steps is not None:
            checks.whole(self, "steps", least=1)
        checks.whole(self, "batch_size", least=1)
        checks.positive(self, "learning_rate")
        checks.at_least_0(self, "weight_decay")


@dataclass(frozen=True, kw_only=True)
class NewEncoderOptions(Options):
    """The shape of an encoder from scratch. Without `network` it is stage one's.

    Args:
        network: shape of a new encoder. Default: that of stage one.
        widths: hidden widths of a new encoder, as in pretrain.
        activation: of the hidden layers of a new encoder.
        code_size: how many numbers the code of a new encoder has. Default: as many as in stage one.
    """

    title: ClassVar[str] = "Encoder"

    network: Literal["dense", "convolutional"] | None = None
    widths: list[int] | None = None
    activation: Literal["relu", "gelu", "tanh", "sigmoid"] = "relu"
    code_size: int | None = None

    def check(self) -> None:
        checks.widths(self, "widths")
        checks.one_of(self, "activation")
        if self.code_size is not None:
            checks.whole(self, "code_size", least=1)
        if self.network is not None:
            checks.one_of(self, "network")
        elif self.widths is not None or self.code_size is not None or self.activation != "relu":
            raise InputError(
                "network: expected one beside widths, code_size and activation, which are of a new encoder, found none"
            )


@dataclass(frozen=True, kw_only=True)
class HeadOptions(Options):
    """The classifier on the code.

    Args:
        head_widths: units of the head's hidden layers. [] is multinomial logistic regression on the code.
        noise: standard deviation of the Gaussian noise on the standardised code in training.
        dropout: fraction of units dropped after each hidden layer of the head in training.
    """

    title: ClassVar[str] = "Head"

    head_widths: list[int] = dataclasses.field(default_factory=lambda: [512])
    noise: float = 0.5
    dropout: float = 0.5

    def check(self) -> None:
        checks.widths(self, "head_widths")
        checks.fraction(self, "noise", "dropout")


@dataclass(frozen=True, kw_only=True)
class TuningOptions(Options):
    """How an encoder that is not frozen is trained.

    Args:
        augment: changes to each training input, drawn anew at each step, that keep its class: of images affine (turned,
            scaled, sheared and shifted a little), shift, cutout, contrast, flip (left to right); of vectors masking and
            swap of features.
        encoder_rate: learning rate of the encoder as a multiple of the head's.
        unfreeze: fraction of the steps over which the layers of the encoder join the training, from the code backwards.
            0 trains all from the first step.
    """

    title: ClassVar[str] = "Encoder"

    augment: list[str] = dataclasses.field(default_factory=list)
    encoder_rate: float = 1.0
    unfreeze: float = 0.0

    def check(self) -> None:
        checks.list_of(self, "augment", AUGMENTATIONS)
        checks.at_least_0(self, "encoder_rate")
        checks.fraction(self, "unfreeze")


@dataclass(frozen=True, kw_only=True)
class ShiftOptions(Options):
    """How images are classified.

    Args:
        average_shifts: predict the mean over an image and its four copies shifted diagonally by a 28th of the side.
            It takes five times as long.
    """

    title: ClassVar[str] = "Head"

    average_shifts: bool = False

    def check(self) -> None:
        checks.true_or_false(self, "average_shifts")


@dataclass(frozen=True, kw_only=True)
class JointOptions(Options):
    """What going on with the reconstruction counts.

    Args:
        reconstruction_weight: weight of the mean squared error of all inputs against the cross-entropy.
    """

    title: ClassVar[str] = "Joint training"

    reconstruction_weight: float = 10.0

    def check(self) -> None:
        checks.at_least_0(self, "reconstruction_weight")


@dataclass(frozen=True, kw_only=True)
class GraphOptions(Options):
    """The graph of nearest neighbours, and how labels spread over it.

    Args:
        graph_codes: build the graph on stage one's codes, on those of the same encoder with random weights, or on the
            inputs themselves.
        neighbours: how many nearest neighbours.
        spreading: Poisson learning with class sizes, or label spreading, which needs no sizes.
        class_sizes: the fraction of all training inputs in each class, for Poisson learning. Default: equal.
        size_tolerance: how far a class may be from its size, relative to it.
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
        graph_runs: ids of further stage-one runs on the same data, such as the same with other seeds. Their graphs and
            that of --run are averaged: what one training mixes up, others keep apart.
    """

    title: ClassVar[str] = "Graph"

    graph_runs: list[str] = dataclasses.field(default_factory=list)

    def check(self) -> None:
        checks.run_ids(self, "graph_runs")


@dataclass(frozen=True, kw_only=True)
class FirstLabelOptions(Options):
    """Where the first labels of the unlabelled inputs come from.

    Args:
        start: first labels from the graph, or from a classifier of the true labels alone.
    """

    title: ClassVar[str] = "Self-training"

    start: Literal["graph", "labels"] = "graph"

    def check(self) -> None:
        checks.one_of(self, "start")


@dataclass(frozen=True, kw_only=True)
class RoundOptions(Options):
    """How often to train.

    Args:
        rounds: how many classifiers to train one after the other, each on new labels and for 1.5 times the steps.
    """

    title: ClassVar[str] = "Self-training"

    rounds: int = 3

    def check(self) -> None:
        checks.whole(self, "rounds", least=1)


@dataclass(frozen=True)
class MethodSpec:
    """A row of the table.

    Attributes:
        encoders: what the method can do with the encoder; the first is its default.
        options: the groups that it reads.
        steps: gradient steps where none are named; 0 if it takes none.
        module: of its file, which ends with `METHOD`; default: `semisup.methods.NAME`.
        networks: stage-one or new networks that it can work on; default: all.
        labels_alone: whether it sees no unlabelled input, unless stage one did.
        reader: whether it can train a reader.
    """

    encoders: tuple[str, ...]
    options: tuple[type[Options], ...] = ()
    steps: int = 0
    module: str | None = None
    networks: tuple[str, ...] | None = None
    labels_alone: bool = False
    reader: bool = False


TRAINED = ("finetuned", "scratch")
ANY = ("finetuned", "frozen", "scratch")
NETWORK = (NewEncoderOptions, TuningOptions, HeadOptions, ShiftOptions, StepOptions)  # of `NetworkClassifier`
GRAPH = (GraphOptions, GraphRunOptions)

METHODS = {
    "supervised": MethodSpec(ANY, NETWORK, steps=300, labels_alone=True, reader=True),
    "joint": MethodSpec(TRAINED, (*NETWORK, JointOptions), steps=1000),
    "graph": MethodSpec(("frozen",), GRAPH),
    "self_training": MethodSpec(ANY, (*NETWORK, *GRAPH, FirstLabelOptions, RoundOptions), steps=1500),
    "consistency": MethodSpec(TRAINED, (*NETWORK, *GRAPH, FirstLabelOptions), steps=3000),
    "ladder": MethodSpec(TRAINED, (StepOptions, NewEncoderOptions), steps=3000, networks=("linear", "dense")),
}

ENCODERS = {  # groups that are read with some encoders only
    "finetuned": (TuningOptions, ShiftOptions),
    "frozen": (),
    "scratch": (TuningOptions, ShiftOptions, NewEncoderOptions),
}

GROUPS = tuple(dict.fromkeys(group for spec in METHODS.values() for group in spec.options))


def encoder_of(method: str, encoder: str | None) -> str | None:
    """The encoder that is named, else the method's default; None if there is no such method."""
    return encoder or (METHODS[method].encoders[0] if method in METHODS else None)


def used_by(method: str, encoder: str | None) -> list[type[Options]]:
    """The groups that a method reads with an encoder (None: its default); none, if there is no such method."""
    known = ENCODERS.get(encoder_of(method, encoder), ())
    conditional = {group for groups in ENCODERS.values() for group in groups}
    spec = METHODS.get(method, MethodSpec(()))
    return [group for group in spec.options if group not in conditional or group in known]


@dataclass(frozen=True)
class Recipe:
    """A method with all the options that it reads: what stage two trains, apart from labels and seeds.

    Attributes:
        method: its row in `METHODS`.
        encoder: "frozen", "finetuned" or "scratch".
        options: by group; `recipe[GraphOptions]` is one of them.
    """

    method: str
    encoder: str
    options: Mapping[type[Options], Options]

    @classmethod
    def of(cls, settings: Options, method: str, encoder: str) -> Self:
        """From settings that have the options, with the method's own number of steps where they name none."""
        recipe = cls(method, encoder, {group: part(settings, group) for group in METHODS[method].options})
        own = recipe.options.get(StepOptions)
        return recipe if own is None or own.steps is not None else recipe.with_steps(METHODS[method].steps)

    def __getitem__(self, group: type[Kind]) -> Kind:
        return self.options[group]

    def with_steps(self, steps: int) -> Self:
        """The same with another number of gradient steps."""
        changed = dataclasses.replace(self[StepOptions], steps=steps)
        return dataclasses.replace(self, options={**self.options, StepOptions: changed})

    def parameters(self) -> dict[str, Any]:
        """Those of the options that change something, by name."""
        groups = used_by(self.method, self.encoder)
        if NewEncoderOptions in groups and self[NewEncoderOptions].network is None:
            groups.remove(NewEncoderOptions)
        values = {name: getattr(self[group], name) for group in groups for name in names(group)}
        return {"method": self.method, "encoder": self.encoder} | values

    @property
    def labels_alone(self) -> bool:
        """Whether no unlabelled input has a part in what is trained."""
        return METHODS[self.method].labels_alone and self.encoder == "scratch"
