"""Options of `pretrain`: stage one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks, objectives, sources
from semisup.settings.networks import (
    NETWORKS,
    LayerOptions,
    NetworkOptions,
    NormalisationOptions,
    check_widths,
)
from semisup.settings.objectives import STRENGTHS, CodeOptions, CorruptionOptions
from semisup.settings.options import UNLOGGED, Options, part
from semisup.settings.sources import ImageOptions, StreamOptions, TableOptions


@dataclass(frozen=True, kw_only=True)
class DataOptions(Options):
    """What to train on.

    Args:
        data: "digits" (ships with scikit-learn), "tfds:NAME" (TensorFlow Datasets), or a path. The path names an .npz
            file, an .npy file or a folder with x.npy (both may be larger than memory), a folder of pictures, or a table
            (.csv, .parquet or another extension).
        data_dir: folder with prepared TensorFlow Datasets. Default: TFDS_DATA_DIR, else ~/tensorflow_datasets.
        leaks: keep training rows whose input is also in the test set, with a warning, or remove them. Stage two does
            what stage one did.
    """

    title: ClassVar[str] = "Data"

    data: str = "digits"
    data_dir: str | None = None
    leaks: Literal["keep", "remove"] = "keep"

    def check(self) -> None:
        checks.one_of(self, "leaks")


@dataclass(frozen=True, kw_only=True)
class ObjectiveOptions(Options):
    """What to minimise.

    Args:
        objective: loss to minimise. "plain" is the mean squared error alone. The others corrupt the inputs, add a
            penalty, or use another loss.
    """

    title: ClassVar[str] = "Objective"

    objective: Literal[tuple(objectives.OBJECTIVES)] = "plain"  # type: ignore[valid-type]

    def check(self) -> None:
        checks.choice("objective", self.objective, objectives.OBJECTIVES)


@dataclass(frozen=True, kw_only=True)
class HalfOptions(Options):
    """Which half of the autoencoder to train.

    Args:
        train: train both halves, or only the encoder or only the decoder. The other half then stays as it was in --run.
        run: id of the stage-one run that has the other half. Expected with --train encoder or decoder only.
    """

    title: ClassVar[str] = "Objective"

    train: Literal["both", "encoder", "decoder"] = "both"
    run: str | None = field(default=None, metadata=UNLOGGED)

    def check(self) -> None:
        checks.one_of(self, "train")
        checks.run_id(self)
        if (self.train == "both") != (self.run is None):
            raise InputError(f"run: expected with --train encoder or decoder, and only there, found {self.run!r}")


@dataclass(frozen=True, kw_only=True)
class EpochOptions(Options):
    """How long and how fast to train.

    Args:
        epochs: number of passes over the training inputs. Default: 100, but more with few rows (at least 500 gradient
            steps) and fewer with many (at most 2,300 steps, but at least 10 epochs).
        batch_size: inputs per gradient step.
        learning_rate: initial learning rate of AdamW. It falls to 0 along half a cosine.
        weight_decay: decoupled weight decay of AdamW.
    """

    title: ClassVar[str] = "Training"

    epochs: int | None = None
    batch_size: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.0

    def check(self) -> None:
        checks.whole(self, "batch_size", least=1)
        if self.epochs is not None:
            checks.whole(self, "epochs", least=1)
        checks.positive(self, "learning_rate")
        checks.at_least_0(self, "weight_decay")


@dataclass(frozen=True, kw_only=True)
class SeedOptions(Options):
    """Where randomness comes from.

    Args:
        init_seed: seed of the initial weights, and of everything that training draws at random.
        order_seed: seed of the order in which training sees the inputs.
    """

    title: ClassVar[str] = "Seeds"

    init_seed: int = 0
    order_seed: int = 0

    def check(self) -> None:
        checks.seeds(self, "init_seed", "order_seed")


@dataclass(frozen=True, kw_only=True)
class RunOptions(Options):
    """How to run.

    Args:
        threads: how many threads compute an operation. The last bits of a metric depend on it. Default: as many as
            there are cores.
        resume: id of an unfinished run to go on with. It keeps its own options: set no others.
    """

    title: ClassVar[str] = "Run"

    threads: int | None = None
    resume: str | None = field(default=None, metadata=UNLOGGED)

    def check(self) -> None:
        checks.threads(self)
        checks.run_id(self, "resume")


@dataclass(frozen=True, kw_only=True)
class PretrainSettings(
    DataOptions,
    TableOptions,
    ImageOptions,
    StreamOptions,
    NetworkOptions,
    LayerOptions,
    NormalisationOptions,
    ObjectiveOptions,
    *objectives.GROUPS,
    HalfOptions,
    EpochOptions,
    SeedOptions,
    RunOptions,
):
    """Stage one: train an encoder and a decoder without labels, on every training input."""

    def check_together(self) -> None:
        sources.check_needs(self, self.data)
        check_widths(self.network, self.widths)
        self._fill_in()
        self._check_objective()

    def _fill_in(self) -> None:
        """Fill in the defaults that depend on other options."""
        for name, value in objectives.OBJECTIVES[self.objective].defaults.items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        if self.corruption is not None and self.strength is None:
            object.__setattr__(self, "strength", STRENGTHS[self.corruption])
        part(self, CorruptionOptions)  # check the filled-in values

    def _check_objective(self) -> None:
        spec, linear = objectives.OBJECTIVES[self.objective], self.network == "linear"
        if CorruptionOptions in spec.options and self.corruption is None and self.strength is not None:
            raise InputError(f"strength: expected with a corruption, found {self.strength!r}")
        if self.batch_norm and spec.per_input:
            raise InputError(f"batch_norm: {self.objective} needs a code that no other input has a part in, found true")
        if linear and (spec.bounded or self.sparsity == "kl"):
            raise InputError(
                f"objective: {self.objective} needs a code in (0, 1), expected the dense or the convolutional network, "
                "found linear"
            )
        if spec.posterior and self.likelihood == "bernoulli":
            if linear:
                raise InputError("likelihood: expected gaussian for the linear network, whose output is not in (0, 1)")
            if self.corruption == "gamma":
                raise InputError(
                    "corruption: gamma leaves 0 and 1 as they are, expected a gaussian likelihood, found bernoulli"
                )
        if self.train != "both" and not spec.halves:
            raise InputError(f"train: expected both halves for the {self.objective} objective, found {self.train}")

    def unused(self) -> dict[type[Options], str]:
        return sources.unused(self.data) | unused_by(self.network, self.objective)

    @property
    def objective_options(self) -> tuple[Options, ...]:
        """The groups of options that the objective reads, in the order of its row in `OBJECTIVES`."""
        return tuple(part(self, group) for group in objectives.OBJECTIVES[self.objective].options)


def unused_by(network: str, objective: str) -> dict[type[Options], str]:
    """Return the groups of options that a network or an objective does not read, each with what was expected instead.

    For an unknown network or objective, no group counts as unused.
    """

    def no_use(who: str, unread: Iterable[type[Options]]) -> dict[type[Options], str]:
        return dict.fromkeys(unread, f"expected none, the {who} has no use for it")

    read = NETWORKS.get(str(network), tuple(NETWORKS["dense"]))
    layers = [group for group in NETWORKS["dense"] if group not in read]
    free_code = [CodeOptions] if not read else []  # the linear network has a linear code
    reasons = no_use(f"{network} network", layers + free_code)
    if str(objective) in objectives.OBJECTIVES:
        own = objectives.OBJECTIVES[objective].options
        reasons |= no_use(f"{objective} objective", (group for group in objectives.GROUPS if group not in own))
    return reasons
