"""Options of `suggest`."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from semisup.errors import InputError
from semisup.settings import checks, sources
from semisup.settings.options import Options


@dataclass(frozen=True, kw_only=True)
class SuggestSettings(Options):
    """List the unlabelled inputs whose labels would help most.

    Half of them lie in regions of the code that have few labels. The other half stand for many inputs whose class is in
    doubt. Without any label, all are of the first kind.

    Args:
        run: id of a run of stage one or two. With a stage-one run, all labels of the data count as known. With a
            stage-two run, only the labels of its draw do. Inputs are suggested from the unlabelled rows. If a stage-two
            run has none, they are suggested from all rows outside its draw. Default: the latest finished stage-one run.
        data: source of the data, as in pretrain. Default: the data of the run.
        data_dir: folder with prepared TensorFlow Datasets. Default: the folder of the run.
        count: how many inputs to suggest. Default: 20, or all unlabelled inputs if there are fewer.
        output: CSV file to write the suggestions to. It must not exist yet. For images, a contact sheet is written
            beside it (.png).
        seed: seed of the clustering.
    """

    title: ClassVar[str] = "Suggestions"

    run: str | None = None
    data: str | None = None
    data_dir: str | None = None
    count: int | None = None
    output: str = "suggestions.csv"
    seed: int = 0

    def check(self) -> None:
        checks.run_id(self)
        if self.data is not None:
            sources.source_of(self.data)
        if self.count is not None:
            checks.whole(self, "count", least=1)
        checks.seeds(self, "seed")
        path = Path(self.output)
        if path.suffix != ".csv" or not path.resolve().parent.is_dir():
            raise InputError(f"output: expected a .csv file in a folder that is there, found {self.output}")
        for each in (path, path.with_suffix(".png")):
            if each.exists():
                raise InputError(f"output: {each} is there already, expected a new file")
