"""Check that data, network and method fit together."""

from semisup.data.dataset import Dataset
from semisup.errors import InputError
from semisup.settings.methods import METHODS, GraphOptions
from semisup.settings.network_classifier import (
    IMAGE_AUGMENTATIONS,
    VECTOR_AUGMENTATIONS,
    NewEncoderOptions,
    ShiftOptions,
    TuningOptions,
)
from semisup.settings.recipe import Recipe


def check_stage_one(dataset: Dataset, network: str, corruption: str | None, conditional: bool) -> None:
    """Check that the network and the corruption of its inputs suit the data.

    Raises:
        InputError: they do not, or a conditional autoencoder has no labelled row.
    """
    _check_network(dataset, network)
    if corruption == "block" and not _has_images(dataset):
        raise InputError(f"corruption: block expects images, found inputs of shape {dataset.shape}")
    if conditional and dataset.classes == 0:
        raise InputError(f"conditional: expected rows with a label, found none in {dataset.name}")


def check_recipe(recipe: Recipe, dataset: Dataset, network: str) -> None:
    """Check that the data, and the network of stage one, suit a method and its options.

    Raises:
        InputError: they do not.
    """
    options, images = recipe.options, _has_images(dataset)
    for kind in options[TuningOptions].augment if TuningOptions in options else ():
        if kind not in (IMAGE_AUGMENTATIONS if images else VECTOR_AUGMENTATIONS):
            raise InputError(
                f"augment: {kind} expects {'vectors' if images else 'images'}, found inputs of shape {dataset.shape}"
            )
    if ShiftOptions in options and options[ShiftOptions].average_shifts and not images:
        raise InputError(f"average_shifts: expected images, found inputs of shape {dataset.shape}")
    own_network = options[NewEncoderOptions].network if NewEncoderOptions in options else None
    if own_network is not None:
        _check_network(dataset, own_network)
    allowed, encoder_network = METHODS[recipe.method].networks, own_network or network
    if allowed is not None and encoder_network not in allowed:
        raise InputError(f"method: {recipe.method} expects a {' or '.join(allowed)} encoder, found {encoder_network}")
    sizes = options[GraphOptions].class_sizes if GraphOptions in options else None
    if sizes is not None and len(sizes) != dataset.classes:
        raise InputError(
            f"class_sizes: expected one size for each of the {dataset.classes} classes of {dataset.name}, found "
            f"{len(sizes)}"
        )


def _has_images(dataset: Dataset) -> bool:
    return len(dataset.shape) == 3


def _check_network(dataset: Dataset, network: str) -> None:
    if network == "convolutional" and not _has_images(dataset):
        raise InputError(f"network: the convolutional one expects images, found inputs of shape {dataset.shape}")
