"""What one would write without the workflow, for `make bench` to measure against: python -m bench.reference -h

One script, the way Keras' guide to transfer learning goes about it (https://keras.io/guides/transfer_learning/):
folders of pictures as they came, the pre-trained network inside the model and frozen, `fit`; then its top unfrozen and
`fit` again at a low learning rate; `evaluate` after both. It borrows nothing from the project but the backbone and its
weights, so that both sides run the same network. Prints, as JSON, what the test split gave, and the seconds of the two
phases.
"""

import argparse
import json
import time

from transfer.network import runtime  # before anything that imports TensorFlow: it is quieter then
from transfer.network.backbones import build
from transfer.network.blocks import find_blocks

keras, tf = runtime.keras, runtime.tf


def main() -> None:
    parser = argparse.ArgumentParser(description="Transfer learning in one script.")
    parser.add_argument("train", help="a folder of pictures, one folder in it a class")
    parser.add_argument("test", help="likewise")
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument("--size", type=int, default=224, help="pixels")
    parser.add_argument("--validation", type=float, default=0.2, help="share of the train pictures")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--head-epochs", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=5, help="of fine-tuning")
    parser.add_argument("--learning-rate", type=float, default=1e-4, help="of fine-tuning")
    parser.add_argument("--unfreeze", default="block6", help="the lowest block to fine-tune")
    parser.add_argument("--seed", type=int, default=7)
    print(json.dumps(run(parser.parse_args())))


def run(given: argparse.Namespace) -> dict[str, dict[str, float]]:
    keras.utils.set_random_seed(given.seed)
    train, validation, test = pictures(given)

    base = build(given.backbone, given.size, given.weights)
    base.trainable = False
    inputs = keras.Input((given.size, given.size, 3))
    x = keras.layers.RandomFlip("horizontal")(inputs)
    x = base(x, training=False)
    x = keras.layers.Dropout(0.2)(x)
    model = keras.Model(inputs, keras.layers.Dense(1)(x))

    found = {}
    start = time.perf_counter()
    found["head"] = learn(model, 1e-3, given.head_epochs, train, validation, test)
    found["head"]["seconds"] = time.perf_counter() - start

    start = time.perf_counter()
    lowest = find_blocks(base, given.backbone)[given.unfreeze]
    base.trainable = True
    for index, layer in enumerate(base.layers):
        layer.trainable = index >= lowest and not isinstance(layer, keras.layers.BatchNormalization)
    found["finetuned"] = learn(model, given.learning_rate, given.epochs, train, validation, test)
    found["finetuned"]["seconds"] = time.perf_counter() - start
    return found


def pictures(given: argparse.Namespace) -> list[tf.data.Dataset]:
    """Train, validation and test, as they came, resized as they are read; the next batches are read meanwhile."""
    how = {"label_mode": "binary", "image_size": (given.size, given.size), "batch_size": given.batch}
    how |= {"crop_to_aspect_ratio": True, "seed": given.seed, "verbose": False}
    train, validation = keras.utils.image_dataset_from_directory(
        given.train, validation_split=given.validation, subset="both", **how
    )
    test = keras.utils.image_dataset_from_directory(given.test, shuffle=False, **how)
    return [dataset.prefetch(tf.data.AUTOTUNE) for dataset in (train, validation, test)]


def learn(model: keras.Model, learning_rate: float, epochs: int, train, validation, test) -> dict[str, float]:
    model.compile(
        keras.optimizers.Adam(learning_rate),
        keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],  # of logits
    )
    model.fit(train, epochs=epochs, validation_data=validation, verbose=0)
    log_loss, accuracy = model.evaluate(test, verbose=0)
    return {"accuracy": accuracy, "log_loss": log_loss}


if __name__ == "__main__":
    main()
