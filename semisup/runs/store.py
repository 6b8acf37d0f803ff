"""The store: where the runs are.

MLflow takes seconds to import, so a SQLite store is read by the standard library: an unknown run is refused at once.
"""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from semisup.errors import InputError
from semisup.runs import credentials

EXPERIMENT = "semisup"
FOLDER = Path("mlruns")  # of the default store, in the current directory
BRIEFLY = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}  # seconds


def uri() -> str:
    """Where runs go: MLFLOW_TRACKING_URI if set, else SQLite in ./mlruns. That of a server is without user and password
    from here on."""
    credentials.set_apart()
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{(FOLDER / 'mlflow.db').resolve()}"


def _is_default() -> bool:
    return not os.environ.get("MLFLOW_TRACKING_URI")


def is_server() -> bool:
    return uri().startswith(("http://", "https://"))


def sqlite_file() -> Path | None:
    """The database of the store, if it is a SQLite file."""
    return Path(uri().removeprefix("sqlite:///")).resolve() if uri().startswith("sqlite:///") else None


def name() -> str:
    """The store as an error may name it: a tracking URI can hold a password."""
    return str(FOLDER.resolve() / "mlflow.db") if _is_default() else "MLFLOW_TRACKING_URI"


def check_writable() -> None:
    """Make the folder of the default store where it is missing.

    Raises:
        InputError: it cannot be written to, or the database in it, or wherever it is, is damaged.
    """
    if _is_default():
        try:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / ".writable").touch()
            (FOLDER / ".writable").unlink(missing_ok=True)  # by another process, perhaps
        except OSError as error:
            raise InputError(
                f"{FOLDER.resolve()}: expected a folder that can be written to, for the runs ({error.strerror})"
            ) from None
    database = sqlite_file()
    if database is not None and database.is_file():
        with reading(database):
            pass


def open_store() -> None:
    """Make the store MLflow's current one, and create it and the experiment where they are missing.

    Raises:
        InputError: the store cannot be written or reached.
    """
    check_writable()
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)  # it writes tracebacks of what it raises
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # and of each attempt to reach a server that is away
    default = _is_default()
    mlflow.set_tracking_uri(uri())
    if default:  # MLflow has put it there; it is the user's to set
        os.environ.pop("MLFLOW_TRACKING_URI", None)
    try:
        with briefly(), _alone():
            _open()
    except Exception as error:  # whatever the store is: a file, a database driver, an HTTP client
        raise cannot_be_opened(error) from None


@contextmanager
def _alone() -> Iterator[None]:
    """In the block no other process makes the tables of a SQLite store: two at once spoil it."""
    database = sqlite_file()
    if database is None:
        yield
        return
    with database.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open() -> None:
    import mlflow

    if mlflow.MlflowClient().get_experiment_by_name(EXPERIMENT) is None:
        location = (FOLDER / "artifacts").resolve().as_uri() if _is_default() else None
        tags = {"mlflow.experimentKind": "custom_model_development"}  # the UI opens on its model-training view
        mlflow.MlflowClient().create_experiment(EXPERIMENT, artifact_location=location, tags=tags)
    mlflow.set_experiment(EXPERIMENT)


@contextmanager
def briefly() -> Iterator[None]:
    """In the block a tracking server that does not answer is given up on after seconds, not MLflow's minutes."""
    before = {key: os.environ.get(key) for key in BRIEFLY}
    os.environ.update(BRIEFLY)
    try:
        yield
    finally:
        for key, value in before.items():
            os.environ.pop(key)
            if value is not None:
                os.environ[key] = value


def cannot_be_opened(error: Exception) -> InputError:
    return InputError(f"{name()}: expected an MLflow store that can be opened ({first_line(error)})")


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite store that is there, to read from.

    Raises:
        InputError: it cannot be read, or is damaged: SQLite finds pages that are missing or make no sense. It has no
            checksums, so it does not find another letter within a text.
    """
    try:
        # not mode=ro: then SQLite could not undo what a process that was killed has left half written
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True)) as connection:
            _check_whole(connection, database)
            yield connection
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise cannot_be_opened(error) from None


def _check_whole(connection: sqlite3.Connection, database: Path) -> None:
    connection.execute("BEGIN")  # a read lock: nobody changes its size meanwhile
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(f"damaged: {found}")
    pages, size = (connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_count", "page_size"))
    if database.stat().st_size < pages * size:
        raise sqlite3.DatabaseError(f"damaged: expected {pages * size} bytes, found {database.stat().st_size}")
    if pages == 0 and (FOLDER / "artifacts").exists():
        raise sqlite3.DatabaseError("damaged: empty, beside artifacts of runs")


def unreadable(run_id: str, name: str, error: Exception) -> InputError:
    """The refusal of a run whose artifact `name` is missing or damaged."""
    return InputError(f"run: {name} of run {run_id} cannot be read ({first_line(error)})")


def first_line(error: Exception) -> str:
    return credentials.hidden((str(error).strip() or type(error).__name__).splitlines()[0])
