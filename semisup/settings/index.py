"""Options of `index`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from semisup.errors import InputError
from semisup.settings import checks, sources
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class IndexSettings(Options):
    """Index the training inputs of a run by binary codes, or add inputs to an index.

    Args:
        folder: folder of the index. It must not exist yet, except with --add.
        run: id of the run whose encoder computes the codes, of stage one or two. Default: the latest finished stage-one
            run.
        data: source of the data, as in pretrain. Default: the data of the run.
        data_dir: folder with prepared TensorFlow Datasets. Default: the folder of the run.
        bits: length of the binary codes, a multiple of 8.
        bits_from: how to make the bits. "graph": a small network learns them from the nearest-neighbour graph of the
            codes. "itq": the signs of the code's rotated principal components. "rounding": the code rounded to 0 and 1.
            Rounding expects a run with the hashing objective, and uses the size of its code instead of --bits.
        seed: seed of everything that is drawn at random to make the bits.
        add: files with inputs to add to an existing index: arrays (.npy, .npz with x) and pictures.
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
        exists = Path(self.folder).exists()
        if exists and not self.add:
            raise InputError(f"folder: {self.folder} is there already, expected a new one, or --add with files")
        if self.add and not exists:
            raise InputError(f"folder: expected an index to add to, found none at {self.folder}")
