"""Data that is larger than memory goes through both stages without ever being there as a whole."""

import json

import mlflow
import numpy as np
import pytest
from PIL import Image

from semisup import inputs
from semisup.baselines import pca
from semisup.data import mapped, npy
from semisup.finetune import finetune, weights_digest
from semisup.pretrain import pretrain
from semisup.settings import FinetuneSettings, PretrainSettings
from tests.conftest import blobs, write_npz

SMALL = {"widths": [8], "code_size": 2, "epochs": 2}


@pytest.fixture
def arrays(workspace):
    """The same arrays as an archive and as a folder; returns the folder."""
    with np.load(write_npz(workspace / "a.npz", shape=(6, 6))) as archive:
        (workspace / "a").mkdir()
        for key in archive.files:
            np.save(workspace / "a" / f"{key}.npy", archive[key])
    return workspace / "a"


@pytest.mark.parametrize(
    "options",
    [
        {"objective": "denoising", "corruption": "swap"},
        {"objective": "variational", "conditional": True},
        {"objective": "hashing"},
        {"network": "linear", "widths": None},
    ],
)
def test_training_from_a_file_gives_the_weights_of_training_from_memory(arrays, options, monkeypatch):
    monkeypatch.setattr(mapped, "CHUNK", 1000)
    from_file, from_memory = (pretrain(PretrainSettings(data=data, **(SMALL | options))) for data in ("a", "a.npz"))
    assert weights_digest(from_file.encoder) == weights_digest(from_memory.encoder)
    assert weights_digest(from_file.decoder) == weights_digest(from_memory.decoder)
    for name, value in from_memory.metrics.items():
        if name not in ("train_seconds", "samples_per_second", "degrees_to_pca"):
            near = 0.05 if "pca" in name else 1e-9  # of a file, PCA is incremental
            assert from_file.metrics[name] == pytest.approx(value, rel=near), name


def test_pca_by_blocks_comes_close_to_pca(tmp_path, monkeypatch):
    monkeypatch.setattr(pca, "ROWS_AT_ONCE", 40)
    x = blobs(130, shape=(20,))[0]  # 130: the last block is smaller than the code
    np.save(tmp_path / "x.npy", x)
    of_file, of_memory = (pca.fit(given, 15) for given in (npy.read(tmp_path / "x.npy").x, x))
    for fitted in (of_file, of_memory):
        error = np.square(x - pca.reconstruct(fitted, x)).mean()
        assert error < 1.05 * np.square(x - pca.reconstruct(of_memory, x)).mean()


def test_stage_two_takes_the_file_too(arrays):
    pretrain(PretrainSettings(data="a", **SMALL))
    for options in ({"encoder": "frozen"}, {"method": "graph"}, {"method": "joint"}, {"method": "self_training"}):
        settings = FinetuneSettings(labels=30, **options, **({} if "graph" in options.values() else {"steps": 5}))
        given = inputs.for_stage_two(settings)
        assert isinstance(given.dataset.x_train, mapped.Mapped)
        assert 0 <= finetune(settings, given).metrics["test_accuracy"] <= 1


def test_stage_two_reads_a_folder_of_pictures_as_stage_one_did(workspace, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(workspace / "cache"))
    for i in range(30):
        folder = workspace / "pictures" / ("dark", "light")[i % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (9, 9), (100 * (i % 2) + i, 0, 0)).save(folder / f"{i}.png")
    (workspace / "pictures" / "dark" / "notes.txt").write_text("no picture")
    told = {"image_size": [4, 6], "colour": True, "unreadable": "skip", "stream": True}
    run_id = pretrain(PretrainSettings(data="pictures", **told, **SMALL)).run_id
    settings = FinetuneSettings(labels=6, method="graph")
    dataset = inputs.for_stage_two(settings).dataset
    assert dataset.shape == (4, 6, 3)
    assert isinstance(dataset.x_train, mapped.Mapped)
    finetuned = mlflow.get_run(finetune(settings).run_id).data.params
    kept = {name: mlflow.get_run(run_id).data.params[name] for name in ("unreadable", "stream", "dataset_digest")}
    assert kept == {"unreadable": "skip", "stream": "True", "dataset_digest": dataset.digest}
    assert {name: finetuned[name] for name in kept} == kept
    with open(mlflow.artifacts.download_artifacts(f"runs:/{run_id}/files.json")) as file:  # noqa: PTH123
        files = json.load(file)
    assert files["rows_of_x_train"] == dataset.items
    assert files["skipped"] == ["dark/notes.txt: not a readable picture, it is damaged or of another kind"]
