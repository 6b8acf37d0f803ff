"""Baselines: what a user would do without semisup. They come from scikit-learn, mostly with its default settings."""
