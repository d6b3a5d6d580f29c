"""AdamW with a warm-up and a cosine, and, where asked for, slower in lower layers."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from transfer.errors import InputError
from transfer.network.training.recipe import Recipe

# Arguments of Keras' Adam that make updates conditional, where devices could not wait for one another.
ONE_DEVICE = ("gradient_accumulation_steps", "ema_overwrite_frequency")


class LayerwiseAdamW(keras.optimizers.Adam):
    """AdamW (Loshchilov & Hutter, 2019) whose learning rate has a factor of its own for each variable.

    Scaling gradients would do nothing under Adam, which divides their scale out again. So the update itself is scaled,
    and with it the decay: in AdamW both are proportional to the learning rate.

    learning_rate: a float, or a schedule of Keras
    weight_decay: decoupled; biases do not decay
    arguments: further arguments of Keras' Adam
    """

    def __init__(self, learning_rate: Any, weight_decay: float, **arguments: Any):
        super().__init__(learning_rate, **arguments)
        self.decay = weight_decay
        self.factors: list[float] = []
        self.decays: list[bool] = []

    def build_for(self, variables: list[keras.Variable], factors: list[float]) -> None:
        """Make the optimizer's own variables.

        variables: those to train
        factors: > 0, one for each variable
        """
        self.build(variables)
        self.factors, self.decays = factors, [len(variable.shape) > 1 for variable in variables]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        index = self._get_variable_index(variable)
        rate = keras.ops.cast(learning_rate, variable.dtype) * self.factors[index]
        if self.decays[index]:
            self.assign_sub(variable, variable * (rate * self.decay))
        super().update_step(gradient, variable, rate)

    def _clip_gradients(self, gradients: list[Any]) -> list[Any]:
        # Keras adds up the devices' gradients after clipping. Clip the sum, or the number of devices would matter.
        devices = tf.distribute.get_strategy().num_replicas_in_sync
        if devices == 1 or not (self.clipnorm or self.global_clipnorm or self.clipvalue):
            return super()._clip_gradients(gradients)
        total = tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, gradients)
        return [gradient / devices for gradient in super()._clip_gradients(total)]


class LossScale(keras.optimizers.LossScaleOptimizer):
    """Keras' dynamic loss scale, which keeps small gradients from becoming zero in float16.

    An update in which a gradient is not finite is left out, and the scale halved. Keras asks the first device only
    whether all are finite, since it takes gradients to be summed already.
    """

    @property
    def use_ema(self) -> bool:
        return self.inner_optimizer.use_ema

    @use_ema.setter
    def use_ema(self, _: bool) -> None:
        """Keras sets its own, which has no say."""

    def check_finite(self, grads: list[Any]) -> Any:
        failed = keras.ops.cast(keras.ops.logical_not(super().check_finite(grads)), "float32")
        context = tf.distribute.get_replica_context()
        return keras.ops.equal(context.all_reduce(tf.distribute.ReduceOp.SUM, failed), 0)


def build_optimizer(
    classifier: keras.Model, recipe: Recipe, steps: int, blocks: dict[str, int] | None
) -> keras.optimizers.Optimizer:
    """The optimizer of the trainable variables of a classifier: a `LayerwiseAdamW`, in a `LossScale` for float16.

    steps: updates in one epoch
    blocks: as from `blocks.find_blocks`; None: all layers below the head count as one block
    Raises InputError for arguments in `recipe.optimizer` that Keras refuses, or that several devices cannot heed.
    """
    alone = [name for name in ONE_DEVICE if recipe.optimizer.get(name)]
    if alone and tf.distribute.get_strategy().num_replicas_in_sync > 1:
        raise InputError(
            f"finetune.optimizer has {alone[0]}, which works on one device only; set hardware.devices to 1, or leave "
            "it out."
        )
    optimizer = adamw(
        recipe.learning_rate,
        recipe.weight_decay,
        recipe.epochs * steps,
        round(recipe.warmup_epochs * steps),
        recipe.optimizer,
    )
    variables = classifier.trainable_variables
    optimizer.build_for(variables, learning_rate_factors(classifier, recipe.layer_decay, blocks))
    if recipe.precision != "mixed_float16":
        return optimizer
    scaled = LossScale(optimizer)
    scaled.build(variables)
    return scaled


def adamw(peak: float, weight_decay: float, steps: int, warmup_steps: int, arguments: dict[str, Any]) -> LayerwiseAdamW:
    """An optimizer whose learning rate rises from zero to its peak, then falls to zero along a cosine.

    peak: the highest learning rate
    weight_decay: decoupled
    steps: updates in all
    warmup_steps: updates until the peak
    arguments: further arguments of Keras' Adam: global_clipnorm, gradient_accumulation_steps, use_ema, ...
    Raises InputError for an argument that Keras does not know or refuses.
    """
    try:
        return LayerwiseAdamW(_schedule(peak, steps, warmup_steps), weight_decay, **arguments)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"finetune.optimizer has what Keras' Adam does not take: {str(error).splitlines()[0]}"
        ) from None


def mean_learning_rate(recipe: Recipe, steps: int, epoch: int) -> float:
    """The mean of the learning rates with which an epoch's updates are made, before factors of layers.

    steps: updates in one epoch
    epoch: 1 to `recipe.epochs`
    """
    schedule = _schedule(recipe.learning_rate, recipe.epochs * steps, round(recipe.warmup_epochs * steps))
    return float(np.mean([schedule(step) for step in range((epoch - 1) * steps, epoch * steps)]))


def _schedule(peak: float, steps: int, warmup_steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """From zero to the peak along a line, then to zero along a cosine; for the arguments see `adamw`."""
    return keras.optimizers.schedules.CosineDecay(
        0.0 if warmup_steps else peak,
        max(steps - warmup_steps, 1),
        warmup_target=peak if warmup_steps else None,
        warmup_steps=warmup_steps,
    )


def learning_rate_factors(classifier: keras.Model, layer_decay: float, blocks: dict[str, int] | None) -> list[float]:
    """The factor of each trainable variable's learning rate: 1 in the head, `layer_decay` times less with each block.

    layer_decay: (0, 1]
    blocks: as from `blocks.find_blocks`; None: all layers below the head count as one block
    """
    starts = list((blocks or {}).values())
    factors = []
    for index, layer in enumerate(classifier.layers):
        blocks_above = sum(start > index for start in starts) + (layer.name != "logit")
        factors += [layer_decay**blocks_above] * len(layer.trainable_variables)
    return factors
