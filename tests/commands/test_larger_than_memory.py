"""Data that is larger than memory goes through both stages without ever being there as a whole."""

import json

import mlflow
import numpy as np
import pytest
from PIL import Image

from semisup import methods, sources
from semisup.baselines import pca
from semisup.commands.finetune import finetune
from semisup.commands.inputs.finetune import load
from semisup.commands.pretrain import pretrain
from semisup.data import memory_mapped
from semisup.methods.pretrained import Pretrained
from semisup.networks import weights_digest
from semisup.objectives import autoencoder
from semisup.settings import FinetuneSettings, PretrainSettings
from semisup.sources import npy
from tests.conftest import blobs
from tests.sources.test_npy import write_folder

SMALL = {"widths": [8], "code_size": 2, "epochs": 2}


@pytest.mark.parametrize(
    "options",
    [
        {"objective": "denoising", "corruption": "swap"},
        pytest.param({"objective": "variational", "conditional": True, "beta": 1.0}, marks=pytest.mark.slow),
        pytest.param({"network": "convolutional", "widths": [4]}, marks=pytest.mark.slow),
    ],
)
def test_training_from_a_file_gives_the_weights_of_training_from_memory(tmp_path, options):
    write_folder(tmp_path / "a", shape=(6, 6))
    settings = PretrainSettings(**(SMALL | options))
    digests = set()
    for source in ("a", "a.npz"):
        found = sources.load(str(tmp_path / source))
        built = autoencoder.build(settings, found.shape, found.classes)
        autoencoder.train(built, settings, found.x_train, found.y_train, found.classes)
        digests.add(weights_digest(built.encoder) + weights_digest(built.decoder))
    assert len(digests) == 1


def test_pca_by_blocks_comes_close_to_pca(tmp_path, monkeypatch):
    monkeypatch.setattr(pca, "ROWS_AT_ONCE", 40)
    x = blobs(130, shape=(20,))[0]  # 130: the last block is smaller than the code
    np.save(tmp_path / "x.npy", x)
    of_file, of_memory = (pca.fit(given, 15) for given in (npy.opened(tmp_path / "x.npy").x, x))
    for fitted in (of_file, of_memory):
        error = np.square(x - pca.reconstruct(fitted, x)).mean()
        assert error < 1.05 * np.square(x - pca.reconstruct(of_memory, x)).mean()


@pytest.mark.parametrize(
    "options",
    [
        {"encoder": "frozen"},
        {"method": "graph"},
        pytest.param({"method": "self_training", "rounds": 1}, marks=pytest.mark.slow),
    ],
)
def test_a_method_of_stage_two_gives_the_same_from_a_file_and_from_memory(tmp_path, options):
    write_folder(tmp_path / "a")
    settings = FinetuneSettings(**options, **({} if options.get("method") == "graph" else {"steps": 2}))
    predicted = []
    for source in ("a", "a.npz"):
        found = sources.load(str(tmp_path / source))
        given = Pretrained(*autoencoder.build(PretrainSettings(**SMALL), found.shape)[:2], found)
        method = methods.prepare(given, found, settings.recipe)
        method.fit(np.arange(30), found.y_train[:30], 0, 0)
        predicted.append(method.predict(method.inputs(found.x_test)))
    np.testing.assert_array_equal(*predicted)


@pytest.mark.slow
def test_stage_two_reads_a_folder_of_pictures_as_stage_one_did(workspace, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(workspace / "cache"))
    for i in range(30):
        folder = workspace / "pictures" / ("dark", "light")[i % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (9, 9), (100 * (i % 2) + i, 0, 0)).save(folder / f"{i}.png")
    (workspace / "pictures" / "dark" / "notes.txt").write_text("no picture")
    told = {"image_size": [4, 6], "colour": True, "unreadable": "skip", "stream": True}
    run_id = pretrain(PretrainSettings(data="pictures", objective="hashing", **told, **SMALL)).run_id
    settings = FinetuneSettings(labels=6, method="graph")
    dataset = load(settings).dataset
    assert dataset.shape == (4, 6, 3)
    assert isinstance(dataset.x_train, memory_mapped.Mapped)
    finetuned = mlflow.get_run(finetune(settings).run_id).data.params
    kept = {name: mlflow.get_run(run_id).data.params[name] for name in ("unreadable", "stream", "dataset_digest")}
    assert kept == {"unreadable": "skip", "stream": "True", "dataset_digest": dataset.digest}
    assert {name: finetuned[name] for name in kept} == kept
    with open(mlflow.artifacts.download_artifacts(f"runs:/{run_id}/files.json")) as file:  # noqa: PTH123
        files = json.load(file)
    assert files["rows_of_x_train"] == dataset.origin.names()
    assert files["skipped"] == ["dark/notes.txt: not a readable picture, it is damaged or of another kind"]
