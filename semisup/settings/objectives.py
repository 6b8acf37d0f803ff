"""Objectives: what stage one minimises, one row each, with the options that it reads.

Nothing heavy is imported here. The code of an objective is `semisup/objectives/NAME.py`.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options

STRENGTHS = {  # of each corruption, where none is named
    "gaussian": 0.25,
    "masking": 0.25,
    "salt_and_pepper": 0.25,
    "swap": 0.25,
    "block": 0.25,
    "gamma": 1.0,
}
UNBOUNDED = ("gaussian", "gamma")  # corruptions whose strength is no fraction
TARGET_ACTIVATION = 0.05


@dataclass(frozen=True, kw_only=True)
class CodeOptions(Options):
    """The activation of a code that the objective leaves free.

    Args:
        code_activation: of the code. With "relu" it has no negative numbers.
    """

    title: ClassVar[str] = "Objective"

    code_activation: Literal["linear", "relu"] = "linear"

    def check(self) -> None:
        checks.one_of(self, "code_activation")


@dataclass(frozen=True, kw_only=True)
class CorruptionOptions(Options):
    """What is done to the inputs that the encoder sees, and has to be undone.

    Args:
        corruption: add Gaussian noise; set features to 0 (masking), to 0 or 1 (salt_and_pepper) or to another row's
            value (swap); set one block of an image to 0; or raise all features of an input to one power (gamma).
            Default: denoising masks, variational corrupts nothing.
        strength: of the corruption: standard deviation of the Gaussian noise; largest natural logarithm of gamma's
            power, either way; else the fraction of features that are corrupted. Default: 1 for gamma, else 0.25.
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
        penalty_weight: weight of the penalty against the squared error.
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
        target_activation: wanted mean activation of each unit, for kl. Default: 0.05.
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
        beta: weight of the KL term (Higgins et al. 2017).
        likelihood: of an input, if its code is known. For "bernoulli" the inputs are probabilities of 0/1 features,
            which are drawn anew at each step.
    """

    title: ClassVar[str] = "Variational"

    beta: float = 1.0
    likelihood: Literal["bernoulli", "gaussian"] = "bernoulli"

    def check(self) -> None:
        checks.at_least_0(self, "beta")
        checks.one_of(self, "likelihood")


@dataclass(frozen=True, kw_only=True)
class ConditionalOptions(Options):
    """A decoder that is told the class.

    Args:
        conditional: tell the decoder the class too, where a row has one, to draw inputs of a chosen class. Such a run
            has seen labels, so stage two does not take it.
    """

    title: ClassVar[str] = "Variational"

    conditional: bool = False

    def check(self) -> None:
        checks.true_or_false(self, "conditional")


@dataclass(frozen=True, kw_only=True)
class BitOptions(Options):
    """How a code is driven to bits.

    Args:
        bit_noise: standard deviation of the noise before the sigmoid of the code.
    """

    title: ClassVar[str] = "Hashing"

    bit_noise: float = 3.0

    def check(self) -> None:
        checks.at_least_0(self, "bit_noise")


@dataclass(frozen=True)
class ObjectiveSpec:
    """A row of the table.

    Attributes:
        options: the groups that the objective reads; its functions take them in this order.
        defaults: values of options that are otherwise None.
        module: of its file, which ends with `OBJECTIVE`; default: `semisup.objectives.NAME`.
        can_copy: whether nothing keeps a code as large as the input from being a copy of it.
        bounded: whether it needs a code in (0, 1), which the linear network does not give.
        per_input: whether the code of an input must not depend on the other inputs of its batch.
        halves: whether one half can be held while the other is trained.
        posterior: whether a run has a model "posterior", of mean and log-variance of the code.
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
    "hashing": ObjectiveSpec((BitOptions,), bounded=True),
}

GROUPS = tuple(dict.fromkeys(group for spec in OBJECTIVES.values() for group in spec.options))
