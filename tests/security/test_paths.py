"""No path leaves the folder that it is named in."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from semisup import sources
from semisup.cli.parser import parse
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.runs import registry
from semisup.settings import FinetuneSettings
from semisup.settings.options import part
from semisup.settings.sources import ImageOptions, TableOptions
from semisup.sources import chunks, listing

posix = pytest.mark.skipif(os.name != "posix", reason="links")


def picture(path, shade=9):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (4, 4), shade).save(path)


@posix
@pytest.mark.parametrize("link", ["train", "test", "unlabelled", "train/a", "train/a/deep", "train/a/x.png", "test/b"])
def test_no_link_leads_out_of_a_folder_of_pictures(tmp_path, link):
    outside, folder = tmp_path / "outside", tmp_path / "pictures"
    for name in ("a", "b"):
        for i in range(4):
            picture(folder / "train" / name / f"{i}.png", 10 * i)
            picture(folder / "test" / name / f"{i}.png", 10 * i)
            picture(outside / name / f"{i}.png", 250)
            picture(outside / f"{i}.png", 250)
    place = folder / link
    if place.is_dir():
        place.rename(tmp_path / "away")
    place.symlink_to(outside / "1.png" if link.endswith(".png") else outside)
    try:
        found = sources.load(str(folder), images=ImageOptions(unreadable="skip"))
    except InputError:
        return
    assert max(found.x_train.max(), found.x_test.max()) < 240 / 255


@posix
def test_a_folder_that_is_itself_a_link_is_read(tmp_path):
    for name in ("a", "b"):
        for i in range(5):
            picture(tmp_path / "real" / name / f"{i}.png", i)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert len(sources.load(str(tmp_path / "link")).x_train) == 8


@posix
def test_no_link_leads_out_of_a_folder_to_predict(tmp_path):
    picture(tmp_path / "secret.png")
    picture(tmp_path / "p" / "a.png")
    (tmp_path / "p" / "b.png").symlink_to(tmp_path / "secret.png")
    known = Scaling("x / 255", np.float64(0), np.float64(255))
    with pytest.raises(InputError, match="a link that leaves the folder"):
        list(chunks.chunks(tmp_path / "p", (4, 4, 1), known))
    assert listing.problem((tmp_path / "p").resolve(), "../secret.png") == "a link that leaves the folder"


@pytest.mark.parametrize("name", ["../x.npy", "/tmp/x.npy", "x/../../y.npy", "..\\x.npy"])
def test_archives_with_paths_are_refused_and_nothing_is_unpacked(tmp_path, monkeypatch, name):
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    np.savez("a.npz", x=np.zeros((6, 2)), y=np.arange(6) % 2)
    with zipfile.ZipFile("a.npz", "a") as archive:
        archive.writestr(name, b"")
    with pytest.raises(InputError):
        sources.load("a.npz")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.npz", "in"]


@pytest.mark.parametrize("name", ["../a", "a/b", "..", ".hidden", "a:b", "a\nb", "", "a@b/c", "a%2fb"])
def test_a_registered_name_is_no_path(name):
    with pytest.raises(InputError):
        FinetuneSettings(register=name)


@pytest.mark.parametrize("uri", ["models:/../x@champion", "models:/a/../../b", "models:/a@../b", "models://host/a@b"])
def test_a_model_is_no_path(uri, empty):
    with pytest.raises(InputError):
        registry.find_model(uri)


@pytest.mark.parametrize("run", ["../../etc", "/etc/passwd", "a/../b", "'; drop table runs; --"])
def test_a_run_is_no_path(run, workspace):
    from semisup.runs import find

    with pytest.raises(InputError, match="expected the id of a run"):
        find.find_run(run)
    with pytest.raises(InputError, match="expected the id of a run"):
        find.find_unfinished(run)
    assert sorted(path.name for path in workspace.iterdir()) == ["mlruns"]


def test_messages_cannot_steer_a_terminal(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("a\x1b[2J,y\n1,p\n")
    settings = parse(["pretrain", "--data", "a.csv", "--target", "z"])[1]
    with pytest.raises(InputError) as refusal:
        sources.load("a.csv", table=part(settings, TableOptions))
    assert "\x1b" not in str(refusal.value)
