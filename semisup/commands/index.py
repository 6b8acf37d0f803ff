"""`index`: make a search index of a run's inputs by binary codes."""

import dataclasses
import tempfile
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from semisup import networks
from semisup.commands.inputs.index import IndexInputs, load
from semisup.data.dataset import Dataset
from semisup.retrieval import hasher, index_folder
from semisup.retrieval.index_folder import Contents
from semisup.runs import read
from semisup.runs.store import open_store
from semisup.settings import IndexSettings
from semisup.sources import files
from semisup.system import progress


@dataclass(frozen=True)
class IndexResult:
    """The index that was written.

    Attributes:
        folder: its folder.
        items: how many items it has.
        bits: length of its binary codes.
        buckets: how many different binary codes there are.
    """

    folder: str
    items: int
    bits: int
    buckets: int


def index(settings: IndexSettings, inputs: IndexInputs | Contents | None = None) -> IndexResult:
    """Make an index of the training inputs of a run, or add inputs to one.

    Args:
        settings: what to index, and the folder of the index.
        inputs: the run and its data, or the index to add to, if they have been read already.

    Raises:
        InputError: the run, the data, a file or the folder is not as expected.
    """
    inputs = inputs or load(settings)
    if isinstance(inputs, Contents):
        contents = _with_added(settings, inputs)
        index_folder.write(Path(settings.folder), contents, Path(settings.folder) / index_folder.MODEL)
    else:
        open_store()
        encoder = read.read_model(inputs.run.run_id, "encoder")
        model = hashed(encoder, inputs.dataset, settings)
        codes, bits = hasher.codes_and_bits(model, inputs.dataset.x_train)
        dataset = inputs.dataset
        contents = Contents(
            inputs.run.run_id,
            settings.bits_from,
            dataset.shape,
            dataset.scaling,
            dataset.class_names,
            [(dataset.name, len(codes))],
            np.packbits(bits, axis=1),
            codes,
            dataset.y_train,
        )
        with tempfile.TemporaryDirectory() as aside:
            model.save(Path(aside) / index_folder.MODEL)
            index_folder.write(Path(settings.folder), contents, Path(aside) / index_folder.MODEL)
    buckets = len(np.unique(contents.bits, axis=0))
    return IndexResult(settings.folder, len(contents.bits), 8 * contents.bits.shape[1], buckets)


def hashed(encoder: keras.Model, dataset: Dataset, settings: IndexSettings) -> keras.Model:
    """Return the model that computes codes and bits, by the option `bits_from`; see `hasher`."""
    if settings.bits_from == "rounding":
        return hasher.by_rounding(encoder)
    codes = networks.predict(encoder, dataset.x_train)
    if settings.bits_from == "itq":
        return hasher.by_itq(encoder, codes, settings.bits, settings.seed)
    positions = hasher.graph_positions(codes, settings.bits, settings.seed)
    with progress.training("bits", hasher.STEPS, hasher.BATCH) as report:
        return hasher.by_graph(encoder, codes, positions, settings.bits, settings.seed, report)


def _with_added(settings: IndexSettings, index: Contents) -> Contents:
    """Return the contents of an index with the inputs of the files added at the end."""
    new = [files.read(Path(path), index.shape, index.scaling) for path in settings.add]
    model = index_folder.read_model(Path(settings.folder))
    codes, bits = hasher.codes_and_bits(model, np.concatenate(new))
    return dataclasses.replace(
        index,
        sources=[*index.sources, *((path, len(x)) for path, x in zip(settings.add, new, strict=True))],
        bits=np.concatenate([index.bits, np.packbits(bits, axis=1)]),
        codes=np.concatenate([index.codes, codes]),
        classes=np.concatenate([index.classes, np.full(len(codes), -1)]),
    )
