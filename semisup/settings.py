"""What a user can set, one dataclass a command.

The command line, the YAML files in `configs/` and Python callers all fill these, so names, defaults, help texts and
checks are written once. Nothing heavy is imported here: a bad value is refused before TensorFlow loads.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal

from semisup import checks
from semisup.errors import InputError

NOT_TRAINED = ("pca", "kernel_pca", "inputs")  # the codes that a comparison of stage-one runs adds


@dataclass(frozen=True)
class PretrainSettings:
    """Stage one: train an encoder and a decoder without labels, on every training input.

    Args:
        data: "digits" (ships with scikit-learn), "tfds:NAME" (TensorFlow Datasets) or the path of an .npz file.
        data_dir: folder with prepared TensorFlow Datasets; default: TFDS_DATA_DIR, else ~/tensorflow_datasets.
        network: shape of the encoder; the decoder is its mirror image.
        widths: units of the hidden dense layers, or filters of the stride-2 convolutions, from the input to the
            code; default: [256, 128] for dense, [32, 64] for convolutional; linear has none.
        activation: of the hidden layers; the linear network has none.
        code_size: numbers in the code, smaller or larger than the input.
        objective: what is minimised: "plain" is mean squared error alone; the others corrupt, penalise or replace it.
        strength: denoising: share of corrupted features (Gaussian: standard deviation of the noise); sparse,
            contractive: weight of the penalty against squared error; variational: weight of the KL term (β); hashing:
            standard deviation of the noise before the sigmoid; default: the objective's own.
        corruption: denoising: what is done to the inputs, and undone: Gaussian noise; features set to 0 (masking);
            to 0 or 1 (salt_and_pepper); to another row's value (swap); or one block of an image set to 0.
        sparsity: sparse: the penalty on the code: the sum of its absolute values, or the Kullback-Leibler divergence
            of each unit's mean activation from the target.
        target_activation: sparse: wanted mean activation of each unit, for "kl".
        likelihood: variational: of an input given its code; for "bernoulli" the inputs are the probabilities of 0/1
            features, which are drawn anew at each step.
        conditional: variational: give the decoder the class too, where a row has one, to draw inputs of a chosen
            class. Such a run has seen labels, so stage two does not take it.
        train: "both" halves; or only the "encoder" or the "decoder", the other half held as it was in --run.
        run: id of the stage-one run that the held half is taken from.
        epochs: passes over the training inputs.
        batch_size: inputs in one gradient step.
        learning_rate: peak learning rate of AdamW; it falls to 0 along a half cosine.
        weight_decay: decoupled weight decay of AdamW.
        init_seed: seed of the initial weights, and of whatever an objective draws.
        order_seed: seed of the order in which the inputs are seen.
    """

    data: str = "digits"
    data_dir: str | None = None
    network: Literal["linear", "dense", "convolutional"] = "dense"
    widths: list[int] | None = None
    activation: Literal["relu", "gelu", "tanh", "sigmoid"] = "relu"
    code_size: int = 16
    objective: Literal["plain", "denoising", "sparse", "contractive", "variational", "hashing"] = "plain"
    strength: float | None = None
    corruption: Literal["gaussian", "masking", "salt_and_pepper", "swap", "block"] = "masking"
    sparsity: Literal["l1", "kl"] = "l1"
    target_activation: float = 0.05
    likelihood: Literal["bernoulli", "gaussian"] = "bernoulli"
    conditional: bool = False
    train: Literal["both", "encoder", "decoder"] = "both"
    run: str | None = None
    epochs: int = 100
    batch_size: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.0
    init_seed: int = 0
    order_seed: int = 0

    def __post_init__(self) -> None:
        checks.source(self)
        checks.one_of(self, "network", "activation", "objective", "corruption", "sparsity", "likelihood", "train")
        checks.whole(self, "code_size", "epochs", "batch_size", least=1)
        checks.seeds(self, "init_seed", "order_seed")
        checks.widths(self, "widths")
        checks.positive(self, "learning_rate")
        checks.at_least_0(self, "weight_decay")
        checks.true_or_false(self, "conditional")
        checks.run_id(self)
        if self.network == "convolutional" and self.widths == []:
            raise InputError("widths: expected at least one number of filters for the convolutional network, found []")
        if self.network == "linear" and self.widths:
            raise InputError(f"widths: expected none for the linear network, found {self.widths}")
        self._check_strength()
        self._check_objective()

    def _check_strength(self) -> None:
        if not (checks.is_number(self.target_activation) and 0 < self.target_activation < 1):
            raise InputError(f"target_activation: expected a number in (0, 1), found {self.target_activation!r}")
        if self.strength is None:
            return
        if self.objective == "plain":
            raise InputError(f"strength: expected none for the plain objective, found {self.strength!r}")
        checks.at_least_0(self, "strength")
        if self.objective == "denoising" and self.corruption != "gaussian" and self.strength >= 1:
            raise InputError(f"strength: expected a share in [0, 1) for {self.corruption}, found {self.strength!r}")

    def _check_objective(self) -> None:
        kl = self.objective == "sparse" and self.sparsity == "kl"
        bounded = self.objective in ("contractive", "hashing") or kl
        if self.network == "linear" and bounded:
            raise InputError(
                f"objective: {self.objective} needs a code in (0, 1), expected the dense or the convolutional network, "
                "found linear"
            )
        if self.network == "linear" and self.objective == "variational" and self.likelihood == "bernoulli":
            raise InputError("likelihood: expected gaussian for the linear network, whose output is not in (0, 1)")
        if self.conditional and self.objective != "variational":
            raise InputError(f"conditional: expected the variational objective, found {self.objective}")
        if self.train != "both" and self.objective != "plain":
            raise InputError(f"train: expected both halves for the {self.objective} objective, found {self.train}")
        if (self.train == "both") != (self.run is None):
            raise InputError(f"run: expected with --train encoder or decoder, and only there, found {self.run!r}")


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


@dataclass(frozen=True)
class CompareSettings(StageTwoSettings):
    """Every encoder mode and the scikit-learn baselines, on the same label draws, over several budgets.

    Cell seeds: draw d uses label draw d, init_seed + d and order_seed + d, so any cell can be rerun by finetune.

    Args:
        budgets: numbers of labels to compare at: counts, or fractions of the labelled training rows; default: 1, 5,
            10 and 20 a class, as far as the training rows go.
        draws: how many label draws at each budget (seeds 0, 1, ...).
        pretrain: stage-one runs to train on `data` and compare with each other instead, by name, each with its
            options of pretrain; scored by reconstruction error and by probes with all labels and with one budget,
            100 by default.
    """

    budgets: list[int | float] | None = None
    draws: int = 5
    pretrain: dict[str, dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.budgets == []:
            raise InputError("budgets: expected at least one number of labels, found an empty list")
        for budget in self.budgets or []:
            checks.labels("budgets", budget)
        checks.whole(self, "draws", least=2)
        if self.pretrain is not None:
            self._check_pretrain()

    def _check_pretrain(self) -> None:
        if not self.pretrain:
            raise InputError("pretrain: expected at least one stage-one run to train, found none")
        for option in dataclasses.fields(StageTwoSettings):
            default = option.default if option.default_factory is dataclasses.MISSING else option.default_factory()
            value = getattr(self, option.name)
            if option.name not in ("data", "data_dir") and value != default:
                raise InputError(
                    f"{option.name}: expected none beside pretrain, whose runs have their own options, found {value!r}"
                )
        if self.budgets is not None and len(self.budgets) != 1:
            raise InputError(f"budgets: expected one beside pretrain, found {self.budgets}")
        self.stage_one_runs()

    def stage_one_runs(self) -> dict[str, PretrainSettings]:
        """What `pretrain` names, as settings.

        Raises:
            InputError: an option is unknown or has a bad value.
        """
        known = {f.name for f in dataclasses.fields(PretrainSettings)} - {"data", "data_dir"}
        runs = {}
        for name, options in (self.pretrain or {}).items():
            if name in NOT_TRAINED:
                raise InputError(f"pretrain: expected a name other than {', '.join(NOT_TRAINED)}, found {name}")
            for option in options:
                if option not in known:
                    raise InputError(f"pretrain: {name}: {option}: unknown option, or one that stands beside pretrain")
            try:
                runs[name] = PretrainSettings(data=self.data or "digits", data_dir=self.data_dir, **options)
                if runs[name].conditional:
                    raise InputError(
                        "conditional: expected false, or the probes would meet labels that the code has seen"
                    )
            except InputError as error:
                raise InputError(f"pretrain: {name}: {error}") from None
        return runs


@dataclass(frozen=True)
class UiSettings:
    """Open the MLflow UI on the store that the runs are in.

    Args:
        port: port to listen on, on 127.0.0.1 only.
    """

    port: int = 5000

    def __post_init__(self) -> None:
        checks.whole(self, "port", least=1)
        if self.port > 65535:
            raise InputError(f"port: expected at most 65535, found {self.port}")
