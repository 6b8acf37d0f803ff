"""What stage two takes."""

import dataclasses
from dataclasses import dataclass, field
from typing import Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import (
    METHOD_ENCODERS,
    OF_NO_READER,
    READER_OPTIONS,
    SOME_METHODS_OPTIONS,
    used_options,
)
from semisup.settings.reader import ReaderSettings

IMAGE_AUGMENTATIONS = ("affine", "shift", "cutout", "contrast", "flip")
VECTOR_AUGMENTATIONS = ("masking", "swap")
AUGMENTATIONS = IMAGE_AUGMENTATIONS + VECTOR_AUGMENTATIONS


@dataclass(frozen=True)
class StageTwoSettings:
    """What finetune and compare share.

    Args:
        run: id of the stage-one run to build on; default: the latest finished one.
        data: source of the data; default: the stage-one run's.
        data_dir: folder with prepared TensorFlow Datasets; default: the stage-one run's.
        network: shape of a scratch encoder; default: that of stage one.
        widths: hidden widths of a scratch encoder of another network, as in pretrain.
        activation: of the hidden layers of such an encoder.
        code_size: numbers in the code of such an encoder; default: as many as in stage one.
        head_widths: units of the head's hidden layers; [] is multinomial logistic regression on the code.
        noise: standard deviation of the Gaussian noise on the standardised code while training.
        dropout: share of units dropped after each hidden layer of the head while training.
        label_smoothing: share of each training label that is spread evenly over the classes.
        augment: changes to each training input, drawn anew at each step, that keep its class: of images affine
            (turned, scaled, sheared and shifted a little), shift, cutout, contrast, flip (left to right); of vectors
            masking and swap (of features); none with a frozen encoder, whose codes are computed once.
        average_shifts: predict the mean over an image and its four copies shifted diagonally by a 28th of the side,
            which takes five times as long; not with a frozen encoder.
        encoder_rate: learning rate of a fine-tuned encoder as a multiple of the head's.
        unfreeze: share of the steps over which the layers of a fine-tuned encoder are let loose, from the code
            backwards; 0 trains all from the first step.
        reconstruction_weight: joint: weight of the mean squared error of all inputs against the cross-entropy.
        graph_codes: graph, and where others start from it: what the graph of nearest neighbours is built on: stage
            one's codes, those of the same encoder with random weights, or the inputs themselves.
        graph_runs: graph: ids of further stage-one runs on the same data, such as the same with other seeds, whose
            graphs and `run`'s are averaged: what one training mixes up, others keep apart.
        neighbours: graph: how many nearest neighbours.
        spreading: graph: Poisson learning with class sizes, or label spreading, which needs none.
        class_sizes: graph: the classes' shares of all training inputs, for Poisson learning; default: equal.
        size_tolerance: graph: how far a class may be from its share, relative to it.
        start: self_training, consistency: first labels from the graph, or from a classifier of the true labels alone.
        rounds: self_training: how often a classifier is trained, each time on new labels and for 1.5 times the steps.
        trusted: share of each class whose first labels are trusted: self_training: in the first round, the others
            learn from all inputs; consistency: of the graph's labels.
        threshold: consistency: least confidence at which the label of an unlabelled input is trusted.
        steps: gradient steps (self_training: of the first round); the last one's weights are kept, no label is spent
            on stopping earlier; default: the method's own.
        batch_size: inputs in one gradient step.
        learning_rate: peak learning rate of AdamW, reached after a twentieth of the steps; it falls to 0 along a half
            cosine.
        weight_decay: decoupled weight decay of AdamW.
        init_seed: seed of the initial weights (of head and scratch encoder) and of dropout.
        order_seed: seed of the order in which the inputs are seen.
    """

    run: str | None = None
    data: str | None = None
    data_dir: str | None = None
    network: Literal["dense", "convolutional"] | None = None
    widths: list[int] | None = None
    activation: Literal["relu", "gelu", "tanh", "sigmoid"] = "relu"
    code_size: int | None = None
    head_widths: list[int] = field(default_factory=lambda: [512])
    noise: float = 0.5
    dropout: float = 0.5
    label_smoothing: float = 0.1
    augment: list[str] = field(default_factory=list)
    average_shifts: bool = False
    encoder_rate: float = 1.0
    unfreeze: float = 0.0
    reconstruction_weight: float = 10.0
    graph_codes: Literal["stage_one", "random", "inputs"] = "stage_one"
    graph_runs: list[str] = field(default_factory=list)
    neighbours: int = 10
    spreading: Literal["poisson", "label_spreading"] = "poisson"
    class_sizes: list[float] | None = None
    size_tolerance: float = 0.2
    start: Literal["graph", "labels"] = "graph"
    rounds: int = 3
    trusted: float = 0.8
    threshold: float = 0.95
    steps: int | None = None
    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 1e-4
    init_seed: int = 0
    order_seed: int = 0

    def __post_init__(self) -> None:
        checks.source(self)
        checks.widths(self, "head_widths", "widths")
        checks.whole(self, "batch_size", "neighbours", "rounds", least=1)
        for name in ("steps", "code_size"):
            if getattr(self, name) is not None:
                checks.whole(self, name, least=1)
        checks.seeds(self, "init_seed", "order_seed")
        checks.positive(self, "learning_rate")
        checks.at_least_0(self, "weight_decay", "encoder_rate", "reconstruction_weight")
        checks.share(self, "noise", "dropout", "label_smoothing", "unfreeze", "size_tolerance", "threshold")
        checks.list_of(self, "augment", AUGMENTATIONS)
        checks.run_ids(self, "graph_runs")
        if self.graph_runs and self.graph_codes != "stage_one":
            raise InputError(
                f"graph_runs: expected none beside graph_codes {self.graph_codes}, found {self.graph_runs}"
            )
        checks.true_or_false(self, "average_shifts")
        checks.one_of(self, "activation", "graph_codes", "spreading", "start")
        if self.network is not None:
            checks.one_of(self, "network")
        elif self.widths is not None or self.code_size is not None or self.activation != "relu":
            raise InputError(
                "network: expected one beside widths, code_size and activation, which are of a new encoder, found none"
            )
        if not (checks.is_number(self.trusted) and 0 < self.trusted <= 1):
            raise InputError(f"trusted: expected a share in (0, 1], found {self.trusted!r}")
        if self.class_sizes is not None:
            self._check_class_sizes()
        checks.run_id(self)

    def _check_class_sizes(self) -> None:
        sizes = self.class_sizes
        if not isinstance(sizes, list) or not all(checks.is_number(size) and size > 0 for size in sizes):
            raise InputError(f"class_sizes: expected a list of numbers above 0, found {sizes!r}")
        if abs(sum(sizes) - 1) > 1e-3:
            raise InputError(f"class_sizes: expected shares that sum to 1, found a sum of {sum(sizes):.4g}")


