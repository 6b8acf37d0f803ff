"""The schedule of the learning rate in stage two, and AdamW with a rate of its own for the encoder, whose layers can
join the training one after the other."""

from typing import Any

import keras
from keras import ops


def warmed_up(learning_rate: float, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """From 0 to the learning rate along a line, in a twentieth of the steps, and back along a half cosine."""
    first = steps // 20
    return keras.optimizers.schedules.CosineDecay(0.0, steps - first, warmup_target=learning_rate, warmup_steps=first)


class LayerwiseAdamW(keras.optimizers.AdamW):
    """AdamW whose steps, decay included, are scaled for each variable, and are 0 before its first step.

    For fine-tuning: discriminative rates and gradual unfreezing (Howard and Ruder 2018).
    """

    def __init__(
        self, learning_rate: keras.optimizers.schedules.LearningRateSchedule, weight_decay: float,
        encoder: keras.Model, encoder_rate: float, unfreeze_steps: int, **options: Any,
    ) -> None:  # fmt: skip
        """Take the encoder's trainable variables as they are now.

        Args:
            learning_rate: of everything but the encoder.
            weight_decay: decoupled.
            encoder: its layers move by `encoder_rate` times the rest.
            encoder_rate: at least 0.
            unfreeze_steps: the last step at which a layer is let loose, the first one of the encoder; the others are
                spread evenly before it, from the code backwards. 0 lets all loose at once.
            options: further ones of AdamW.
        """
        super().__init__(learning_rate, weight_decay=weight_decay, **options)
        self._rates: dict[str, tuple[float, int]] = {}  # by variable: its scale and its first step
        trained = [layer for layer in encoder.layers if layer.trainable_variables]
        for depth, layer in enumerate(reversed(trained), 1):
            first = unfreeze_steps * depth // len(trained)
            self._rates |= {self._var_key(variable): (encoder_rate, first) for variable in layer.trainable_variables}

    def _scale(self, variable: keras.Variable) -> keras.KerasTensor:
        rate, first = self._rates.get(self._var_key(variable), (1.0, 0))
        return rate * ops.cast(self.iterations >= first, "float32")

    def update_step(
        self, gradient: keras.KerasTensor, variable: keras.Variable, learning_rate: keras.KerasTensor
    ) -> None:
        super().update_step(gradient, variable, learning_rate * self._scale(variable))

    def _apply_weight_decay(self, variables: list[keras.Variable]) -> None:
        for variable in variables:
            decay = self.weight_decay * self._get_current_learning_rate() * self._scale(variable)
            variable.assign(variable - variable * decay)
