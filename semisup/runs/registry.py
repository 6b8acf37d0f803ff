"""Find the files of models in MLflow's registry."""

import re
from pathlib import Path
from urllib.parse import unquote, urlparse

from semisup.errors import InputError
from semisup.runs import store

PREFIX = "models:/"
DEFAULT_ALIAS = "champion"
FILES = "data/model"  # folder of the data files within the folder of a version, set by MLflow


def name_and_alias(text: str) -> tuple[str, str]:
    """Split NAME or NAME@ALIAS into name and alias. Without an alias, it is `DEFAULT_ALIAS`."""
    name, _, alias = text.partition("@")
    return name, alias or DEFAULT_ALIAS


def find_model(uri: str) -> Path:
    """Return the folder with the data files of a registered model. Its code is not run.

    Args:
        uri: models:/NAME@ALIAS or models:/NAME/VERSION.

    Raises:
        InputError: there is no such model, it was registered by another program, or the store cannot be read.
    """
    match = re.fullmatch(rf"{PREFIX}([^/@:]+)(?:@([\w-]+)|/(\d+))", uri)
    if match is None:
        raise InputError(f"run: expected models:/NAME@ALIAS or models:/NAME/VERSION, found {uri}")
    folder = _in_sqlite(*match.groups()) if store.uri().startswith("sqlite:///") else None
    if folder is None:
        folder = _downloaded(uri)
    if not (folder / FILES).is_dir():
        raise InputError(f"run: expected a model registered by finetune --register, found {uri}")
    return folder / FILES


def _in_sqlite(name: str, alias: str | None, version: str | None) -> Path | None:
    """Return the folder of a version, None if it is not on a local disk.

    Raises:
        InputError: there is no such version.
    """
    database = Path(store.uri().removeprefix("sqlite:///")).resolve()
    row = None
    if database.is_file():
        with store.reading(database) as connection:
            query = (
                "SELECT storage_location FROM model_versions WHERE name = :name "
                "AND current_stage != 'Deleted_Internal' AND version = coalesce(:version, "
                "(SELECT version FROM registered_model_aliases WHERE name = :name AND alias = :alias))"
            )
            row = connection.execute(query, {"name": name, "alias": alias, "version": version}).fetchone()
    if row is None:
        raise _unknown(name, alias, version)
    location = urlparse(row[0] or "")
    return Path(unquote(location.path)) if location.scheme in ("", "file") and location.path else None


def _downloaded(uri: str) -> Path:
    store.open_store()
    import mlflow

    try:
        return Path(mlflow.artifacts.download_artifacts(uri))
    except (mlflow.MlflowException, OSError) as error:
        raise InputError(f"run: expected a registered model, found {uri} ({store.first_line(error)})") from None


def _unknown(name: str, alias: str | None, version: str | None) -> InputError:
    which = f"{name}@{alias}" if alias else f"{name}/{version}"
    return InputError(f"run: expected a registered model, found none at {PREFIX}{which}")