@dataclass(frozen=True)
class FinetuneSettings(StageTwoSettings, ReaderSettings):
    """Stage two: put a classifier, or a reader of numbers, on the encoder and train it on a small draw of labels.

    Args:
        head: what is put on the encoder: a "classifier", or a "reader", a decoder that writes the number that a
            sequence of images of digits makes. The reader also builds on a stage-two run of the same draw, whose
            classifier labels the other training images for it.
        method: what is done with the labels: "supervised" trains on them alone; "joint" goes on reconstructing all
            inputs; "graph" spreads them over the nearest neighbours of the codes; "self_training" trains on the
            labels that it trusts, in rounds; "consistency" wants the same class for weak and strong views of an input;
            "ladder" reconstructs every layer of a dense encoder.
        encoder: "frozen" trains the head alone, "finetuned" trains encoder and head, "scratch" does the same from
            new random weights (what the labels achieve without stage one); default: the method's own.
        labels: how many labels: a count, or a fraction (0.01) of the labelled training rows.
        draw: seed of the label draw; draws are stratified and nested (the 50 labels contain the 10).
        threads: that TensorFlow and other libraries compute an operation in, of which the last bits of a figure depend;
            default: as many as there are cores.
        resume: id of a run that did not finish, to go on with; its other options are its own.
        calibrate: share of the drawn labels that is kept out of training, at least one of every class that has two:
            they give the temperature of the probabilities, and say where predict had better abstain.
        register: NAME or NAME@ALIAS under which the classifier goes into MLflow's registry; the alias of the new
            version is "champion" unless told otherwise.
    """

    head: Literal["classifier", "reader"] = "classifier"
    method: Literal["supervised", "joint", "graph", "self_training", "consistency", "ladder"] = "supervised"
    encoder: Literal["frozen", "finetuned", "scratch"] | None = None
    labels: int | float = 100
    draw: int = 0
    threads: int | None = None
    resume: str | None = None
    calibrate: float = 0.0
    register: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.one_of(self, "method", "head")
        self.check_reader()
        if self.head == "reader" and self.method != "supervised":
            raise InputError(f"method: expected supervised beside the reader, found {self.method}")
        allowed = METHOD_ENCODERS[self.method]
        if self.encoder is None:
            object.__setattr__(self, "encoder", allowed[0])
        if self.encoder not in allowed:
            raise InputError(f"encoder: expected one of {', '.join(allowed)} for {self.method}, found {self.encoder!r}")
        if self.network is not None and self.encoder != "scratch":
            raise InputError(f"network: expected none but for a scratch encoder, found {self.network!r}")
        self._refuse_unused()
        checks.labels("labels", self.labels)
        checks.seeds(self, "draw")
        checks.run_id(self, "resume")
        checks.threads(self)
        checks.share(self, "calibrate")
        checks.registered_name(self, "register")

    def _refuse_unused(self) -> None:
        """An option that changes nothing is not what its user thinks."""
        unused = dict.fromkeys(
            SOME_METHODS_OPTIONS - set(used_options(self.method, self.encoder)),
            f"{self.method} with a {self.encoder} encoder",
        )
        if self.head == "classifier":
            unused |= dict.fromkeys(READER_OPTIONS, "a classifier")
        else:
            unused |= dict.fromkeys(OF_NO_READER, "a reader")
        for option in dataclasses.fields(self):
            if option.name in unused:
                value = getattr(self, option.name)
                default = option.default_factory() if option.default is dataclasses.MISSING else option.default
                if value != default:
                    who = unused[option.name]
                    raise InputError(f"{option.name}: expected none, {who} has no use for it, found {value!r}")
