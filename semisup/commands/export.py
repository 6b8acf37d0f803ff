"""`export`: write a classifier as an ONNX file."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from semisup import networks
from semisup.commands.inputs.export import ExportInputs, load
from semisup.data.scaling import Scaling
from semisup.errors import InputError
from semisup.runs.store import open_store
from semisup.serving import onnx_file, stored
from semisup.serving.predictor import with_temperature
from semisup.settings import ExportSettings
from semisup.system import atomic

LARGEST_DIFFERENCE = 1e-4  # between a probability of onnxruntime and of Keras


@dataclass(frozen=True)
class ExportResult:
    """What was written.

    Attributes:
        output: path of the file.
        takes: its inputs, in words.
        difference: largest difference between a probability of onnxruntime and of Keras.
        compared: number of test inputs on which they were compared.
    """

    output: str
    takes: str
    difference: float
    compared: int


def export(settings: ExportSettings, inputs: ExportInputs | None = None) -> ExportResult:
    """Write a classifier as ONNX, and compare the predictions of onnxruntime and Keras for the test inputs.

    Raises:
        InputError: the run or its data are not as expected, the predictions differ, or the file cannot be written.
    """
    inputs = inputs or load(settings)
    open_store()
    bundle = stored.read(inputs.run)
    model, x, scaling = onnx_file.whole(bundle), inputs.dataset.x_test, bundle.scaling
    expected = with_temperature(networks.predict(bundle.classifier, x), bundle.metadata.temperature)
    raw = x
    if isinstance(scaling, Scaling):
        raw = scaling.back(x.astype(np.float64)).astype(np.float32)
    output = Path(settings.output)
    try:
        with atomic.new_file(output) as file:
            onnx_file.write(model, bundle.metadata.class_names, file)
            probabilities = onnx_file.answers(file, raw, networks.PREDICT_BATCH)
            difference = float(np.abs(probabilities - expected).max())
            if not difference <= LARGEST_DIFFERENCE:
                raise InputError(
                    f"export: expected onnxruntime to give Keras' probabilities within {LARGEST_DIFFERENCE:g}, found a "
                    f"difference of {difference:.2g} on the test inputs"
                )
    except OSError as error:
        raise InputError(f"output: {output} cannot be written ({error.strerror})") from None
    what = "raw inputs" if isinstance(scaling, Scaling) else "features of the columns, in [0, 1]"
    return ExportResult(
        settings.output, f"(n, {', '.join(map(str, bundle.metadata.shape))}) float32 {what}", difference, len(x)
    )
