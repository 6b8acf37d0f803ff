"""Options of `search`."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from semisup.errors import InputError
from semisup.settings import checks
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class SearchSettings(Options):
    """Find the items of an index that are nearest to new inputs.

    Args:
        folder: folder of the index.
        queries: files with the new inputs: arrays (.npy, .npz with x) and pictures.
        count: how many items to find for each input.
        candidates: how many items to collect by their bits before they are ranked by their codes. With more candidates,
            search misses fewer of the nearest items but takes longer.
        output: CSV file to write the items to. Default: only print them.
    """

    title: ClassVar[str] = "Search"

    queries: list[str]
    folder: str = "index"
    count: int = 10
    candidates: int = 100
    output: str | None = None

    def check(self) -> None:
        checks.whole(self, "count", "candidates", least=1)
        if not isinstance(self.queries, list) or not self.queries:
            raise InputError(f"queries: expected at least one file, found {self.queries!r}")
        if self.output is not None and not Path(self.output).resolve().parent.is_dir():
            raise InputError(f"output: expected a file in a folder that is there, found {self.output}")
