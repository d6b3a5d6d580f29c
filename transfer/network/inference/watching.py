"""A classifier that also says how far a picture is from those it was trained on."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import keras
import numpy as np

from transfer.dataset.store import PictureStore
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


def with_logits(network: keras.Model) -> keras.Model:
    """A network as `watched` makes it, with its logits, float32 (n, units), as the second of its outputs."""
    probability, *distance = network.outputs
    return keras.Model(network.input, [probability, network.get_layer("logit").output, *distance])


def joined(network: keras.Model) -> keras.Model:
    """The outputs of a network side by side, as `compile_inference` takes them."""
    if len(network.outputs) == 1:
        return network
    return keras.Model(network.input, keras.layers.Concatenate(dtype="float32")(network.outputs))


def parted(outputs: np.ndarray, units: int) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """What `joined` gives of `with_logits`, float32 (n, ...).

    Returns the probability of each class, (n, K), the logits, (n, units), and the distances, (n,) or None.
    """
    probabilities, logits, distance = np.split(outputs, [units, 2 * units], axis=1)
    return link_for(units).probabilities(probabilities), logits, distance[:, 0] if distance.size else None


def predict_watched(
    network: keras.Model, read: Callable[[int], bytes], rows: np.ndarray, batch_size: int, what: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """What a network says of stored pictures: probabilities, logits and distances, see `parted`.

    network: as from `watched`; without a distance, any classifier
    read: gives the JPEG stream of one row of the store
    rows: int (n,)
    batch_size, what: see `forward.forward_batches`
    """
    batches = forward_batches(compile_inference(joined(with_logits(network))), read, rows, batch_size, what)
    return parted(np.concatenate(list(batches)), network.outputs[0].shape[-1])


class Part(NamedTuple):
    """What a network says of some pictures of a store.

    ids, files: text (n,)
    targets: int (n,)
    probabilities, logits, distances: see `parted`
    """

    ids: np.ndarray
    files: np.ndarray
    targets: np.ndarray
    probabilities: np.ndarray
    logits: np.ndarray
    distances: np.ndarray | None


def predict_parts(network: keras.Model, store: PictureStore, parts: Sequence[np.ndarray], what: str) -> list[Part]:
    """What a network says of several parts of a store, in one pass.

    network: as from `watched`
    parts: int (n,), rows of the store
    what: see `forward.forward_batches`
    """
    found = predict_watched(network, store.jpeg, np.concatenate(parts), INFERENCE_BATCH, what)
    ends = np.cumsum([len(rows) for rows in parts])[:-1]
    columns = [[None] * len(parts) if column is None else np.split(column, ends) for column in found]
    tables = [store.manifest.iloc[rows] for rows in parts]
    names = [[table[name].to_numpy() for name in ("id", "file", "target")] for table in tables]
    return [Part(*named, *given) for named, given in zip(names, zip(*columns, strict=True), strict=True)]


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
