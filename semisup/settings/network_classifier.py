"""Options of a network with a classifier head, which several methods train (`methods/network_classifier.py`)."""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options

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


NETWORK = (NewEncoderOptions, TuningOptions, HeadOptions, ShiftOptions, StepOptions)  # read by `NetworkClassifier`
