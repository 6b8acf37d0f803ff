"""Use classifiers: on files, behind MLflow's server, in other runtimes.

`bundle`, `predictor`, `loader` and the modules of this package that they import are copied into each registered model
(see `register`). So they import only packages that the model declares as its requirements.
"""
