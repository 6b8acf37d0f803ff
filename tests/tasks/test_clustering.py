import numpy as np
import pytest

from semisup.tasks import clustering
from tests.conftest import blobs


@pytest.mark.parametrize("name", clustering.CLUSTERERS)
def test_clusters_that_are_classes_are_found_and_named_by_few_labels(name):
    (x, y), (x_test, y_test) = blobs(300), blobs(90, seed=1)
    few = np.where(np.arange(300) < 12, y, -1)
    assert clustering.accuracy(clustering.CLUSTERERS[name](3, 0), x, few, x_test, y_test, 3) > 0.9
    wrong = (y_test + 1) % 3
    assert clustering.accuracy(clustering.CLUSTERERS[name](3, 0), x, few, x_test, wrong, 3) < 0.1
