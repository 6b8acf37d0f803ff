"""What stage one takes."""

from dataclasses import dataclass
from typing import Literal

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.images import ImageSettings
from semisup.settings.table import TableSettings

CORRUPTING = ("denoising", "variational")  # objectives whose encoder may see corrupted inputs
FREE_CODE = ("plain", "denoising")  # objectives whose code has the activation that the settings name


@dataclass(frozen=True)
class PretrainSettings(TableSettings, ImageSettings):
    """Stage one: train an encoder and a decoder without labels, on every training input.

    Args:
        data: "digits" (ships with scikit-learn), "tfds:NAME" (TensorFlow Datasets), or the path of an .npz file, of
            an .npy file (larger than memory), of a folder of pictures, or of a table (.csv, .parquet, or another name
            where there is a target).
        data_dir: folder with prepared TensorFlow Datasets; default: TFDS_DATA_DIR, else ~/tensorflow_datasets.
        leaks: training rows whose input is in the test set too: "keep" them, with a warning, or "remove" them; stage
            two does as stage one did.
        network: shape of the encoder; the decoder is its mirror image.
        widths: units of the hidden dense layers, or filters of the convolutions, from the input to the code; a
            convolution halves the sides, but for one with as many filters as the one before; default: [256, 128] for
            dense, [32, 64] for convolutional; linear has none.
        activation: of the hidden layers; the linear network has none.
        batch_norm: whether each batch is normalised before every activation of the encoder (Ioffe and Szegedy 2015).
        code_size: numbers in the code, smaller or larger than the input.
        code_activation: plain and denoising: of the code, "relu" for one without negative numbers; the other objectives
            have their own.
        objective: what is minimised: "plain" is mean squared error alone; the others corrupt, penalise or replace it.
        strength: denoising: share of corrupted features (Gaussian: standard deviation of the noise); sparse,
            contractive: weight of the penalty against squared error; variational: weight of the KL term (β); hashing:
            standard deviation of the noise before the sigmoid; default: the objective's own.
        corruption: denoising, variational: what is done to the inputs that the encoder sees, and undone: Gaussian
            noise; features set to 0 (masking); to 0 or 1 (salt_and_pepper); to another row's value (swap); one block of
            an image set to 0; or all features of an input raised to one power, e to a number in ± strength (gamma);
            default: denoising masks; variational, where strength is β, corrupts nothing, and what it is told to in
            denoising's default strength, gamma in 1.
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
        threads: that TensorFlow and other libraries compute an operation in, of which the last bits of a figure depend;
            default: as many as there are cores.
        resume: id of a run that did not finish, to go on with; its other options are its own.
    """

    data: str = "digits"
    data_dir: str | None = None
    leaks: Literal["keep", "remove"] = "keep"
    network: Literal["linear", "dense", "convolutional"] = "dense"
    widths: list[int] | None = None
    activation: Literal["relu", "gelu", "tanh", "sigmoid"] = "relu"
    batch_norm: bool = False
    code_size: int = 16
    code_activation: Literal["linear", "relu"] = "linear"
    objective: Literal["plain", "denoising", "sparse", "contractive", "variational", "hashing"] = "plain"
    strength: float | None = None
    corruption: Literal["gaussian", "masking", "salt_and_pepper", "swap", "block", "gamma"] | None = None
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
    threads: int | None = None
    resume: str | None = None

    def __post_init__(self) -> None:
        checks.source(self)
        checks.table(self)
        self.check_images(self.data)
        checks.one_of(
            self, "leaks", "network", "activation", "code_activation", "objective", "sparsity", "likelihood", "train",
        )  # fmt: skip
        checks.whole(self, "code_size", "epochs", "batch_size", least=1)
        checks.seeds(self, "init_seed", "order_seed")
        checks.widths(self, "widths")
        checks.positive(self, "learning_rate")
        checks.at_least_0(self, "weight_decay")
        checks.true_or_false(self, "batch_norm", "conditional")
        checks.run_id(self)
        checks.run_id(self, "resume")
        checks.threads(self)
        if self.network == "convolutional" and self.widths == []:
            raise InputError("widths: expected at least one number of filters for the convolutional network, found []")
        if self.network == "linear" and self.widths:
            raise InputError(f"widths: expected none for the linear network, found {self.widths}")
        self._check_activations()
        self._check_corruption()
        self._check_strength()
        self._check_objective()

    def _check_activations(self) -> None:
        if self.batch_norm and self.network == "linear":
            raise InputError("batch_norm: expected false for the linear network, which has no activations, found true")
        if self.batch_norm and self.objective == "contractive":
            raise InputError("batch_norm: contractive needs a code that no other input has a part in, found true")
        if self.code_activation == "linear":
            return
        if self.network == "linear":
            raise InputError(f"code_activation: expected linear for the linear network, found {self.code_activation}")
        if self.objective not in FREE_CODE:
            raise InputError(
                f"code_activation: expected linear for the {self.objective} objective, which has its own, found "
                f"{self.code_activation}"
            )

    def _check_corruption(self) -> None:
        if self.corruption is None:
            if self.objective == "denoising":
                object.__setattr__(self, "corruption", "masking")
            return
        checks.one_of(self, "corruption")
        if self.objective not in CORRUPTING:
            raise InputError(f"corruption: expected none for the {self.objective} objective, found {self.corruption!r}")
        if self.corruption == "gamma" and self.objective == "variational" and self.likelihood == "bernoulli":
            raise InputError(
                "corruption: gamma leaves 0 and 1 as they are, expected a gaussian likelihood, found bernoulli"
            )

    def _check_strength(self) -> None:
        if not (checks.is_number(self.target_activation) and 0 < self.target_activation < 1):
            raise InputError(f"target_activation: expected a number in (0, 1), found {self.target_activation!r}")
        if self.strength is None:
            return
        if self.objective == "plain":
            raise InputError(f"strength: expected none for the plain objective, found {self.strength!r}")
        checks.at_least_0(self, "strength")
        if self.objective == "denoising" and self.corruption not in ("gaussian", "gamma") and self.strength >= 1:
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
