"""Which files of a folder of pictures are training and test pictures, and of which class. No file is opened."""

import pytest

from semisup.sources import listing

CLASSES = ("cat", "dog")


def made(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    return folder


def of_classes(folder, part, count=1):
    return made(folder, *(f"{part}/{name}/{i}.png" for name in CLASSES for i in range(count)))


def labels(part):
    return dict(zip(part.files, part.y, strict=True))


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"),
        ("Training", "Testing"),
        ("TRAIN", "TEST"),
        ("seg_train", "seg_test"),
        ("seg_train/seg_train", "seg_test/seg_test"),
        ("train", "val"),
        ("train", "valid"),
        ("Train", "Validation"),
    ],
)
def test_training_and_test_folders_are_found_by_what_their_names_mean(tmp_path, train, test):
    of_classes(of_classes(tmp_path, train), test)
    found = listing.of(tmp_path)
    assert found.class_names == ["cat", "dog"]
    assert labels(found.train) == {f"{train}/cat/0.png": 0, f"{train}/dog/0.png": 1}
    assert labels(found.test) == {f"{test}/cat/0.png": 0, f"{test}/dog/0.png": 1}
    (told,) = found.notes
    assert f"the training pictures are in {train.split('/')[0]}; " in told
    assert told.endswith(f"the test set is {test.split('/')[0]}")
    assert ("there is no folder test" in told) == test.lower().startswith("val")


@pytest.mark.parametrize("val", ["val", "valid", "Validation"])
def test_beside_a_test_set_validation_pictures_are_training_pictures_with_their_classes(tmp_path, val):
    of_classes(of_classes(of_classes(tmp_path, "train"), val), "test")
    found = listing.of(tmp_path)
    assert labels(found.train) == {
        "train/cat/0.png": 0,
        "train/dog/0.png": 1,
        f"{val}/cat/0.png": 0,
        f"{val}/dog/0.png": 1,
    }
    assert found.test.files == ["test/cat/0.png", "test/dog/0.png"]
    assert f"pictures in {val} are training pictures too, with their classes" in found.notes[0]


@pytest.mark.parametrize("name", ["unlabelled", "Unlabelled", "UNLABELED", "Unlabeled", "unlabeled_images"])
def test_unlabelled_is_spelt_in_any_way(tmp_path, name):
    for part in (".", "train"):
        folder = made(of_classes(tmp_path / f"in{part}", part), f"{name}/deep/1.png")
        found = listing.of(folder)
        assert found.class_names == ["cat", "dog"]
        assert labels(found.train)[f"{name}/deep/1.png"] == -1
        assert f"pictures in {name} have no class" in found.notes[0]


def test_pictures_to_predict_have_no_class_beside_training_pictures(tmp_path):
    found = listing.of(made(of_classes(tmp_path, "seg_train"), "seg_pred/seg_pred/1.png"))
    assert labels(found.train)["seg_pred/seg_pred/1.png"] == -1


def test_a_class_that_could_be_a_part_is_told(tmp_path):
    found = listing.of(made(tmp_path, "valid/1.png", "invalid/1.png"))
    assert found.class_names == ["invalid", "valid"]
    assert not found.test.files
    assert found.notes == (f"{tmp_path}: valid is taken for a class, not for a part of the data",)


def test_a_class_called_train_lies_among_the_training_pictures(tmp_path):
    found = listing.of(made(tmp_path, "train/train/1.png", "train/car/1.png"))
    assert labels(found.train) == {"train/car/1.png": 0, "train/train/1.png": 1}


def test_what_other_programs_leave_does_not_count_anywhere(tmp_path):
    made(of_classes(tmp_path, "train"), "__MACOSX/train/._0.png", "Thumbs.db", "train/desktop.ini")
    made(tmp_path, "train/cat/Thumbs.db", "train/cat/.DS_Store", "train/__MACOSX/cat/0.png", "train/dog/@eaDir/0.png")
    found = listing.of(tmp_path)
    assert found.train.files == ["train/cat/0.png", "train/dog/0.png"]
    assert found.class_names == ["cat", "dog"]
    assert len(found.notes) == 1


def test_files_of_text_are_left_out_and_counted(tmp_path):
    found = listing.of(made(of_classes(tmp_path, "train"), "readme.txt", "train/labels.csv", "train/cat/0.XML"))
    assert found.train.files == ["train/cat/0.png", "train/dog/0.png"]
    assert found.notes[-1] == f"{tmp_path}: files of text that are left out: 3, the first readme.txt"
    assert list(listing.below(tmp_path)) == found.train.files
