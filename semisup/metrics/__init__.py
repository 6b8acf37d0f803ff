"""Metrics: scores of classifiers and autoencoders, statistics of a comparison, conformal thresholds."""

from semisup.metrics.scores import (
    area_under_curve,
    classification,
    expected_calibration_error,
    mean_squared_error,
    peak_signal_to_noise_ratio,
)

__all__ = [
    "area_under_curve",
    "classification",
    "expected_calibration_error",
    "mean_squared_error",
    "peak_signal_to_noise_ratio",
]
