"""Cells on many machines: one task of a dask.distributed cluster each. What a worker that dies was at is done by another;
only the process that started the comparison writes to the store."""

import dataclasses
import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from distributed import Client, as_completed

from semisup import store
from semisup.comparison import workers
from semisup.comparison.cells import Cell
from semisup.comparison.workers import Scores
from semisup.errors import InputError

PATIENCE = "15s"  # for the scheduler to answer


def on_cluster(cells: Sequence[Cell], address: str) -> Iterator[tuple[Cell, Scores | str]]:
    """Train cells on a cluster; yields as `workers.here` does, in the order in which they end.

    Raises:
        InputError: no scheduler answers at the address, or it has no worker.
    """
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise InputError(f"cluster: expected a dask scheduler at {address}, found none ({error})") from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise InputError(f"cluster: expected workers of the scheduler at {address}, found none")
        uri = store.uri()
        futures = {client.submit(_train, _located(cell), uri, pure=False): cell for cell in cells}
        for future in as_completed(list(futures)):
            error = future.exception()
            yield futures[future], future.result() if error is None else f"{type(error).__name__}: {error}"


def _located(cell: Cell) -> Cell:
    """The same with whole paths: a worker has a current directory of its own."""
    settings = cell.settings
    data = None if settings.data is None else _whole(settings.data)
    data_dir = None if settings.data_dir is None else str(Path(settings.data_dir).resolve())
    return dataclasses.replace(cell, settings=dataclasses.replace(settings, data=data, data_dir=data_dir))


def _whole(source: str) -> str:
    return str(Path(source).resolve()) if Path(source).is_file() else source


def _train(cell: Cell, uri: str) -> Scores | str:
    """What a worker does."""
    os.environ["MLFLOW_TRACKING_URI"] = uri
    return workers.attempt(_scorer(), cell)


@functools.cache
def _scorer() -> "Scorer":  # noqa: F821
    from semisup import quiet

    quiet.import_tensorflow(threads=1)
    from semisup.comparison.scorer import Scorer

    return Scorer()
