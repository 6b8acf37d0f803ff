"""Networks: the shapes of encoder and decoder, and their options. The table `NETWORKS` has one row per network."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class NetworkOptions(Options):
    """The shape of the autoencoder.

    Args:
        network: kind of the encoder. The decoder is its mirror image.
        code_size: how many numbers the code has. They may be fewer or more than the input has. Default: 16, or
            one fewer than the input if it has at most 16; 16 for hashing; with pretrain --train, as many as in --run.
    """

    title: ClassVar[str] = "Network"

    network: Literal["linear", "dense", "convolutional"] = "dense"
    code_size: int | None = None

    def check(self) -> None:
        checks.one_of(self, "network")
        if self.code_size is not None:
            checks.whole(self, "code_size", least=1)


@dataclass(frozen=True, kw_only=True)
class LayerOptions(Options):
    """The hidden layers of the dense and the convolutional network.

    Args:
        widths: units of each hidden dense layer, or filters of each convolution, from the input to the code. A
            convolution halves height and width, unless it has as many filters as the one before. Default: 256 128 for
            dense, 32 64 for convolutional.
        activation: activation of the hidden layers.
    """

    title: ClassVar[str] = "Network"

    widths: list[int] | None = None
    activation: Literal["relu", "gelu", "tanh", "sigmoid"] = "relu"

    def check(self) -> None:
        checks.widths(self, "widths")
        checks.one_of(self, "activation")


@dataclass(frozen=True, kw_only=True)
class NormalisationOptions(Options):
    """Batch normalisation of the encoder.

    Args:
        batch_norm: apply batch normalisation before every activation of the encoder (Ioffe and Szegedy 2015).
    """

    title: ClassVar[str] = "Network"

    batch_norm: bool = False

    def check(self) -> None:
        checks.true_or_false(self, "batch_norm")


LAYERS = (LayerOptions, NormalisationOptions)

NETWORKS: dict[str, tuple[type[Options], ...]] = {  # the groups that each network reads besides NetworkOptions
    "linear": (),
    "dense": LAYERS,
    "convolutional": LAYERS,
}


DEFAULT_WIDTHS = {"linear": (), "dense": (256, 128), "convolutional": (32, 64)}  # as `semisup.networks` has them


def check_widths(network: str, widths: list[int] | None) -> None:
    """Raise InputError if a network cannot have layers of these widths."""
    if network == "convolutional" and widths == []:
        raise InputError("widths: expected at least one number of filters for the convolutional network, found []")
