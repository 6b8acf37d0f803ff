"""Keras models, as they lie in runs, in registered models and in indexes."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from hypothesis import strategies as st

from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.serving import bundle
from semisup.serving.bundle import Bundle, PredictionMetadata
from semisup.system import keras_file
from tests.fuzz.attempts import counts, fuzz
from tests.fuzz.damage import altered, damaged

pytestmark = pytest.mark.filterwarnings("ignore")


def small_model(layer=None):
    inputs = keras.Input((6,))
    x = keras.layers.Dense(3, activation="relu")(inputs)
    x = keras.layers.BatchNormalization()(x) if layer is None else layer(x)
    return keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(x))


def saved(model):
    path = Path("saved.keras").resolve()
    model.save(path)
    content = path.read_bytes()
    path.unlink()
    return content


def rebuilt(content, method=zipfile.ZIP_STORED, **files):
    """The archive with some of its files replaced; names with a dot are written as with two underscores."""
    buffer, replaced = io.BytesIO(), {name.replace("__", "."): made for name, made in files.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(buffer, "w", method) as made:
        for name in archive.namelist():
            made.writestr(name, replaced.pop(name, archive.read(name)))
        for name, more in replaced.items():
            made.writestr(name, more)
    return buffer.getvalue()


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("config.json")), archive.read("model.weights.h5")


def read(path):
    try:
        return keras_file.read(path)
    except (OSError, ValueError) as error:  # as those who call it do
        raise InputError(str(error)) from None


@counts(20, 800)
def test_models(count, tally):
    path = Path("m.keras")
    sound = saved(small_model())
    config, weights = parts(sound)
    x = np.random.default_rng(0).uniform(size=(2, 6)).astype(np.float32)

    def right(model):
        assert isinstance(model, keras.Model)
        assert all(weight.shape == np.shape(weight) for weight in model.weights)

    def one(content):
        path.write_bytes(content)
        tally.attempt(lambda: read(path), right)

    configs = altered(config).map(lambda made: rebuilt(sound, config__json=json.dumps(made)))
    units = st.sampled_from([0, -1, 10**5, 10**9, 10**30, 3.5, "3"]).map(
        lambda n: rebuilt(sound, config__json=json.dumps(config).replace('"units": 3', f'"units": {json.dumps(n)}'))
    )
    bodies = damaged([weights]).map(lambda made: rebuilt(sound, model__weights__h5=made))
    fuzz(st.one_of(configs, configs, units, bodies, damaged([sound])), count, one)
    keras.utils.clear_session()
    assert x is not None


@counts(10, 100)
def test_model_directories(count, tally):
    """Of a registered model: two networks and two files of JSON, any of them damaged or gone."""
    model = small_model()
    autoencoder = keras.Model(model.input, keras.layers.Dense(6)(model.output))
    metadata = PredictionMetadata(["a", "b"], (6,), [0.1, 0.2])
    Path("sound").mkdir()
    bundle.write(
        Path("sound"), Bundle(model, autoencoder, Scaling("x / 255", np.float64(0), np.float64(255)), metadata)
    )
    contents = {path.name: path.read_bytes() for path in Path("sound").iterdir()}
    shutil.copytree("sound", "made")

    def reads():
        try:
            return bundle.read(Path("made"))
        except Exception as error:  # as `predict` does
            raise InputError(str(error) or type(error).__name__) from None

    def one(made):
        name, content = made
        for file, sound in contents.items():
            (Path("made") / file).write_bytes(content if file == name else sound)
        if content is None:
            (Path("made") / name).unlink()
        tally.attempt(reads)

    names = st.sampled_from(sorted(contents))
    fuzz(names.flatmap(lambda name: st.tuples(st.just(name), damaged([contents[name]]))), count, one)


def shape_bomb():
    """An array of 2 GB in a weights file of a few kilobytes."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.create_dataset("layers/dense/vars/0", (2**29,), "f4", chunks=(2**20,), compression="gzip")
    return buffer.getvalue()


def hostile():
    """By what is wrong with it: a file that is made to harm."""
    sound = saved(small_model())
    config, _ = parts(sound)
    text = json.dumps(config)
    layer = config["config"]["layers"][2]

    def with_layer(**changes):
        return rebuilt(sound, config__json=json.dumps(config).replace(json.dumps(layer), json.dumps(layer | changes)))

    code = "lambda x: __import__('os').system('touch pwned') or x"
    return {
        "Lambda": saved(small_model(keras.layers.Lambda(lambda x: x * 2))),
        "Lambda by name": with_layer(class_name="Lambda", config={"name": "l", "function": code}),
        "a class of another module": with_layer(
            module="subprocess", class_name="Popen", config={"args": ["touch", "pwned"]}
        ),
        "a function of another module": rebuilt(
            sound,
            config__json=text.replace(
                '"relu"', '{"class_name": "function", "config": "system", "module": "os", "registered_name": "system"}'
            ),
        ),
        "a registered class": with_layer(module="mine", class_name="Mine", registered_name="mine>Mine"),
        "a SavedModel": with_layer(class_name="TFSMLayer", config={"filepath": "/tmp/there", "name": "l"}),
        "a vocabulary file": with_layer(class_name="StringLookup", config={"vocabulary": "/etc/passwd", "name": "l"}),
        "no modelling": with_layer(
            module="keras.utils", class_name="get_file", config={"origin": "http://127.0.0.1:9"}
        ),
        "huge weights": rebuilt(sound, config__json=text.replace('"units": 3', '"units": 1000000000')),
        "a shape bomb": rebuilt(sound, model__weights__h5=shape_bomb()),
        "a zip bomb": rebuilt(sound, zipfile.ZIP_DEFLATED, model__weights__h5=bytes(200 * 2**20)),
        "a path": rebuilt(sound, **{"../pwned": b""}),
        "an asset": rebuilt(sound, **{"assets/_layer_checkpoint_dependencies/x": b""}),
        "deep": rebuilt(sound, config__json="[" * 100_000),
        "code beside it": rebuilt(sound, **{"python_function.pkl": b"cos\nsystem\n(S'touch pwned'\ntR."}),
    }


@pytest.fixture(scope="module")
def hostile_files(tmp_path_factory):
    import os

    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("hostile"))
    yield hostile()
    os.chdir(before)


KINDS = ("Lambda", "Lambda by name", "a class of another module", "a function of another module", "a registered class")
KINDS += ("a SavedModel", "a vocabulary file", "no modelling", "huge weights", "a shape bomb", "a zip bomb", "a path")
KINDS += ("an asset", "deep", "code beside it")


@pytest.mark.parametrize("kind", KINDS)
def test_models_made_to_harm_are_refused(kind, hostile_files, tally):
    Path("m.keras").write_bytes(hostile_files[kind])
    tally.attempt(lambda: read(Path("m.keras")))
    assert tally.outcomes["refused"] == 1, kind
    assert not list(Path().rglob("pwned"))
