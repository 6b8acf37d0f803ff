"""What a command works on: read and checked before TensorFlow loads (`tfds:` sets need it themselves).

Each file has the name of its command and a function `load(settings)`, which raises InputError if something is not as
expected.
"""
