import os

import numpy as np
import pytest
from PIL import Image

from semisup import sources
from semisup.errors import InputError
from semisup.settings.sources import ImageOptions
from semisup.sources import image_folder, picture

SHADES = {"dark": 40, "light": 200}


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def save(path, shade, size=(5, 4), mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (size[1], size[0]), shade if mode == "L" else (shade,) * 3).save(path)


def pictures(folder, count=10, unlabelled=4):
    """Ten pictures of one shade in each class, each a little lighter than the one before, and four without a class."""
    for name, shade in SHADES.items():
        for i in range(count):
            save(folder / name / f"{i}.png", shade + i)
    for i in range(unlabelled):
        save(folder / "unlabelled" / f"{i}.png", 100 + i)
    return folder


def load(folder, stream=False, **options):
    return sources.load(str(folder), images=ImageOptions(**options), stream=stream)


def test_folders_are_classes_and_names_go_with_their_rows(tmp_path):
    found = load(pictures(tmp_path / "p"))
    assert found.shape == (5, 4, 1)
    assert found.class_names == ["dark", "light"]
    assert (len(found.x_train), len(found.x_test), found.labelled) == (20, 4, 16)
    assert sorted(found.y_test) == [0, 0, 1, 1]
    for x, y, item in zip(found.x_train, found.y_train, found.origin.names(), strict=True):
        name, file = item.split("/")
        shade = {"unlabelled": 100, **SHADES}[name] + int(file[0])
        np.testing.assert_allclose(x, shade / 255, atol=1e-6)
        assert y == {"dark": 0, "light": 1, "unlabelled": -1}[name]


def test_train_and_test_folders_are_the_training_and_the_test_set(tmp_path):
    pictures(tmp_path / "train", unlabelled=0)
    pictures(tmp_path / "test", count=3, unlabelled=0)
    save(tmp_path / "unlabelled" / "deep" / "down" / "a.png", 7)
    found = load(tmp_path)
    assert (len(found.x_train), found.labelled, len(found.x_test)) == (21, 20, 6)
    assert not found.held_out


def test_pictures_without_folders_have_no_class(tmp_path):
    for i in range(10):
        save(tmp_path / f"{i}.png", i)
    assert load(tmp_path).classes == 0


def test_streaming_gives_the_same_dataset_and_decodes_once(tmp_path, monkeypatch):
    folder = pictures(tmp_path / "p")
    (folder / "dark" / "broken.png").write_text("no picture")
    in_memory = load(folder, unreadable="skip")
    streamed = load(folder, unreadable="skip", stream=True)
    assert streamed.digest == in_memory.digest
    assert (streamed.origin.names(), streamed.class_names) == (in_memory.origin.names(), in_memory.class_names)
    monkeypatch.setattr(picture, "decode", None)
    assert load(folder, unreadable="skip", stream=True).digest == in_memory.digest
    with pytest.raises(InputError, match=r"p: .* --unreadable skip, .* 1 of 25 files: dark/broken.png: not a readable"):
        load(folder, stream=True)


