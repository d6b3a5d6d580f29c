"""AdamW with a warm-up and a cosine, and, where asked, slower in lower layers."""

from typing import Any

import keras
import tensorflow as tf

from transfer.errors import InputError


class LayerwiseAdamW(keras.optimizers.Adam):
    """AdamW (Loshchilov & Hutter, 2019) whose learning rate has a factor of its own for each variable.

    Scaling gradients would do nothing under Adam, which divides their scale out again; so the step itself is scaled,
    and with it the decay, as both are in AdamW proportional to the learning rate.
    """

    def __init__(self, learning_rate: Any, weight_decay: float, **arguments: Any):
        super().__init__(learning_rate, **arguments)
        self.decay = weight_decay
        self.factors: list[float] = []
        self.decays: list[bool] = []

    def build_for(self, variables: list[keras.Variable], factors: list[float]) -> None:
        """Make the optimizer's own variables; `factors` > 0 go with `variables`, one each. Biases do not decay."""
        self.build(variables)
        self.factors, self.decays = factors, [len(variable.shape) > 1 for variable in variables]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        index = self._get_variable_index(variable)
        rate = keras.ops.cast(learning_rate, variable.dtype) * self.factors[index]
        if self.decays[index]:
            self.assign_sub(variable, variable * (rate * self.decay))
        super().update_step(gradient, variable, rate)

    def _clip_gradients(self, gradients: list[Any]) -> list[Any]:
        # Of what all devices' gradients add up to, else the number of devices would matter. Keras adds up later.
        devices = tf.distribute.get_strategy().num_replicas_in_sync
        if devices == 1 or not (self.clipnorm or self.global_clipnorm or self.clipvalue):
            return super()._clip_gradients(gradients)
        whole = tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, gradients)
        return [gradient / devices for gradient in super()._clip_gradients(whole)]


def adamw(peak: float, weight_decay: float, steps: int, warmup_steps: int, arguments: dict[str, Any]) -> LayerwiseAdamW:
    """The optimizer of `steps` steps: its rate rises from zero to `peak`, then falls to zero along a cosine.

    arguments: what else Keras' Adam takes: global_clipnorm, gradient_accumulation_steps, use_ema, ...
    Raises InputError for an argument that Keras does not know or refuses.
    """
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0 if warmup_steps else peak,
        max(steps - warmup_steps, 1),
        warmup_target=peak if warmup_steps else None,
        warmup_steps=warmup_steps,
    )
    try:
        return LayerwiseAdamW(schedule, weight_decay, **arguments)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"finetune.optimizer has what Keras' Adam does not take: {str(error).splitlines()[0]}"
        ) from None
