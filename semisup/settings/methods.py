"""Methods: what stage two does with the labels. The table `METHODS` has one row per method, with the options it reads.

Nothing heavy is imported here. The code of a method is in `semisup/methods/NAME.py`.
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
        steps: number of gradient steps (for self_training, in the first round). The weights after the last step are
            kept: no label is held back for early stopping. Default: set by the method (300 for supervised).
        batch_size: inputs per gradient step.
        learning_rate: peak learning rate of AdamW. The rate rises from 0 over the first twentieth of the steps, then
            falls to 0 along half a cosine.
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
    """The shape of a new encoder, for `--encoder scratch`. Without `network`, it is the shape of stage one's encoder.

    Args:
        network: kind of the new encoder, for --encoder scratch. Default: the whole shape of stage one's encoder.
        widths: units or filters of the new encoder's hidden layers. Expected with --network only. Default: as in
            pretrain.
        activation: activation of the new encoder's hidden layers. Expected with --network only.
        code_size: how many numbers the code of the new encoder has. Expected with --network only. Default: as many as
            in stage one.
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
        head_widths: units of each hidden layer of the head. [] gives multinomial logistic regression on the code.
        noise: standard deviation of the Gaussian noise that training adds to the standardised code.
        dropout: fraction of units that training drops after each hidden layer of the head.
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
    """How to train an encoder that is not frozen.

    Args:
        augment: change each training input at random at each step. Choose changes that keep the class. For images:
            affine (rotate, scale, shear and shift a little), shift, cutout, contrast and flip (left to right). For
            vectors: masking (features become 0) and swap (features come from another row).
        encoder_rate: learning rate of the encoder, as a multiple of the head's.
        unfreeze: fraction of the steps over which the encoder's layers start to train, one after the other, from the
            code backwards. 0 trains all layers from the first step.
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
    """How to classify images.

    Args:
        average_shifts: average the prediction over an image and four copies, shifted diagonally by 1/28 of the side.
            Prediction takes five times as long.
    """

    title: ClassVar[str] = "Head"

    average_shifts: bool = False

    def check(self) -> None:
        checks.true_or_false(self, "average_shifts")


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
NETWORK = (NewEncoderOptions, TuningOptions, HeadOptions, ShiftOptions, StepOptions)  # read by `NetworkClassifier`
GRAPH = (GraphOptions, GraphRunOptions)

METHODS = {
    "supervised": MethodSpec(ANY, NETWORK, steps=300, labels_alone=True, reader=True),
    "joint": MethodSpec(TRAINED, (*NETWORK, JointOptions), steps=1000),
    "graph": MethodSpec(("frozen",), GRAPH),
    "self_training": MethodSpec(ANY, (*NETWORK, *GRAPH, FirstLabelOptions, RoundOptions), steps=1500),
    "consistency": MethodSpec(TRAINED, (*NETWORK, *GRAPH, FirstLabelOptions), steps=3000),
    "ladder": MethodSpec(TRAINED, (StepOptions, NewEncoderOptions), steps=3000, networks=("linear", "dense")),
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


@dataclass(frozen=True)
class Recipe:
    """A method with all the options that it reads. Labels and seeds are not part of it.

    Attributes:
        method: key of its row in `METHODS`.
        encoder: "frozen", "finetuned" or "scratch".
        options: values of each group of options. `recipe[GraphOptions]` returns one group.
    """

    method: str
    encoder: str
    options: Mapping[type[Options], Options]

    @classmethod
    def of(cls, settings: Options, method: str, encoder: str) -> Self:
        """Make a recipe from settings that have the options. Without `steps`, it gets the method's own number."""
        recipe = cls(method, encoder, {group: part(settings, group) for group in METHODS[method].options})
        own = recipe.options.get(StepOptions)
        return recipe if own is None or own.steps is not None else recipe.with_steps(METHODS[method].steps)

    def __getitem__(self, group: type[Kind]) -> Kind:
        return self.options[group]

    def with_steps(self, steps: int) -> Self:
        """Return a copy with another number of gradient steps."""
        changed = dataclasses.replace(self[StepOptions], steps=steps)
        return dataclasses.replace(self, options={**self.options, StepOptions: changed})

    def parameters(self) -> dict[str, Any]:
        """Return method, encoder and the options that have an effect, by name."""
        groups = used_by(self.method, self.encoder)
        if NewEncoderOptions in groups and self[NewEncoderOptions].network is None:
            groups.remove(NewEncoderOptions)
        values = {name: getattr(self[group], name) for group in groups for name in names(group)}
        return {"method": self.method, "encoder": self.encoder} | values

    @property
    def labels_alone(self) -> bool:
        """Whether no unlabelled input has any part in the training, stage one included."""
        return METHODS[self.method].labels_alone and self.encoder == "scratch"
