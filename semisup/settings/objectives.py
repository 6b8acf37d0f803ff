"""Objectives: what stage one minimises. The table `OBJECTIVES` has one row per objective, with the options it reads.

Nothing heavy is imported here. The code of an objective is in `semisup/objectives/NAME.py`.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options

STRENGTHS = {  # default strength of each corruption
    "gaussian": 0.25,
    "masking": 0.25,
    "salt_and_pepper": 0.25,
    "swap": 0.25,
    "block": 0.25,
    "gamma": 1.0,
}
UNBOUNDED = ("gaussian", "gamma")  # corruptions whose strength is not a fraction
TARGET_ACTIVATION = 0.05


@dataclass(frozen=True, kw_only=True)
class CodeOptions(Options):
    """The activation of the code, for objectives that do not prescribe one.

    Args:
        code_activation: activation of the code. With "relu", the code has no negative numbers.
    """

    title: ClassVar[str] = "Objective"

    code_activation: Literal["linear", "relu"] = "linear"

    def check(self) -> None:
        checks.one_of(self, "code_activation")


@dataclass(frozen=True, kw_only=True)
class CorruptionOptions(Options):
    """How to corrupt the inputs of the encoder. The autoencoder learns to undo it.

    Args:
        corruption: how to corrupt the inputs of the encoder. gaussian adds noise. masking sets features to 0,
            salt_and_pepper sets them to 0 or 1, and swap takes them from another row. block sets one block of an image
            to 0. gamma raises all features of an input to one random power. Default: masking for denoising, no
            corruption for variational.
        strength: how strongly to corrupt. For gaussian, the standard deviation of the noise. For gamma, the power lies
            between exp(-strength) and exp(strength). For all others, the fraction of features to corrupt. Default: 1
            for gamma, 0.25 for all others.
    """

    title: ClassVar[str] = "Corruption"

    corruption: Literal["gaussian", "masking", "salt_and_pepper", "swap", "block", "gamma"] | None = None
    strength: float | None = None

    def check(self) -> None:
        if self.corruption is not None:
            checks.one_of(self, "corruption")
        if self.strength is not None:
            checks.at_least_0(self, "strength")
            if self.corruption not in (None, *UNBOUNDED) and self.strength >= 1:
                raise InputError(
                    f"strength: expected a fraction in [0, 1) for {self.corruption}, found {self.strength!r}"
                )


@dataclass(frozen=True, kw_only=True)
class PenaltyOptions(Options):
    """How much a penalty counts.

    Args:
        penalty_weight: weight of the penalty, relative to the squared error.
    """

    title: ClassVar[str] = "Penalty"

    penalty_weight: float = 0.1

    def check(self) -> None:
        checks.at_least_0(self, "penalty_weight")


@dataclass(frozen=True, kw_only=True)
class SparsityOptions(Options):
    """The penalty that keeps a code sparse.

    Args:
        sparsity: penalise the sum of the code's absolute values (l1), or the Kullback-Leibler divergence of each unit's
            mean activation from a target (kl).
        target_activation: target for the mean activation of each unit, with --sparsity kl. Default: 0.05.
    """

    title: ClassVar[str] = "Penalty"

    sparsity: Literal["l1", "kl"] = "l1"
    target_activation: float | None = None

    def check(self) -> None:
        checks.one_of(self, "sparsity")
        target = self.target_activation
        if target is not None and not (checks.is_number(target) and 0 < target < 1):
            raise InputError(f"target_activation: expected a number in (0, 1), found {target!r}")
        if target is not None and self.sparsity != "kl":
            raise InputError(f"target_activation: expected with --sparsity kl, found {target!r}")

    @property
    def target(self) -> float:
        return TARGET_ACTIVATION if self.target_activation is None else self.target_activation


@dataclass(frozen=True, kw_only=True)
class VariationalOptions(Options):
    """The latent variable model.

    Args:
        beta: weight of the Kullback-Leibler term in the loss (Higgins et al. 2017).
        likelihood: distribution of an input, given its code. "bernoulli" takes the inputs as probabilities of 0/1
            features, and draws these features anew at each step.
    """

    title: ClassVar[str] = "Variational"

    beta: float = 1.0
    likelihood: Literal["bernoulli", "gaussian"] = "bernoulli"

    def check(self) -> None:
        checks.at_least_0(self, "beta")
        checks.one_of(self, "likelihood")


@dataclass(frozen=True, kw_only=True)
class ConditionalOptions(Options):
    """A decoder that gets the class as an input.

    Args:
        conditional: also give the class of a labelled row to the decoder. It can then draw inputs of a chosen class.
            Such a run has seen labels, so stage two refuses it.
    """

    title: ClassVar[str] = "Variational"

    conditional: bool = False

    def check(self) -> None:
        checks.true_or_false(self, "conditional")


@dataclass(frozen=True, kw_only=True)
class BitOptions(Options):
    """How to drive a code to bits.

    Args:
        bit_noise: standard deviation of the Gaussian noise that training adds before the sigmoid of the code.
    """

    title: ClassVar[str] = "Hashing"

    bit_noise: float = 3.0

    def check(self) -> None:
        checks.at_least_0(self, "bit_noise")


@dataclass(frozen=True)
class ObjectiveSpec:
    """A row of the table `OBJECTIVES`.

    Attributes:
        options: groups of options that the objective reads. Its functions take them in this order.
        defaults: this objective's own defaults for options that are None.
        module: its module, which defines `OBJECTIVE`. Default: `semisup.objectives.NAME`.
        can_copy: whether a code as large as the input can simply copy the input.
        bounded: whether it needs a code in (0, 1), which the linear network does not give.
        per_input: whether the code of an input must not depend on the other inputs of its batch.
        halves: whether encoder or decoder can be kept fixed while the other is trained.
        posterior: whether its runs have a model "posterior", which gives mean and log-variance of the code.
    """

    options: tuple[type[Options], ...] = ()
    defaults: dict[str, Any] = field(default_factory=dict)
    module: str | None = None
    can_copy: bool = False
    bounded: bool = False
    per_input: bool = False
    halves: bool = False
    posterior: bool = False


OBJECTIVES = {
    "plain": ObjectiveSpec((CodeOptions,), can_copy=True, halves=True),
    "denoising": ObjectiveSpec((CodeOptions, CorruptionOptions), defaults={"corruption": "masking"}),
    "sparse": ObjectiveSpec((PenaltyOptions, SparsityOptions)),
    "contractive": ObjectiveSpec((PenaltyOptions,), bounded=True, per_input=True),
    "variational": ObjectiveSpec((VariationalOptions, ConditionalOptions, CorruptionOptions), posterior=True),
    "hashing": ObjectiveSpec((BitOptions,), defaults={"code_size": 16}, bounded=True),
}

GROUPS = tuple(dict.fromkeys(group for spec in OBJECTIVES.values() for group in spec.options))
