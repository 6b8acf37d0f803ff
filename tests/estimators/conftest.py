import pytest

from semisup import AutoencoderTransformer
from tests.estimators.shared import SMALL, few_labels


@pytest.fixture(scope="package")
def fitted():
    """A stage one on the blobs, which no test changes."""
    return AutoencoderTransformer(**SMALL).fit(few_labels()[0])
