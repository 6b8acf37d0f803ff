"""What a suggestion takes."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from semisup.errors import InputError
from semisup.settings import checks, sources
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class SuggestSettings(Options):
    """List the unlabelled inputs whose labels would help most: unlike those that have one, and hard to tell.

    Args:
        run: id of a run: of stage one, whose unlabelled rows are chosen from, or of stage two, whose label draw is what
            is known; where its data has no unlabelled rows, all others are chosen from, as if they were. Default: the
            latest stage-one run.
        data: source of the data; default: the run's.
        data_dir: folder with prepared TensorFlow Datasets; default: the run's.
        count: how many inputs.
        output: CSV file to write them to, a new one; of images, a contact sheet goes beside it (.png).
        seed: of the clusters.
    """

    title: ClassVar[str] = "Suggestions"

    run: str | None = None
    data: str | None = None
    data_dir: str | None = None
    count: int = 20
    output: str = "suggestions.csv"
    seed: int = 0

    def check(self) -> None:
        checks.run_id(self)
        if self.data is not None:
            sources.source_of(self.data)
        checks.whole(self, "count", least=1)
        checks.seeds(self, "seed")
        path = Path(self.output)
        if path.suffix != ".csv" or not path.resolve().parent.is_dir():
            raise InputError(f"output: expected a .csv file in a folder that is there, found {self.output}")
        for each in (path, path.with_suffix(".png")):
            if each.exists():
                raise InputError(f"output: {each} is there already, expected a new file")
