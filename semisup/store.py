"""The store: where the runs are.

MLflow takes seconds to import, so a SQLite store is read by the standard library: an unknown run is refused at once.
"""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from semisup import credentials
from semisup.errors import InputError

EXPERIMENT = "semisup"
FOLDER = Path("mlruns")  # of the default store, in the current directory
RETRIES = "MLFLOW_HTTP_REQUEST_MAX_RETRIES"
ABSENT = "none"  # value of a parameter that does not apply to a run


def uri() -> str:
    """Where runs go: MLFLOW_TRACKING_URI if set, else SQLite in ./mlruns. That of a server is without user and password
    from here on."""
    credentials.set_apart()
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{(FOLDER / 'mlflow.db').resolve()}"


def _is_default() -> bool:
    return not os.environ.get("MLFLOW_TRACKING_URI")


def name() -> str:
    """The store as an error may name it: a tracking URI can hold a password."""
    return str(FOLDER.resolve() / "mlflow.db") if _is_default() else "MLFLOW_TRACKING_URI"


def check_writable() -> None:
    """Make the folder of the default store where it is missing.

    Raises:
        InputError: it cannot be written to.
    """
    if not _is_default():
        return
    try:
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / ".writable").touch()
        (FOLDER / ".writable").unlink(missing_ok=True)  # by another process, perhaps
    except OSError as error:
        raise InputError(
            f"{FOLDER.resolve()}: expected a folder that can be written to, for the runs ({error.strerror})"
        ) from None


def open_store() -> None:
    """Make the store MLflow's current one, and create it and the experiment where they are missing.

    Raises:
        InputError: the store cannot be written or reached.
    """
    check_writable()
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    default = _is_default()
    mlflow.set_tracking_uri(uri())
    if default:  # MLflow has put it there; it is the user's to set
        os.environ.pop("MLFLOW_TRACKING_URI", None)
    retries = os.environ.get(RETRIES)
    os.environ[RETRIES] = "1"  # to open the store; a run that is under way is worth the default's minutes of patience
    try:
        if mlflow.MlflowClient().get_experiment_by_name(EXPERIMENT) is None:
            location = (FOLDER / "artifacts").resolve().as_uri() if default else None
            tags = {"mlflow.experimentKind": "custom_model_development"}  # the UI opens on its model-training view
            mlflow.MlflowClient().create_experiment(EXPERIMENT, artifact_location=location, tags=tags)
        mlflow.set_experiment(EXPERIMENT)
    except Exception as error:  # whatever the store is: a file, a database driver, an HTTP client
        raise cannot_be_opened(error) from None
    finally:
        os.environ.pop(RETRIES)
        if retries is not None:
            os.environ[RETRIES] = retries


def cannot_be_opened(error: Exception) -> InputError:
    return InputError(f"{name()}: expected an MLflow store that can be opened ({first_line(error)})")


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite store that is there, to read from. Raises InputError if it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise cannot_be_opened(error) from None


def unreadable(run_id: str, name: str, error: Exception) -> InputError:
    """The refusal of a run whose artifact `name` is missing or damaged."""
    return InputError(f"run: {name} of run {run_id} cannot be read ({first_line(error)})")


def first_line(error: Exception) -> str:
    return credentials.hidden((str(error).strip() or type(error).__name__).splitlines()[0])
