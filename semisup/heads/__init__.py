"""Heads: what stage two puts on the encoder, functional graphs of stock Keras layers over the code."""
