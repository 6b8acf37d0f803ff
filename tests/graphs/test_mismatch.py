import numpy as np
import pytest

from semisup.graphs import mismatch
from semisup.graphs.mismatch import Mismatch


@pytest.mark.parametrize("seed", range(5))
def test_labels_drawn_from_the_same_inputs_are_no_mismatch(seed, capsys):
    rng = np.random.default_rng(seed)
    codes = rng.normal(size=(500, 3)) + 4 * rng.integers(0, 3, (500, 1))
    found = mismatch.measure(codes, rng.permutation(500)[:50])
    assert found.far < mismatch.WARN_FROM
    assert found.p_value > mismatch.SURE
    mismatch.warn_of(found)
    assert capsys.readouterr().err == ""


def test_a_class_that_no_label_has_is_one(capsys):
    rng = np.random.default_rng(0)
    codes = np.concatenate([rng.normal(size=(300, 3)), rng.normal(size=(200, 3)) + 8])
    found = mismatch.measure(codes, rng.permutation(300)[:40])
    assert found.far == pytest.approx(200 / 460, abs=0.1)
    assert found.p_value < 1e-3
    mismatch.warn_of(found)
    said = " ".join(capsys.readouterr().err.split())
    assert f"warning: {100 * found.far:.0f} % of the unlabelled inputs lie far from every labelled one" in said


def test_without_unlabelled_inputs_or_with_one_label_nothing_can_be_said():
    codes = np.eye(4)
    assert mismatch.measure(codes, np.arange(4)) == Mismatch(0, 1)
    assert mismatch.measure(codes, np.arange(1)) == Mismatch(0, 1)
