"""The learning-rate schedule of stage two, and an AdamW for fine-tuning.

This AdamW has a separate learning rate for the encoder, and can unfreeze the encoder's layers one after the other.
"""

from typing import Any

import keras
from keras import ops


def warmed_up(learning_rate: float, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Return a schedule with linear warm-up from 0 to `learning_rate`, then cosine decay to 0.

    The warm-up takes a twentieth of the steps.
    """
    first = steps // 20
    return keras.optimizers.schedules.CosineDecay(0.0, steps - first, warmup_target=learning_rate, warmup_steps=first)


class LayerwiseAdamW(keras.optimizers.AdamW):
    """AdamW with discriminative learning rates and gradual unfreezing, for fine-tuning (Howard and Ruder 2018).

    Each variable has a scale, which multiplies its updates and its weight decay, and a first step. Before that step it
    does not change.
    """

    def __init__(
        self, learning_rate: keras.optimizers.schedules.LearningRateSchedule, weight_decay: float,
        encoder: keras.Model, encoder_rate: float, unfreeze_steps: int, **options: Any,
    ) -> None:  # fmt: skip
        """Set the scales of the variables of the encoder that are trainable now.

        Args:
            learning_rate: schedule for all variables except the encoder's.
            weight_decay: decoupled weight decay.
            encoder: the encoder in the trained model.
            encoder_rate: scale of the encoder's variables, at least 0.
            unfreeze_steps: the step at which the encoder's first layer, the last to be unfrozen, begins to train. The
                layers after it begin earlier, at evenly spaced steps, from the code backwards. With 0 all layers train
                from the first step.
            options: further options of AdamW.
        """
        super().__init__(learning_rate, weight_decay=weight_decay, **options)
        self._rates: dict[str, tuple[float, int]] = {}  # of each variable of the encoder: scale, first step
        trained = [layer for layer in encoder.layers if layer.trainable_variables]
        for depth, layer in enumerate(reversed(trained), 1):
            first = unfreeze_steps * depth // len(trained)
            self._rates |= {self._var_key(variable): (encoder_rate, first) for variable in layer.trainable_variables}

    def _scale(self, variable: keras.Variable) -> keras.KerasTensor:
        """Return the variable's scale at the present step: 0 before its first step."""
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
