"""What a classifier says of stored pictures."""

from collections.abc import Callable

import keras
import numpy as np

from transfer.network.classifier import with_logits
from transfer.network.inference.forward import compile_inference, forward_batches
from transfer.network.link import link_for


def predict_logits(
    classifier: keras.Model,
    source: Callable[[int], bytes] | np.ndarray,
    rows: np.ndarray,
    batch_size: int,
    what: str = "",
) -> tuple[np.ndarray, np.ndarray]:
    """The logits, float32 (n, units), and the probability of each class, float32 (n, classes), in the order of `rows`.

    classifier: as from `classifier.assemble` or `classifier.mirror_averaged`
    source: see `batches.picture_batches`
    rows: int (n,)
    batch_size, what: see `forward.forward_batches`
    """
    batches = forward_batches(compile_inference(with_logits(classifier)), source, rows, batch_size, what)
    logits, outputs = np.split(np.concatenate(list(batches)), 2, axis=1)
    return logits, link_for(outputs.shape[1]).probabilities(outputs)
