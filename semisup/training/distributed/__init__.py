"""Share one training among several processes or devices, by synchronous data parallelism.

Each of them computes the gradient of its own rows of every batch. All then take the same step, with the sum of these
gradients. The results are those of one process, except for rounding.

With one process and one device nothing of this is used.
"""