def test_a_changed_picture_is_decoded_anew_and_an_interrupted_reading_leaves_nothing(tmp_path, cache, monkeypatch):
    folder = pictures(tmp_path / "p")
    before = load(folder, stream=True).digest
    save(folder / "dark" / "0.png", 90)
    with monkeypatch.context() as patch:
        patch.setattr(picture, "decode", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load(folder, stream=True)
    assert len(list((cache / "semisup").iterdir())) == 1
    assert load(folder, stream=True).digest != before


def test_size_and_colour_are_those_of_most_and_of_any_or_as_told(tmp_path):
    pictures(tmp_path)
    assert load(tmp_path).shape == (5, 4, 1)
    save(tmp_path / "dark" / "large.png", 9, (50, 40), "RGB")
    assert load(tmp_path).shape == (5, 4, 3)
    assert load(tmp_path, image_size=[3, 7], colour=False).shape == (3, 7, 1)


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
def test_no_path_leaves_the_folder_and_nothing_hidden_is_read(tmp_path):
    save(tmp_path / "secret" / "a.png", 3)
    folder = pictures(tmp_path / "p", unlabelled=0)
    (folder / "dark" / ".hidden.txt").write_text("")
    (folder / ".git").mkdir()
    (folder / "dark" / "within.png").symlink_to(folder / "dark" / "3.png")
    assert len(image_folder.pictures(folder, ImageOptions()).x) == 21
    (folder / "dark" / "out.png").symlink_to(tmp_path / "secret" / "a.png")
    (folder / "secret").symlink_to(tmp_path / "secret")
    (folder / "light" / "dangling.png").symlink_to(folder / "nowhere.png")
    os.mkfifo(folder / "light" / "pipe.png")
    found = image_folder.pictures(folder, ImageOptions(unreadable="skip"))
    assert len(found.x) == 21
    assert found.skipped == [
        "secret: a link that leaves the folder",
        "dark/out.png: a link that leaves the folder",
        "light/dangling.png: not a file",
        "light/pipe.png: not a file",
    ]


def test_what_is_no_picture_is_refused_or_skipped_as_told(tmp_path, capsys):
    pictures(tmp_path)
    for i in range(5):
        (tmp_path / "dark" / f"[red]{i}.bin").write_text("no picture")
    torn = (tmp_path / "light" / "1.png").read_bytes()[:-30]
    (tmp_path / "light" / "1.png").write_bytes(torn)
    with pytest.raises(InputError) as refusal:
        load(tmp_path)
    assert "found what is none in 6 of 29 files: dark/[red]0.bin: not a readable picture" in str(refusal.value)
    assert str(refusal.value).endswith("; ...")
    assert "\n" not in str(refusal.value)
    found = load(tmp_path, unreadable="skip")
    assert len(found.x_train) + len(found.x_test) == 23
    assert len(found.skipped) == 6
    assert "skipped what is no picture in 6 of 29 files: dark/[red]0.bin" in capsys.readouterr().err


def test_a_decompression_bomb_is_refused(tmp_path, monkeypatch):
    pictures(tmp_path)
    save(tmp_path / "dark" / "bomb.png", 1, (50, 50))
    monkeypatch.setattr(picture, "MOST_PIXELS", 1500)
    with pytest.raises(InputError, match="1 of 25 files: dark/bomb.png: expected a picture of at most 1500 pixels"):
        load(tmp_path)


LAYOUTS = {
    "empty": ([], "expected pictures in it, found no file"),
    "no picture": (["a.bin", "b.bin"], "expected pictures, found none that can be read"),
    "text alone": (["a.txt", "b.csv"], "expected pictures in it, found only files of text"),
    "test alone": (["test/dark/1.png", "dark/1.png"], "expected a folder train beside the folder test"),
    "beside train": (
        ["train/dark/1.png", "more/1.png"],
        "expected only test, val and unlabelled beside the folder train, found more; if it is a class, put all",
    ),
    "unknown test class": (
        ["train/dark/1.png", "train/light/1.png", "test/grey/1.png"],
        "expected the files in test in folders of the classes dark, light, found test/grey/1.png",
    ),
    "unlabelled test file": (["train/dark/1.png", "test/1.png"], "of the classes dark, found test/1.png"),
    "two training folders": (
        ["train/dark/1.png", "Training/dark/1.png"],
        "expected one folder train, found Training and",
    ),
    "unlabelled validation file": (["train/dark/1.png", "test/dark/1.png", "val/1.png"], "dark, found val/1.png"),
    "classes and a test folder": (["cat/1.png", "dog/1.png", "Testing/1.png"], "beside the folder Testing, found none"),
    "classes like parts": (
        ["training/1.png", "testing/1.png", "other/1.png"],
        "beside the folder training, found other; if it is a class, put all classes into a folder train",
    ),
    "prefixed parts and a class": (
        ["seg_train/a/1.png", "seg_test/a/1.png", "b/1.png"],
        "beside the folder seg_train, found b",
    ),
    "classes in val": (["cat/1.png", "dog/1.png", "val/cat/1.png"], "expected a folder train beside the folder val"),
    "one class": (["cat/1.png", "cat/2.png"], "every labelled training row is of class cat"),
    "one picture of each class": (["cat/1.png", "unlabelled/2.png", "dog/1.png"], "each class has one labelled row"),
    "empty class": (["dark/1.png", "dark/2.png", "light/1.txt"], "class light has no labelled training row"),
}


@pytest.mark.parametrize("case", LAYOUTS)
def test_bad_layouts_are_refused_in_one_sentence(tmp_path, case):
    files, sentence = LAYOUTS[case]
    for file in files:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("no picture") if path.suffix != ".png" else save(path, 5)
    with pytest.raises(InputError) as refusal:
        load(tmp_path, unreadable="skip")
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith(f"{tmp_path}: ")
    assert "\n" not in str(refusal.value)
