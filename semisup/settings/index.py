"""What an index and a search take."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from semisup.errors import InputError
from semisup.settings import checks


@dataclass(frozen=True)
class IndexSettings:
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

    folder: str = "index"
    run: str | None = None
    data: str | None = None
    data_dir: str | None = None
    bits: int = 32
    bits_from: Literal["graph", "itq", "rounding"] = "graph"
    seed: int = 0
    add: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        checks.run_id(self)
        checks.source(self)
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


@dataclass(frozen=True)
class SearchSettings:
    """Find the items of an index that are nearest to new inputs.

    Args:
        folder: of the index.
        queries: files whose inputs are looked for: arrays (.npy, .npz with x) and pictures.
        count: how many items for each.
        candidates: how many items in the buckets near a query are enough to choose them from; more find more of the
            nearest, and take longer.
        output: CSV file to write the answers to.
    """

    queries: list[str]
    folder: str = "index"
    count: int = 10
    candidates: int = 100
    output: str | None = None

    def __post_init__(self) -> None:
        checks.whole(self, "count", "candidates", least=1)
        if not isinstance(self.queries, list) or not self.queries:
            raise InputError(f"queries: expected at least one file, found {self.queries!r}")
        if self.output is not None and not Path(self.output).resolve().parent.is_dir():
            raise InputError(f"output: expected a file in a folder that is there, found {self.output}")
