"""A classifier that also says how far a picture is from those it was trained on."""

from collections.abc import Callable, Iterator

import keras
import numpy as np

from transfer.network.classifier import mirror_averaged
from transfer.network.inference.batch_size import INFERENCE_BATCH
from transfer.network.inference.forward import compile_inference, forward_batches
from transfer.network.inference.unsure import Distance, Usual, references_among
from transfer.network.link import link_for


def watched(classifier: keras.Model, usual: Usual | None, mirror: bool) -> keras.Model:
    """The classifier with the same weights, and the distance of its features as a second output, float32 (n, 1).

    classifier: as from `classifier.assemble`
    usual: None: there is no second output
    mirror: average logits, see `classifier.mirror_averaged`; the distance is that of the picture as it is
    """
    distance = usual and Distance(usual.references)
    if mirror:
        return mirror_averaged(classifier, distance)
    if not distance:
        return classifier
    return keras.Model(classifier.input, [classifier.output, distance(classifier.get_layer("logit").input)])


def joined(network: keras.Model) -> keras.Model:
    """The outputs of a network as `watched` makes it side by side, as `compile_inference` takes them."""
    if len(network.outputs) == 1:
        return network
    return keras.Model(network.input, keras.layers.Concatenate(dtype="float32")(network.outputs))


def parted(outputs: np.ndarray, units: int) -> tuple[np.ndarray, np.ndarray | None]:
    """What `joined` gives, float32 (n, ...), as probabilities of the classes, (n, K), and distances, (n,) or None."""
    probabilities = link_for(units).probabilities(outputs[:, :units])
    return probabilities, outputs[:, units] if outputs.shape[1] > units else None


def predict_watched(
    network: keras.Model, read: Callable[[int], bytes], rows: np.ndarray, batch_size: int, what: str
) -> tuple[np.ndarray, np.ndarray | None]:
    """The probability of each class, float32 (n, K), and the distance, float32 (n,) or None, of stored pictures.

    network: as from `watched`
    read: gives the JPEG stream of one row of the store
    rows: int (n,)
    batch_size, what: see `forward.forward_batches`
    """
    batches = forward_batches(compile_inference(joined(network)), read, rows, batch_size, what)
    return parted(np.concatenate(list(batches)), network.outputs[0].shape[-1])


def usual_of_network(
    classifier: keras.Model,
    read: Callable[[int], bytes],
    train: np.ndarray,
    validation: np.ndarray,
    targets: np.ndarray,
) -> Usual:
    """What is usual for a classifier that is done, from stored pictures: one pass over the references and validation.

    read: gives the JPEG stream of one row of the store
    train, validation: int (n,), rows of the store
    targets: int (n,), of validation
    """
    features, output = classifier.get_layer("logit").input, classifier.output
    both = keras.Model(classifier.input, keras.layers.Concatenate(dtype="float32")([output, features]))
    infer, units = compile_inference(both), output.shape[-1]

    def run(rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for outputs in forward_batches(infer, read, rows, INFERENCE_BATCH):
            yield outputs[:, units:], link_for(units).probabilities(outputs[:, :units])

    train = np.concatenate([features for features, _ in run(train[references_among(len(train))])])
    return Usual.of(train, run(validation), targets)
