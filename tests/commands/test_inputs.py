import mlflow
import numpy as np
import pytest

import semisup
from semisup import sources
from semisup.commands.inputs import compare, compare_codes, finetune, pretrain
from semisup.errors import InputError
from semisup.settings import CompareCodesSettings, CompareSettings, FinetuneSettings, PretrainSettings
from tests.conftest import blobs, write_npz


def test_other_data_is_scaled_as_stage_one_was(workspace):
    x, y = blobs(120)
    x_test, y_test = blobs(30, seed=1)
    write_npz(workspace / "a.npz", x=1000 * x, x_test=1000 * x_test)
    semisup.pretrain(PretrainSettings(data="a.npz", widths=[8], code_size=4, epochs=5))
    write_npz(workspace / "b.npz", x=500 * x[:60], y=y[:60], x_test=1000 * x_test, y_test=y_test)
    dataset = finetune.load(FinetuneSettings(data="b.npz", labels=30)).dataset
    np.testing.assert_allclose(dataset.x_test, sources.load("a.npz").x_test, atol=1e-6)
    assert dataset.x_train.max() < 0.7


def test_a_test_set_that_stage_one_may_have_seen_is_refused(workspace):
    x, y = blobs(120)
    np.savez("all.npz", x=x, y=np.full(120, -1))
    run_id = semisup.pretrain(PretrainSettings(data="all.npz", widths=[8], code_size=4, epochs=1)).run_id
    np.savez("some.npz", x=x, y=y)
    told = f"some.npz is not what stage-one run {run_id} was trained on, expected x_test"
    with pytest.raises(InputError, match=told):
        finetune.load(FinetuneSettings(data="some.npz"))


def test_inputs_of_another_shape_are_refused(in_trained, tmp_path):
    path = write_npz(tmp_path / "wide.npz", shape=(7,))
    with pytest.raises(InputError, match=r"expected inputs of shape \(6,\) as in stage-one run \w+, found \(7,\)"):
        finetune.load(FinetuneSettings(data=str(path)))


def test_budgets_that_cannot_be_are_refused_before_any_run(in_trained):
    before = len(mlflow.search_runs(experiment_names=["semisup"], output_format="list"))
    for load, settings in ((finetune.load, FinetuneSettings(labels=2)), (compare.load, CompareSettings(budgets=[2]))):
        with pytest.raises(InputError, match="labels: expected at least 3, one for each class"):
            load(settings)
    with pytest.raises(InputError, match="labels: expected at most 120"):
        finetune.load(FinetuneSettings(labels=121))
    assert len(mlflow.search_runs(experiment_names=["semisup"], output_format="list")) == before


def test_what_the_data_decide_is_the_same_for_every_command_that_trains_stage_one(in_trained, tmp_path, capsys):
    data, run = str(write_npz(tmp_path / "a.npz")), in_trained.run_id
    own = {"epochs": 7, "code_size": 9}
    found = [
        pretrain.load(PretrainSettings(data=data)).settings,
        compare.load(CompareSettings(data=data, stage_one={"one": {}}))["one"].settings,
        compare_codes.load(CompareCodesSettings(data=data, pretrain={"one": {}})).stage_one["one"],
    ]
    assert [(each.epochs, each.code_size) for each in found] == 3 * [(250, 5)]
    told = "a code of 5, by the number of features (6); 250 epochs of 2 batches, by the number of rows (120)"
    lines = [line for line in capsys.readouterr().err.splitlines() if told in line]
    assert lines == [f"stage one: {told}", f"one: {told}", f"one: {told}"]
    set_by_hand = pretrain.load(PretrainSettings(data=data, **own)).settings
    assert (set_by_hand.epochs, set_by_hand.code_size) == (7, 9)
    assert pretrain.load(PretrainSettings(data=data, train="decoder", run=run)).settings.code_size == 4


def test_a_held_half_must_fit(in_trained, tmp_path):
    path, wide = str(write_npz(tmp_path / "a.npz")), str(write_npz(tmp_path / "wide.npz", shape=(7,)))
    run = in_trained.run_id
    with pytest.raises(InputError, match=f"code_size: expected 4 as in stage-one run {run}, found 5"):
        pretrain.load(PretrainSettings(data=path, train="decoder", run=run, code_size=5))
    with pytest.raises(
        InputError, match=rf"data: expected inputs of shape \(6,\) as in stage-one run {run}, found \(7,\)"
    ):
        pretrain.load(PretrainSettings(data=wide, train="decoder", run=run, code_size=4))


