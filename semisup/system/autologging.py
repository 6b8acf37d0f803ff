"""Keep MLflow's autologging, which a caller may have on, away from what this package fits."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def off() -> Iterator[None]:
    """Turn autologging off in this block, or in a function that this decorates.

    Else it would start runs of its own for the scikit-learn estimators inside, and add to ours.
    """
    autologging = sys.modules.get("mlflow.utils.autologging_utils")
    if autologging is None:  # nobody has turned it on
        yield
        return
    before = autologging._AUTOLOGGING_GLOBALLY_DISABLED  # `disable_autologging` of MLflow cannot be nested
    autologging._AUTOLOGGING_GLOBALLY_DISABLED = True
    try:
        yield
    finally:
        autologging._AUTOLOGGING_GLOBALLY_DISABLED = before
