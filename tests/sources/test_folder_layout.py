import pytest

from semisup.sources import folder_layout as layout
from semisup.sources.folder_layout import Layout


@pytest.mark.parametrize(
    ("folder", "part"),
    [
        ("Training", "train"),
        ("TEST", "test"),
        ("seg_train", "train"),
        ("test-images", "test"),
        ("val2017", "val"),
        ("Validation", "val"),
        ("Unlabeled", "unlabelled"),
        ("unlabelled images", "unlabelled"),
        ("seg_pred", "pred"),
        ("trained", None),
        ("invalid", None),
        ("contest", None),
        ("retest", None),
        ("dark", None),
    ],
)
def test_a_name_says_a_part_by_a_whole_word(folder, part):
    name = layout.name_of(folder)
    assert (name and name.part) == part


def of(*folders):
    return layout.of("p", folders, lambda folder: ())


def test_parts_have_the_same_rest_of_the_name():
    assert of("seg_pred", "seg_test", "seg_train") == Layout("seg_train", {"test": "seg_test"}, ["seg_pred"], [])
    assert of("Testing", "Training", "Unlabeled") == Layout("Training", {"test": "Testing"}, ["Unlabeled"], [])
    assert of("train", "val", "unlabelled_2024") == Layout("train", {"val": "val"}, ["unlabelled_2024"], [])
    assert of("bullet_train", "test_tube") == Layout("", {}, [], ["bullet_train", "test_tube"])


def test_what_could_be_parts_without_training_pictures_are_classes():
    assert of("invalid", "valid", "Unlabelled") == Layout("", {}, ["Unlabelled"], ["valid"])
    assert of("car", "bullet_train", "unlabeled") == Layout("", {}, ["unlabeled"], ["bullet_train"])
    assert of("cat", "pred") == Layout("", {}, [], ["pred"])
