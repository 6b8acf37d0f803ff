"""Classifiers at work: on files, behind MLflow's server, in other runtimes.

`bundle`, `predictor` and `loader`, and what they import of this package, go with a registered model (see `register`),
so they import nothing that its declared requirements do not bring.
"""
