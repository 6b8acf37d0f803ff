"""One training shared by several processes or devices: each computes the gradient of its rows of every batch, all take
the step of their sum (data parallelism, synchronous). The figures are those of one process, but for rounding.

In one process with one device nothing of this is in play.
"""
