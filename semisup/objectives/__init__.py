"""Objectives: what stage one minimises, one a file.

Each file ends with its `OBJECTIVE`; `objective.Objective` says what one has to offer. Whatever an objective corrupts,
samples or penalises lives in its training model: encoder and decoder stay functional models of stock layers, the same
for stage two whatever they were trained by.
"""

from semisup.objectives import contractive, denoising, hashing, plain, sparse, variational

OBJECTIVES = {
    "plain": plain.OBJECTIVE,
    "denoising": denoising.OBJECTIVE,
    "sparse": sparse.OBJECTIVE,
    "contractive": contractive.OBJECTIVE,
    "variational": variational.OBJECTIVE,
    "hashing": hashing.OBJECTIVE,
}
