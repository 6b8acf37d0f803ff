"""Import TensorFlow without its messages about CPUs and missing GPUs."""

import logging
import os


def import_tensorflow() -> None:
    """Import TensorFlow with stderr closed: its C++ code writes there before it reads the log level."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # else the first process takes all memory of the GPU
    terminal, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import tensorflow as tf

        tf.get_logger().setLevel("ERROR")
        logging.getLogger("absl").setLevel("ERROR")
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(nowhere)
