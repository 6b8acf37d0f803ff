"""The store that holds the runs: find, open, check and read it.

MLflow takes seconds to import. So a SQLite store is read with the standard library, and an unknown run is refused at
once.
"""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from semisup.errors import InputError
from semisup.runs import credentials

EXPERIMENT = "semisup"  # unless the environment names another
EXPERIMENT_NAME, EXPERIMENT_ID = "MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID"  # variables of the environment
FOLDER = Path("mlruns")  # of the default store, in the current directory
BRIEFLY = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}  # timeout in seconds


def uri() -> str:
    """Return the address of the store: MLFLOW_TRACKING_URI if set, else a SQLite file in ./mlruns.

    User and password are first moved out of the address of a server, see `credentials.set_apart`.
    """
    credentials.set_apart()
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{(FOLDER / 'mlflow.db').resolve()}"


def _is_default() -> bool:
    return not os.environ.get("MLFLOW_TRACKING_URI")


def is_server() -> bool:
    return uri().startswith(("http://", "https://"))


def sqlite_file() -> Path | None:
    """Return the database file of the store, None if it is not SQLite."""
    return Path(uri().removeprefix("sqlite:///")).resolve() if uri().startswith("sqlite:///") else None


def name() -> str:
    """Return the name of the store for error messages. They never show a tracking URI: it can hold a password."""
    return str(FOLDER.resolve() / "mlflow.db") if _is_default() else "MLFLOW_TRACKING_URI"


def experiment() -> dict[str, str]:
    """Return what the experiment of the runs is found by, as MLflow's tables call it: `experiment_id` or `name`.

    MLFLOW_EXPERIMENT_NAME says which, or MLFLOW_EXPERIMENT_ID, which has to exist. If both do, the id counts.
    """
    identifier = os.environ.get(EXPERIMENT_ID)
    return {"experiment_id": identifier} if identifier else {"name": os.environ.get(EXPERIMENT_NAME) or EXPERIMENT}


def experiment_id() -> str:
    """Return the id of the experiment of the runs, in the open store.

    Raises:
        InputError: MLFLOW_EXPERIMENT_ID names none, or the experiment has been deleted.
    """
    import mlflow

    known = experiment()
    if "experiment_id" in known:
        with suppress(mlflow.MlflowException):
            found = mlflow.get_experiment(known["experiment_id"])
            if found.lifecycle_stage == "active":
                return found.experiment_id
        raise InputError(
            f"{EXPERIMENT_ID}: expected the id of an experiment in {name()}, found {known['experiment_id']!r}"
        )
    found = mlflow.get_experiment_by_name(known["name"])
    if found.lifecycle_stage != "active":
        raise InputError(
            f"{EXPERIMENT_NAME}: expected an experiment that has not been deleted, or another name, found "
            f"{known['name']!r}, which has been"
        )
    return found.experiment_id


def check_writable() -> None:
    """Check that the store can be written to. Make the folder of the default store if it is missing.

    Raises:
        InputError: the folder cannot be written to, or the SQLite database, wherever it is, is damaged.
    """
    if _is_default():
        try:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / ".writable").touch()
            (FOLDER / ".writable").unlink(missing_ok=True)  # another process may have removed it
        except OSError as error:
            raise InputError(
                f"{FOLDER.resolve()}: expected a folder that can be written to, for the runs ({error.strerror})"
            ) from None
    database = sqlite_file()
    if database is not None and database.is_file():
        with reading(database):
            pass


def open_store() -> None:
    """Make this store MLflow's current one. Create it and the experiment if they are missing.

    Raises:
        InputError: the store cannot be written or reached.
    """
    check_writable()
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("mlflow.store.db.utils").setLevel(
        logging.CRITICAL
    )  # it logs tracebacks of errors that it also raises
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it logs each attempt to reach a server that is away
    default = _is_default()
    mlflow.set_tracking_uri(uri())
    if default:  # MLflow has set it, but only the user may
        os.environ.pop("MLFLOW_TRACKING_URI", None)
    try:
        with briefly(), _alone():
            _open()
    except InputError:
        raise
    except Exception as error:  # any kind of store: a file, a database driver, an HTTP client
        raise cannot_be_opened(error) from None


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other processes from creating the tables of a SQLite store in this block: two at once damage it."""
    database = sqlite_file()
    if database is None:
        yield
        return
    with database.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open() -> None:
    import mlflow

    wanted = experiment().get("name")
    if wanted is not None and mlflow.get_experiment_by_name(wanted) is None:
        location = (FOLDER / "artifacts").resolve().as_uri() if _is_default() else None
        tags = {"mlflow.experimentKind": "custom_model_development"}  # the UI opens on its model-training view
        mlflow.create_experiment(wanted, artifact_location=location, tags=tags)
    experiment_id()  # raises if there is none that runs can go to


@contextmanager
def briefly() -> Iterator[None]:
    """Give up on a tracking server that does not answer after seconds in this block, not after MLflow's minutes."""
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
    """Return the refusal of a store that cannot be opened."""
    return InputError(f"{name()}: expected an MLflow store that can be opened ({first_line(error)})")


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """Open an existing SQLite store to read from it.

    Raises:
        InputError: it cannot be read, or SQLite finds that pages are missing or invalid. SQLite has no checksums, so a
            changed letter within a text goes unnoticed.
    """
    try:
        # not mode=ro: then SQLite could not undo what a killed process has left half written
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True)) as connection:
            _check_whole(connection, database)
            yield connection
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise cannot_be_opened(error) from None


def _check_whole(connection: sqlite3.Connection, database: Path) -> None:
    connection.execute("BEGIN")  # a read lock: the size does not change meanwhile
    (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if result != "ok":
        raise sqlite3.DatabaseError(f"damaged: {result}")
    pages, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if database.stat().st_size < pages * size:
        raise sqlite3.DatabaseError(f"damaged: expected {pages * size} bytes, found {database.stat().st_size}")
    if pages == 0 and (FOLDER / "artifacts").exists():
        raise sqlite3.DatabaseError("damaged: empty, beside artifacts of runs")


def unreadable(run_id: str, name: str, error: Exception) -> InputError:
    """Return the refusal of a run because its artifact `name` is missing or damaged."""
    return InputError(f"run: {name} of run {run_id} cannot be read ({first_line(error)})")


def first_line(error: Exception) -> str:
    """Return the first line of an error's message, without user and password of any address."""
    return credentials.hidden((str(error).strip() or type(error).__name__).splitlines()[0])
