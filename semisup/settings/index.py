"""What an index takes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks, sources
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class IndexSettings(Options):
    """Index the training inputs of a run by binary codes, or add other inputs to an index.

    Args:
        folder: of the index; expected not to exist, but with --add.
        run: id of the stage-one or stage-two run whose encoder gives the codes; default: the latest stage-one run.
        data: source of the data; default: the run's.
        data_dir: folder with prepared TensorFlow Datasets; default: the run's.
        bits: length of the binary codes.
        bits_from: "graph": bits of the nearest-neighbour graph of the codes, learned by a small network; "itq": the
            code's rotated principal components; "rounding": the code itself, of a hashing objective, whose size is then
            the number of bits.
        seed: of what is drawn to find the bits.
        add: files whose inputs to add to the index that is there: arrays (.npy, .npz with x) and pictures.
    """

    title: ClassVar[str] = "Index"

    folder: str = "index"
    run: str | None = None
    data: str | None = None
    data_dir: str | None = None
    bits: int = 32
    bits_from: Literal["graph", "itq", "rounding"] = "graph"
    seed: int = 0
    add: list[str] = field(default_factory=list)

    def check(self) -> None:
        checks.run_id(self)
        if self.data is not None:
            sources.source_of(self.data)
        checks.one_of(self, "bits_from")
        checks.seeds(self, "seed")
        checks.whole(self, "bits", least=8)
        if self.bits % 8:
            raise InputError(f"bits: expected a multiple of 8, found {self.bits}")
        for name in ("run", "data"):
            if self.add and getattr(self, name) is not None:
                raise InputError(
                    f"{name}: expected none beside add, the index has its own, found {getattr(self, name)}"
                )
        there = Path(self.folder).exists()
        if there and not self.add:
            raise InputError(f"folder: {self.folder} is there already, expected a new one, or --add with files")
        if self.add and not there:
            raise InputError(f"folder: expected an index to add to, found none at {self.folder}")
