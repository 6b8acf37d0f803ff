"""Read the data for `describe`."""

from semisup.data.dataset import Dataset
from semisup.runs.dataset import of_settings
from semisup.settings import DescribeSettings


def load(settings: DescribeSettings) -> Dataset:
    """Return the data. Raises InputError if they cannot be read."""
    return of_settings(settings)
