"""What is done with one batch of pictures, compiled, on all devices."""

from collections.abc import Callable

import keras
import tensorflow as tf

from transfer.errors import InputError
from transfer.network.inference.forward import gather_replicas
from transfer.network.link import Link
from transfer.network.training.augment import crop

BatchStep = Callable[..., tf.Tensor]


def check_compilable(network: keras.Model) -> None:
    """Raises InputError where XLA cannot train a network on the visible GPUs and give the same bytes again.

    It has no deterministic gradient of max-pooling. Below the first trainable layer none is needed.
    """
    operations = network.operations[1:]  # without the input
    first = next((at for at, operation in enumerate(operations) if getattr(operation, "trainable_variables", ())), 0)
    pooling = [operation.name for operation in operations[first:] if isinstance(operation, keras.layers.MaxPooling2D)]
    if pooling and tf.config.get_visible_devices("GPU"):
        raise InputError(
            f"hardware.jit_compile cannot train {pooling[0]} on a GPU: XLA has no gradient of max-pooling that gives "
            "the same bytes again; set it to false, or unfreeze only blocks above."
        )


def compile_steps(
    network: Callable[..., tf.Tensor],
    link: Link,
    variables: list[keras.Variable],
    optimizer: keras.Optimizer,
    jit_compile: bool,
) -> tuple[BatchStep, BatchStep]:
    """Compile `evaluate_batch`, which changes nothing, and `train_batch`, which updates the variables.

    Both take pictures (b, height, width, 3), targets int32 (b,), weights float32 (b,) and, where pictures are to
    be cropped, boxes float32 (b, 4) as from `augment.draw_boxes`. b is one device's part of the batch. Both give the
    logits of all devices' pictures, float32 (batch size, units), as they were before the update.

    network: gives logits (b, units), and takes an argument `training`
    link: of these logits
    variables: the trainable ones, for which the optimizer was built
    jit_compile: compile with XLA
    """
    strategy = tf.distribute.get_strategy()

    # Crops stay outside: XLA has no kernel for them.
    @tf.function(jit_compile=jit_compile)
    def forward(pictures: tf.Tensor) -> tf.Tensor:
        return network(pictures, training=False)

    @tf.function(jit_compile=jit_compile)
    def gradients(pictures: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        with tf.GradientTape() as tape:
            logits = network(pictures, training=True)
            losses = link.tensor_losses(targets, logits)
            loss = optimizer.scale_loss(tf.reduce_sum(weights * losses))
        return logits, tape.gradient(loss, variables)

    def evaluate(pictures: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor, *boxes: tf.Tensor) -> tf.Tensor:
        return gather_replicas(forward(crop(pictures, *boxes) if boxes else pictures))

    def train(pictures: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor, *boxes: tf.Tensor) -> tf.Tensor:
        # The weights are divided by the batch's size, and `apply` sums gradients over all devices: together, the mean.
        logits, gradient = gradients(crop(pictures, *boxes) if boxes else pictures, targets, weights)
        optimizer.apply(gradient, variables)
        return gather_replicas(logits)

    @tf.function
    def evaluate_batch(*batch: tf.Tensor) -> tf.Tensor:
        return strategy.run(evaluate, args=batch)

    @tf.function
    def train_batch(*batch: tf.Tensor) -> tf.Tensor:
        return strategy.run(train, args=batch)

    return evaluate_batch, train_batch
