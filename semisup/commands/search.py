"""`search`: find the items of an index that are nearest to new inputs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from semisup.commands.inputs.search import SearchInputs, load
from semisup.retrieval import hasher, index_folder
from semisup.retrieval.hash_index import HashIndex
from semisup.settings import SearchSettings


@dataclass(frozen=True)
class SearchResult:
    """The answers of a search.

    Attributes:
        answers: one row per answer: `query` and `query_row`, `rank` from 1, `item` and `item_row` (the file or dataset
            and the row in it), `class` (empty if unknown), `bits` (Hamming distance) and `distance` (Euclidean distance
            of the codes).
        output: CSV file with the answers; None if the user wanted none.
    """

    answers: pd.DataFrame
    output: str | None


def search(settings: SearchSettings, inputs: SearchInputs | None = None) -> SearchResult:
    """Find the nearest items of an index.

    Raises:
        InputError: the index or a file is not as expected.
    """
    inputs = inputs or load(settings)
    contents = inputs.contents
    table = HashIndex(8 * contents.bits.shape[1])
    table.add_packed(contents.bits, contents.codes)
    model = index_folder.read_model(Path(settings.folder))
    rows = []
    for name, x in inputs.queries.items():
        codes, bits = hasher.codes_and_bits(model, x)
        nearest = table.search(bits, codes, settings.count, settings.candidates)
        for query, rank in np.ndindex(nearest.items.shape):
            item = nearest.items[query, rank]
            label = contents.classes[item]
            rows.append(
                {
                    "query": name,
                    "query_row": query,
                    "rank": rank + 1,
                    "item": contents.item(item)[0],
                    "item_row": contents.item(item)[1],
                    "class": contents.class_names[label] if label >= 0 else "",
                    "bits": nearest.bits[query, rank],
                    "distance": nearest.distances[query, rank],
                }
            )
    answers = pd.DataFrame(rows)
    if settings.output is not None:
        answers.to_csv(settings.output, index=False)
    return SearchResult(answers, settings.output)
