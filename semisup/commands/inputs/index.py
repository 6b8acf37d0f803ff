"""Read and check the inputs of `index`."""

from dataclasses import dataclass
from pathlib import Path

from semisup.commands.inputs.described import described
from semisup.data.dataset import Dataset
from semisup.retrieval import index_folder
from semisup.retrieval.index_folder import Contents
from semisup.runs import find
from semisup.runs.dataset import of_run
from semisup.runs.find import StoredRun
from semisup.settings import IndexSettings
from semisup.sources import files


@dataclass(frozen=True)
class IndexInputs:
    """The run whose encoder computes the codes, and the data to index."""

    run: StoredRun
    dataset: Dataset


def load(settings: IndexSettings) -> IndexInputs | Contents:
    """Return the run and the data to index, or the index to add to.

    Raises:
        InputError: one of them, or a file to add, cannot be read.
    """
    if settings.add:
        contents = index_folder.read(Path(settings.folder))
        for path in settings.add:
            files.read(Path(path), contents.shape, contents.scaling)
        return contents
    run = find.find_run(settings.run)
    return IndexInputs(run, described(of_run(settings.data, settings.data_dir, run)))
