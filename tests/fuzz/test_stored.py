"""What the package has written and reads back: checkpoints, indexes, and the JSON of runs and registered models."""

import dataclasses
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from semisup.data import columns, scaling
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.retrieval import index_folder
from semisup.retrieval.hash_index import HashIndex
from semisup.runs import find, resume
from semisup.serving.bundle import PredictionMetadata
from semisup.settings import FinetuneSettings, PretrainSettings
from semisup.settings.sources import TableOptions
from semisup.training.checkpoint_file import DIGEST_BYTES, Checkpoint, decoded, encoded
from tests.fuzz.attempts import counts, fuzz
from tests.fuzz.damage import altered, damaged, json_values

pytestmark = pytest.mark.filterwarnings("ignore")

SOUND = encoded(Checkpoint([0.5, 0.25], 0.1, 7, [np.arange(6.0), np.zeros((2, 3), np.float32), np.array(3)]))


def refusing(read, *errors):
    """For a reader whose caller makes a refusal of these errors."""

    def reads():
        try:
            return read()
        except errors as error:
            raise InputError(str(error) or type(error).__name__) from None

    return reads


@counts(200, 12_000)
def test_checkpoints(count, tally):
    """Damaged, and damaged with a digest that is right."""

    def one(made):
        content, signed = made
        if signed:
            archive = content[DIGEST_BYTES:]
            content = hashlib.sha256(archive).digest() + archive

        def right(found):
            again = decoded(encoded(found))
            assert again[:3] == found[:3] or np.isnan([*found.losses, found.loss]).any()
            for a, b in zip(again.state, found.state, strict=True):
                np.testing.assert_array_equal(a, b)
            if not signed:
                assert content == SOUND

        tally.attempt(refusing(lambda: decoded(content), ValueError), right)

    fuzz(st.tuples(damaged([SOUND]), st.booleans()), count, one)


def write_index(path):
    Path("model").write_bytes(b"a model")
    rng = np.random.default_rng(0)
    arrays = rng.integers(0, 255, (9, 2)).astype(np.uint8), rng.normal(size=(9, 3)).astype(np.float32), np.arange(9) % 2
    known = Scaling("x / 255", np.float64(0), np.float64(255))
    contents = index_folder.Contents("abc", "graph", (6,), known, ["a", "b"], [("first", 5), ("second", 4)], *arrays)
    index_folder.write(path, contents, Path("model"))
    return contents


def answers(found):
    """Search in it, as it may be searched in."""
    table = HashIndex(8 * found.bits.shape[1])
    table.add_packed(found.bits, found.codes)
    nearest = table.search(np.unpackbits(found.bits[:1], axis=1).astype(bool), found.codes[:1], 3)
    return [found.item(item) for item in nearest.items[0]]


@counts(100, 4_000)
def test_hash_indexes(count, tally):
    """Any file damaged, with its digest in the manifest as it was, or right again."""
    sound, made_index = Path("sound"), Path("index")
    write_index(sound)
    manifest = json.loads((sound / index_folder.MANIFEST).read_text())
    files = [f"{name}.npy" for name in index_folder.ARRAYS]
    contents = {name: (sound / name).read_bytes() for name in files}
    shutil.copytree(sound, made_index)

    def one(made):
        name, content, known, signed = made
        for file, sound_content in contents.items():
            (made_index / file).write_bytes(content if file == name else sound_content)
        if signed and isinstance(known.get("files"), dict):
            digest = hashlib.sha256((made_index / name).read_bytes()).hexdigest()
            known = known | {"files": known["files"] | {name: digest}}
        (made_index / index_folder.MANIFEST).write_text(json.dumps(known))
        tally.attempt(lambda: answers(index_folder.read(made_index)))

    anything = st.sampled_from(files).flatmap(
        lambda name: st.tuples(
            st.just(name),
            damaged([contents[name], *contents.values()]),
            st.one_of(st.just(manifest), altered(manifest)),
            st.booleans(),
        )
    )
    fuzz(anything, count, one)


