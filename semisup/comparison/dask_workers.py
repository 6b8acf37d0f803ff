"""Train cells on many machines: each cell is one task of a dask.distributed cluster.

If a worker dies, another one does its cell. Only the process that started the comparison writes to the store.
"""

import dataclasses
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from distributed import Client, as_completed

from semisup.comparison.cells import Cell
from semisup.comparison.workers import Scores, Worker
from semisup.errors import InputError
from semisup.runs import credentials, store
from semisup.runs.credentials import Credentials
from semisup.system import provenance

PATIENCE = "15s"  # how long to wait for the scheduler to answer
_one_at_a_time = threading.Lock()
_processes: dict[tuple[str, str, str], Worker] = {}  # the process of a cluster's worker: one at most


def on_cluster(cells: Sequence[Cell], address: str, source: str) -> Iterator[tuple[Cell, Scores | str]]:
    """Train cells on a cluster. Yield what `workers.here` yields, in the order in which the cells end.

    Args:
        cells: cells to train.
        address: address of the scheduler.
        source: source of the data, which the workers must find under the same name.

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
        here = store.uri(), credentials.of_environment(), provenance.digest("code")
        futures = {client.submit(_train, _located(cell, source), *here, pure=False): cell for cell in cells}
        for future in as_completed(list(futures)):
            error = future.exception()
            yield futures[future], future.result() if error is None else f"{type(error).__name__}: {error}"


def _located(cell: Cell, source: str) -> Cell:
    """Return the cell with absolute paths, since a worker has another current directory."""
    data = str(Path(source).resolve()) if Path(source).is_file() else source
    data_dir = None if cell.source.data_dir is None else str(Path(cell.source.data_dir).resolve())
    return dataclasses.replace(cell, source=dataclasses.replace(cell.source, data=data, data_dir=data_dir))


def _train(cell: Cell, uri: str, access: Credentials, code: str) -> Scores | str:
    """Train a cell in a process of a cluster's worker, and return its scores or the reason why it failed.

    The worker keeps its process as long as the cells build on the same stage-one run and data.

    Args:
        cell: cell to train.
        uri: address of the store.
        access: user and password of the store.
        code: digest of the code that the worker must have.
    """
    if provenance.digest("code") != code:
        return "the cluster's worker has another version of semisup, or of its packages, than this process"
    with _one_at_a_time:
        key = (uri, cell.source.run, cell.source.digest)
        if key not in _processes:
            for process in _processes.values():
                process.stop()
            _processes.clear()
            os.environ[credentials.URI] = uri  # the process inherits it
            access.use()
            _processes[key] = Worker()
        process = _processes[key]
        process.start(cell)
        _, scores, alive = process.result()
        if not alive:
            del _processes[key]
        return scores
