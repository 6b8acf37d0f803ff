"""Options of `finetune`: stage two."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks, methods, sources
from semisup.settings.methods import METHODS
from semisup.settings.network_classifier import ShiftOptions
from semisup.settings.options import UNLOGGED, Options
from semisup.settings.pretrain import RunOptions, SeedOptions
from semisup.settings.reader import ReaderOptions
from semisup.settings.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class StageOneOptions(Options):
    """What to build on.

    Args:
        run: id of the stage-one run to build on. Default: the latest finished one.
        data: source of the data, as in pretrain. Default: the data of the stage-one run.
        data_dir: folder with prepared TensorFlow Datasets. Default: the folder of the stage-one run.
    """

    title: ClassVar[str] = "Data"

    run: str | None = field(default=None, metadata=UNLOGGED)
    data: str | None = None
    data_dir: str | None = None

    def check(self) -> None:
        checks.run_id(self)
        if self.data is not None:
            sources.source_of(self.data)


@dataclass(frozen=True, kw_only=True)
class LabelOptions(Options):
    """Which labels to use.

    Args:
        labels: how many labels to train with: a count, or a fraction (such as 0.01) of the labelled training rows.
            Default: all the labelled training rows.
        draw: seed of the label draw. Draws are stratified. They are also nested: 50 labels contain the 10 of the same
            seed.
    """

    title: ClassVar[str] = "Labels"

    labels: int | float | None = None
    draw: int = 0

    def check(self) -> None:
        if self.labels is not None:
            checks.labels("labels", self.labels)
        checks.seeds(self, "draw")


@dataclass(frozen=True, kw_only=True)
class MethodOptions(Options):
    """What to do with the labels.

    Args:
        method: "supervised" trains on the labels alone. "joint" also goes on reconstructing all inputs. "graph" spreads
            the labels over the nearest-neighbour graph of the codes. "self_training" labels the other inputs itself and
            trains on the labels that it trusts, in rounds. "consistency" trains weakly and strongly changed views of an
            input to have the same class. "ladder" adds noise to every layer of a dense encoder and learns to remove it.
        encoder: "frozen" trains the head alone. "finetuned" trains encoder and head. "scratch" trains both from new
            random weights, which shows what the labels achieve without stage one. Default: frozen for graph, finetuned
            for all other methods.
        head: put a "classifier" on the encoder, or a "reader": a decoder that writes the number that a sequence of
            digit images shows. A reader can also build on a stage-two run with the same label draw. The classifier of
            that run then labels further training images.
    """

    title: ClassVar[str] = "Method"

    method: Literal[tuple(METHODS)] = "supervised"  # type: ignore[valid-type]
    encoder: Literal["frozen", "finetuned", "scratch"] | None = None
    head: Literal["classifier", "reader"] = field(default="classifier", metadata=UNLOGGED)

    def check(self) -> None:
        checks.choice("method", self.method, METHODS)
        checks.one_of(self, "head")


@dataclass(frozen=True, kw_only=True)
class ServingOptions(Options):
    """How to prepare the classifier for use.

    Args:
        calibrate: fraction of the drawn labels to keep out of training, at least one of every class that has two. They
            calibrate the probabilities (temperature scaling) and let predict say where to abstain.
        register: register the classifier in MLflow as NAME or NAME@ALIAS. A NAME alone gets the alias champion.
            Default: do not register it.
    """

    title: ClassVar[str] = "Use"

    calibrate: float = 0.0
    register: str | None = field(default=None, metadata=UNLOGGED)

    def check(self) -> None:
        checks.fraction(self, "calibrate")
        checks.registered_name(self, "register")


@dataclass(frozen=True, kw_only=True)
class FinetuneSettings(
    StageOneOptions,
    LabelOptions,
    MethodOptions,
    *methods.GROUPS,
    ReaderOptions,
    ServingOptions,
    SeedOptions,
    RunOptions,
):
    """Stage two: put a classifier, or a reader of numbers, on the encoder and train it on a small draw of labels."""

    def check_together(self) -> None:
        if self.head == "reader" and not METHODS[self.method].reader:
            able = ", ".join(name for name, spec in METHODS.items() if spec.reader)
            raise InputError(f"method: expected {able} beside the reader, found {self.method}")
        allowed = METHODS[self.method].encoders
        if self.encoder is None:
            object.__setattr__(self, "encoder", allowed[0])
        if self.encoder not in allowed:
            raise InputError(f"encoder: expected one of {', '.join(allowed)} for {self.method}, found {self.encoder!r}")
        if self.graph_runs and self.graph_codes != "stage_one":
            raise InputError(
                f"graph_runs: expected none beside graph_codes {self.graph_codes}, found {self.graph_runs}"
            )

    def unused(self) -> dict[type[Options], str]:
        who = f"{self.method} with a {self.encoder} encoder"
        read = methods.used_by(self.method, self.encoder)
        reasons = {group: f"expected none, {who} has no use for it" for group in methods.GROUPS if group not in read}
        of_other_head = (ReaderOptions,) if self.head == "classifier" else (ServingOptions, ShiftOptions)
        return reasons | dict.fromkeys(of_other_head, f"expected none, a {self.head} has no use for it")

    @property
    def recipe(self) -> Recipe:
        """The method with all its options, without labels and seeds."""
        return Recipe.of(self, self.method, self.encoder)
