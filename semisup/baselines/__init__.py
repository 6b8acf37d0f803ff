"""Baselines: what a user would do without us, from scikit-learn, with its default settings."""