def test_a_test_set_that_a_held_half_may_have_seen_is_refused(workspace):
    x, y = blobs(120)
    np.savez("all.npz", x=1000 * x, y=np.full(120, -1))
    small = {"widths": [8], "code_size": 4, "epochs": 1}
    run = semisup.pretrain(PretrainSettings(data="all.npz", **small)).run_id
    np.savez("some.npz", x=1000 * x, y=y)
    with pytest.raises(InputError, match=f"some.npz is not what stage-one run {run} was trained on, expected x_test"):
        pretrain.load(PretrainSettings(data="some.npz", train="decoder", run=run, **small))
    np.savez("apart.npz", x=500 * x, y=y, x_test=1000 * x, y_test=y)
    dataset = pretrain.load(PretrainSettings(data="apart.npz", train="decoder", run=run, **small)).dataset
    assert dataset.x_train.max() < 0.6


def test_probes_take_100_labels_or_what_there_is(workspace):
    for rows, expected in ((300, 100), (60, 60)):
        write_npz(workspace / "a.npz", rows=rows)
        grid = compare_codes.load(CompareCodesSettings(data="a.npz", pretrain={"plain": {}}))
        assert grid.budget == expected


def test_a_run_that_has_seen_labels_is_refused(workspace):
    write_npz(workspace / "a.npz")
    settings = PretrainSettings(data="a.npz", widths=[8], objective="variational", conditional=True, epochs=1)
    run = semisup.pretrain(settings).run_id
    with pytest.raises(InputError, match=f"expected a stage-one run that has seen no label, found {run}"):
        finetune.load(FinetuneSettings(labels=30))
    unlabelled = write_npz(workspace / "b.npz", y=np.full(120, -1))
    with pytest.raises(InputError, match="conditional: expected rows with a label, found none"):
        pretrain.load(PretrainSettings(data=str(unlabelled), objective="variational", conditional=True))


def test_a_grid_of_stage_one_runs_names_the_run_that_does_not_fit(workspace):
    write_npz(workspace / "a.npz")
    grid = {"sound": {}, "blocks": {"objective": "denoising", "corruption": "block"}}
    with pytest.raises(InputError, match="pretrain: blocks: corruption: block expects images"):
        compare_codes.load(CompareCodesSettings(data="a.npz", pretrain=grid))


def test_what_is_for_images_refuses_vectors(in_trained, tmp_path):
    path = str(write_npz(tmp_path / "a.npz"))
    with pytest.raises(InputError, match=r"corruption: block expects images, found inputs of shape \(6,\)"):
        pretrain.load(PretrainSettings(data=path, objective="denoising", corruption="block"))
    with pytest.raises(InputError, match=r"convolutional one expects images, found inputs of shape \(6,\)"):
        pretrain.load(PretrainSettings(data=path, network="convolutional"))
    with pytest.raises(InputError, match=r"augment: affine expects images, found inputs of shape \(6,\)"):
        finetune.load(FinetuneSettings(labels=30, augment=["affine"]))
    with pytest.raises(InputError, match="average_shifts: expected images, found inputs of shape"):
        finetune.load(FinetuneSettings(labels=30, average_shifts=True))
    with pytest.raises(InputError, match=r"network: the convolutional one expects images"):
        finetune.load(FinetuneSettings(labels=30, encoder="scratch", network="convolutional"))


def test_what_a_method_needs_is_checked_before_training(in_trained, workspace):
    np.savez("images.npz", x=blobs(60, shape=(8, 8, 1))[0], y=blobs(60)[1])
    semisup.pretrain(PretrainSettings(data="images.npz", network="convolutional", widths=[4], code_size=3, epochs=1))
    with pytest.raises(InputError, match="method: ladder expects a linear or dense encoder, found convolutional"):
        finetune.load(FinetuneSettings(labels=6, method="ladder"))
    with pytest.raises(InputError, match="augment: masking expects vectors, found inputs of shape"):
        finetune.load(FinetuneSettings(labels=6, augment=["masking"]))
    with pytest.raises(InputError, match="class_sizes: expected one size for each of the 3 classes of images.npz"):
        finetune.load(FinetuneSettings(labels=6, method="graph", class_sizes=[0.5, 0.5]))


def test_data_that_has_changed_is_refused_unless_it_is_named(workspace):
    write_npz(workspace / "a.npz")
    settings = PretrainSettings(data="a.npz", leaks="remove", widths=[8], code_size=4, epochs=1)
    run_id = semisup.pretrain(settings).run_id
    x, y = blobs(121)
    x_test, y_test = blobs(30, seed=1)
    np.savez("a.npz", x=np.concatenate([x, x_test[:5]]), y=np.append(y, y_test[:5]), x_test=x_test, y_test=y_test)
    with pytest.raises(InputError, match=f"data: expected a.npz as it was for stage-one run {run_id} .*--data a.npz"):
        finetune.load(FinetuneSettings())
    dataset = finetune.load(FinetuneSettings(data="a.npz")).dataset
    assert (len(dataset.x_train), dataset.leaks) == (121, 5)  # removed, as stage one was told
