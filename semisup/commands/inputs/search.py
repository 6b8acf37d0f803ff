"""Read and check the inputs of `search`."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from semisup.retrieval import index_folder
from semisup.retrieval.index_folder import Contents
from semisup.settings import SearchSettings
from semisup.sources import files


@dataclass(frozen=True)
class SearchInputs:
    """The index, and the (n, *shape) inputs of each query file, by its path."""

    contents: Contents
    queries: dict[str, np.ndarray]


def load(settings: SearchSettings) -> SearchInputs:
    """Return the index and the inputs to search for.

    Raises:
        InputError: the index or a file cannot be read.
    """
    contents = index_folder.read(Path(settings.folder))
    queries = {path: files.read(Path(path), contents.shape, contents.scaling) for path in settings.queries}
    return SearchInputs(contents, queries)
