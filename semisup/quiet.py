"""TensorFlow, imported without its remarks about CPUs and absent GPUs."""

import logging
import os


def import_tensorflow(threads: int | None = None) -> None:
    """Import TensorFlow; its C++ side writes to the terminal before its log level is read.

    Args:
        threads: how many share an operation; default: one a core. The last bits of a convolution depend on it.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    terminal, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import tensorflow as tf

        tf.get_logger().setLevel("ERROR")
        logging.getLogger("absl").setLevel("ERROR")
        if threads is not None:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
        os.close(nowhere)
