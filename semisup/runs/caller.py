"""Run a command within a program that uses MLflow itself, and leave MLflow as that program had it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from semisup.runs import credentials, store
from semisup.system import autologging

VARIABLES = (credentials.URI, credentials.USER, credentials.PASSWORD, store.EXPERIMENT_ID, store.EXPERIMENT_NAME)


@contextmanager
def kept() -> Iterator[None]:
    """Restore the tracking URI and the experiment at the end of the block, or of a function that this decorates.

    Inside, the active run or the experiment that the caller has set says where runs go: a run that is started is a
    child of the active one. Autologging is off.
    """
    environment = {name: os.environ.get(name) for name in VARIABLES}
    uri, experiment = _of_caller()
    try:
        with autologging.off():
            yield
    finally:
        _restore(uri, experiment)
        for name, value in environment.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _of_caller() -> tuple[str | None, str | None]:
    """Return the tracking URI and the experiment that the caller has set, and put them into the environment.

    The commands, and the processes that they start, read them there.
    """
    if "mlflow" not in sys.modules:  # its import takes a second
        return None, None
    import mlflow
    from mlflow.tracking import fluent
    from mlflow.tracking._tracking_service import utils

    uri, experiment = utils._tracking_uri, fluent._active_experiment_id
    active = mlflow.active_run()
    into = experiment if active is None else active.info.experiment_id
    if into is not None:
        os.environ[credentials.URI], os.environ[store.EXPERIMENT_ID] = mlflow.get_tracking_uri(), into
        os.environ.pop(store.EXPERIMENT_NAME, None)
    fluent._active_experiment_id = None  # else MLflow refuses to resume a run of another one
    return uri, experiment


def _restore(uri: str | None, experiment: str | None) -> None:
    if "mlflow" not in sys.modules:
        return
    import mlflow
    from mlflow.tracking import fluent

    mlflow.set_tracking_uri(uri)
    fluent._active_experiment_id = experiment
