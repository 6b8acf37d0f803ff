"""What stage two takes."""

from dataclasses import dataclass, field
from typing import Literal

from semisup.errors import InputError
from semisup.settings import checks


@dataclass(frozen=True)
class StageTwoSettings:
    """What finetune and compare share.

    Args:
        run: id of the stage-one run to build on; default: the latest finished one.
        data: source of the data; default: the stage-one run's.
        data_dir: folder with prepared TensorFlow Datasets; default: the stage-one run's.
        head_widths: units of the head's hidden layers; [] is multinomial logistic regression on the code.
        noise: standard deviation of the Gaussian noise on the standardised code while training.
        dropout: share of units dropped after each hidden layer of the head while training.
        label_smoothing: share of each training label that is spread evenly over the classes.
        augment: turn, scale, shear and shift the labelled training images a little at each step; not with a frozen
            encoder, whose codes are computed once.
        steps: gradient steps; the last one's weights are kept, no label is spent on stopping earlier.
        batch_size: labelled inputs in one gradient step.
        learning_rate: peak learning rate of AdamW; it falls to 0 along a half cosine.
        weight_decay: decoupled weight decay of AdamW.
        init_seed: seed of the initial weights (of head and scratch encoder) and of dropout.
        order_seed: seed of the order in which the labelled inputs are seen.
    """

    run: str | None = None
    data: str | None = None
    data_dir: str | None = None
    head_widths: list[int] = field(default_factory=lambda: [512])
    noise: float = 0.5
    dropout: float = 0.5
    label_smoothing: float = 0.1
    augment: bool = False
    steps: int = 300
    batch_size: int = 64
    learning_rate: float = 3e-3
    weight_decay: float = 1e-4
    init_seed: int = 0
    order_seed: int = 0

    def __post_init__(self) -> None:
        checks.source(self)
        checks.widths(self, "head_widths")
        checks.whole(self, "steps", "batch_size", least=1)
        checks.seeds(self, "init_seed", "order_seed")
        checks.positive(self, "learning_rate")
        for name in ("noise", "dropout", "label_smoothing"):
            value = getattr(self, name)
            if not (checks.is_number(value) and 0 <= value < 1):
                raise InputError(f"{name}: expected a number in [0, 1), found {value!r}")
        checks.at_least_0(self, "weight_decay")
        checks.true_or_false(self, "augment")
        checks.run_id(self)


@dataclass(frozen=True)
class FinetuneSettings(StageTwoSettings):
    """Stage two: put a classifier on the encoder and train it on a small draw of labels.

    Args:
        encoder: "frozen" trains the head alone, "finetuned" trains encoder and head, "scratch" does the same from
            new random weights (what the labels achieve without stage one).
        labels: how many labels: a count, or a fraction (0.01) of the labelled training rows.
        draw: seed of the label draw; draws are stratified and nested (the 50 labels contain the 10).
    """

    encoder: Literal["frozen", "finetuned", "scratch"] = "finetuned"
    labels: int | float = 100
    draw: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.one_of(self, "encoder")
        checks.labels("labels", self.labels)
        checks.seeds(self, "draw")
