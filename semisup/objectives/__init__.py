"""Objectives: what stage one minimises.

An objective is one file with one function `training_model(encoder, decoder) -> keras.Model`: a model that maps an
input to its reconstruction through the given encoder and decoder. It is trained to reproduce the clean input by mean
squared error; whatever an objective adds or corrupts lives in this model and never in the encoder or the decoder.
"""
