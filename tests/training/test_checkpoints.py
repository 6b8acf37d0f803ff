import shutil

import keras
import numpy as np
import pytest

from semisup import methods
from semisup.data.dataset import build
from semisup.errors import InputError
from semisup.methods.pretrained import Pretrained
from semisup.objectives import autoencoder
from semisup.settings import FinetuneSettings, PretrainSettings
from semisup.settings.methods import METHODS
from semisup.sources import Reading, npz
from semisup.training import checkpoints
from semisup.training.checkpoint_file import Checkpoint, decoded, encoded
from semisup.training.checkpoints import kept, locked
from tests.conftest import blobs, write_npz

SMALL = {"widths": [8], "code_size": 4, "epochs": 3, "batch_size": 2}  # three calls of 60 steps
OBJECTIVES = [
    pytest.param({"objective": "plain"}, id="plain", marks=pytest.mark.slow),
    pytest.param({"objective": "denoising", "corruption": "swap"}, id="denoising"),
    pytest.param({"objective": "sparse"}, id="sparse", marks=pytest.mark.slow),
    pytest.param({"objective": "contractive"}, id="contractive", marks=pytest.mark.slow),
    pytest.param({"objective": "variational", "likelihood": "gaussian"}, id="variational", marks=pytest.mark.slow),
    pytest.param({"objective": "hashing"}, id="hashing", marks=pytest.mark.slow),
]
TRAINED = [name for name, spec in METHODS.items() if spec.steps]


class KilledError(Exception):
    """Stands for the end of a process."""


@pytest.fixture
def often(monkeypatch):
    """A checkpoint at every return to Python."""
    monkeypatch.setattr(checkpoints, "AT_END", 0.0)
    monkeypatch.setattr(checkpoints, "AMID", 0.0)


def killed_after(reports):
    def report(count, loss):
        nonlocal reports
        reports -= 1
        if reports < 0:
            raise KilledError

    return report


def die(work, reports):
    with pytest.raises(KilledError):
        work(killed_after(reports))


@pytest.mark.parametrize("options", OBJECTIVES)
def test_stage_one_ends_with_the_same_bits_however_often_it_was_killed(tmp_path, often, options):
    x, _ = blobs(120)
    settings = PretrainSettings(**SMALL, **options)

    def work(report):
        with locked(tmp_path / "run"), kept(tmp_path / "run"):
            return autoencoder.trained(settings, x, report)

    expected = autoencoder.trained(settings, x).model.get_weights()
    for reports in (3, 0, 2):
        die(work, reports)
    for a, b in zip(work(lambda *_: None).model.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
@pytest.mark.parametrize("method", TRAINED)
def test_a_method_ends_with_the_same_bits_however_often_it_was_killed(tmp_path, often, method):
    dataset = build("blobs", npz.read(str(write_npz(tmp_path / "a.npz")), Reading()))
    one = autoencoder.trained(PretrainSettings(**SMALL), dataset.x_train)
    options = {"encoder": "scratch", "method": method, "steps": 70}
    augment = {} if method == "ladder" else {"augment": ["masking"]}
    settings = FinetuneSettings(**options, **augment)
    rows = np.arange(12)

    def work(report):
        prepared = methods.prepare(Pretrained(one.encoder, one.decoder, dataset), dataset, settings.recipe)
        with locked(tmp_path / "run"), kept(tmp_path / "run"):
            prepared.fit(rows, dataset.y_train[rows], 0, 0, report)
        return prepared

    prepared = methods.prepare(Pretrained(one.encoder, one.decoder, dataset), dataset, settings.recipe)
    prepared.fit(rows, dataset.y_train[rows], 0, 0)
    die(work, 1)
    if method == "self_training":  # amid its second round, and then its third
        die(work, 6)
        die(work, 5)
    again = work(lambda *_: None)
    for a, b in zip(again.classifier.get_weights(), prepared.classifier.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert again.history == prepared.history


def test_a_training_that_goes_on_takes_only_the_steps_that_are_left(tmp_path, often, monkeypatch):
    x, _ = blobs(120)
    settings = PretrainSettings(**SMALL)
    taken = []

    def work(report):
        with locked(tmp_path / "run"), kept(tmp_path / "run"):
            return autoencoder.trained(settings, x, report)

    die(work, 3)  # 32, 28 and 32 steps are kept
    passed = checkpoints.CheckpointWriter.passed

    def watched(self, trainer, loss, steps, total):
        taken.append(steps)
        passed(self, trainer, loss, steps, total)

    monkeypatch.setattr(checkpoints.CheckpointWriter, "passed", watched)
    work(lambda *_: None)
    assert taken == [60, 32, 60]  # the rest of the second epoch, and the third


@pytest.mark.parametrize("damage", ["both", *(pytest.param(d, marks=pytest.mark.slow) for d in ("torn", "flipped"))])
def test_a_damaged_checkpoint_is_told_of_and_the_one_before_it_used(tmp_path, often, capsys, damage):
    x, _ = blobs(120)
    settings = PretrainSettings(**SMALL)

    def work(report):
        with locked(tmp_path / "run"), kept(tmp_path / "run"):
            return autoencoder.trained(settings, x, report)

    die(work, 3)
    before, last = sorted((tmp_path / "run").glob("*.checkpoint"))
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 1
    last.write_bytes(content[:-5] if damage == "torn" else content)
    if damage == "both":
        before.write_bytes(b"")
    again = work(lambda *_: None)
    told = "".join(capsys.readouterr().err.split())
    assert f"{last.name}:damaged,thecheckpointbeforeitisused" in told
    assert (f"{before.name}:damaged" in told) == (damage == "both")
    for a, b in zip(again.model.get_weights(), autoencoder.trained(settings, x).model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_checkpoint_is_read_as_it_was_written_and_refused_with_any_byte_changed():
    state = [np.float32([1.5, np.pi]), np.uint32(7), np.zeros((0, 3))]
    content = encoded(Checkpoint([0.1, 0.2], 0.3, 5, state))
    found = decoded(content)
    assert found[:3] == ([0.1, 0.2], 0.3, 5)
    for a, b in zip(found.state, state, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == b.dtype
    for place in range(0, len(content), 97):
        changed = bytearray(content)
        changed[place] ^= 255
        with pytest.raises(ValueError, match="digest"):
            decoded(bytes(changed))


def test_one_process_at_a_time(tmp_path):
    assert not checkpoints.left_behind(tmp_path / "run")
    with locked(tmp_path / "run"), kept(tmp_path / "run"):
        assert not checkpoints.left_behind(tmp_path / "run")
        with pytest.raises(InputError, match="another process is at"), locked(tmp_path / "run"):
            pass
    die(lambda report: _die_in(tmp_path / "run", report), 0)
    assert checkpoints.left_behind(tmp_path / "run")
    shutil.rmtree(tmp_path / "run")


def _die_in(folder, report):
    with locked(folder), kept(folder):
        report(1, 0.0)


def test_outside_of_a_block_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    x, _ = blobs(20)
    autoencoder.trained(PretrainSettings(**SMALL), x)
    assert keras.backend.backend() == "tensorflow"
    assert list(tmp_path.iterdir()) == []