@counts(60, 2_000)
def test_manifests_of_hash_indexes(count, tally):
    write_index(Path("index"))
    path = Path("index") / index_folder.MANIFEST
    content = path.read_bytes()

    def one(made):
        path.write_bytes(made)
        tally.attempt(lambda: answers(index_folder.read(Path("index"))))

    fuzz(
        st.one_of(damaged([content]), altered(json.loads(content)).map(lambda known: json.dumps(known).encode())),
        count,
        one,
    )


FRAME = pd.DataFrame(
    {"a": np.arange(9) / 7, "b": pd.date_range("2020-01-01", periods=9), "c": ["red", "blue", None] * 3}
)
FITTED = columns.fit(FRAME, ["no", "yes"], TableOptions(target="y"), "a")
SCALINGS = [
    Scaling("x / 255", np.float64(0), np.float64(255)).to_json(),
    Scaling("each column", np.zeros(6), np.ones(6)).to_json(),
]
METADATA = PredictionMetadata(["a", "b"], (6,), [0.1, 0.2], 1.5, [0.1, 0.4])._asdict()
STARTS = [
    resume.Start(name, {k: v for k, v in dataclasses.asdict(kind()).items() if k != "resume"}, "abc")._asdict()
    for name, kind in (("pretrain", PretrainSettings), ("finetune", FinetuneSettings))
]
DRAW = {"rows_of_x_train": [3, 1, 2], "calibration": []}


def as_text(sound):
    content = json.dumps(sound).encode()
    return st.one_of(
        altered(sound).map(lambda made: json.dumps(made).encode()),
        damaged([content]),
        json_values.map(json.dumps).map(str.encode),
    )


def of_json(strategies, read, count, tally, right=lambda found: None):
    path = Path("a.json")

    def one(content):
        path.write_bytes(content)
        tally.attempt(refusing(lambda: read(json.loads(path.read_text())), Exception), right)

    fuzz(st.one_of(strategies), count, one)


@counts(100, 5_000)
def test_scalings(count, tally):
    def right(found):
        if found.low.ndim == 0:
            x = found(np.array([[0.0, 1.0, 3.0]]))
            assert np.isfinite(x).all()

    of_json([as_text(known) for known in SCALINGS], scaling.from_json, count, tally, right)


@counts(60, 2_000)
def test_columns_of_tables(count, tally):
    def right(found):
        if [column[:2] for column in found.columns] == [column[:2] for column in FITTED.columns]:
            assert np.isfinite(found(FRAME.astype({"a": object}))).all()

    of_json([as_text(FITTED.to_json())], columns.Columns.from_json, count, tally, right)


@counts(100, 5_000)
def test_metadata_of_a_prediction(count, tally):
    def right(found):
        assert np.isfinite(np.asarray(found.errors, float)).all()
        assert all(isinstance(name, str) for name in found.class_names)

    of_json([as_text(METADATA)], PredictionMetadata.from_json, count, tally, right)


@counts(60, 5_000)
def test_what_runs_were_started_with(count, tally):
    """The tag of a run: its settings, which are checked as those of a command are."""

    def one(content):
        text = content.decode(errors="replace")
        tally.attempt(lambda: resume.start_of("abc", {resume.STARTED: text}))

    fuzz(st.one_of([as_text(start) for start in STARTS]), count, one)


@counts(60, 5_000)
def test_label_draws(count, tally, monkeypatch):
    path = Path("label_draw.json").resolve()
    record = find._Record("abc", "FINISHED", {}, path.parent.as_uri(), {})
    monkeypatch.setattr(find, "_found", lambda *_: record)

    def right(rows):
        assert rows.dtype == np.int64
        assert ((rows >= 0) & (rows < 10)).all()

    def one(content):
        path.write_bytes(content)
        tally.attempt(lambda: find.label_draw("abc", 10), right)

    fuzz(as_text(DRAW), count, one)
