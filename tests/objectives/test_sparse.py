import numpy as np
import pytest
from scipy.stats import entropy

from semisup import networks
from semisup.commands.pretrain import pretrain
from semisup.objectives import sparse
from semisup.settings import PretrainSettings


def test_the_penalties_are_their_formulas():
    code = np.random.default_rng(0).uniform(0.01, 0.99, (50, 7)).astype("f4")
    assert float(sparse.l1(code)) == pytest.approx(np.abs(code).sum(axis=1).mean(), rel=1e-5)
    expected = sum(entropy([0.1, 0.9], [mean, 1 - mean]) for mean in code.mean(axis=0))
    assert float(sparse.kl_divergence(code, 0.1)) == pytest.approx(expected, rel=1e-4)
    assert float(sparse.kl_divergence(np.full((5, 3), 0.1, "f4"), 0.1)) == pytest.approx(0, abs=1e-6)


def small(**changes):
    return PretrainSettings(**({"objective": "sparse", "code_size": 32, "widths": [64], "epochs": 10} | changes))


@pytest.mark.slow
def test_the_kl_form_drives_mean_activations_to_the_target(workspace):
    means = {
        target: pretrain(small(sparsity="kl", target_activation=target, penalty_weight=3.0)).metrics[
            "test_mean_activation"
        ]
        for target in (0.1, 0.3)
    }
    for target, mean in means.items():
        assert mean == pytest.approx(target, abs=0.03)


@pytest.mark.slow
def test_the_l1_form_turns_activations_off_the_more_the_stronger(workspace):
    share = [pretrain(small(penalty_weight=weight)).metrics["test_share_active"] for weight in (0.0, 0.03, 0.3)]
    assert share[0] > share[1] > share[2]
    assert share[2] < 0.5 * share[0]


def test_features_are_what_each_unit_adds_to_the_output():
    _, decoder = networks.build("linear", (6,), None, 4)
    codes = np.random.default_rng(0).uniform(size=(50, 4)).astype("f4")
    found = sparse.features(decoder, codes)
    scale = np.percentile(codes, 99, axis=0)[:, None]
    np.testing.assert_allclose(found, scale * decoder.layers[1].kernel.numpy(), atol=1e-5)
