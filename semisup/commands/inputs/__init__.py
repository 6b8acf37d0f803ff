"""Read and check the inputs of a command before TensorFlow loads. (Only `tfds:` data needs TensorFlow here.)

Each file has the name of its command and a function `load(settings)`, which raises InputError if something is not as
expected.
"""
