"""Loss and accuracy by epoch."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from transfer.analysis.metrics import log_loss


def learning_curve_row(
    epoch: int,
    targets: np.ndarray,
    logits: np.ndarray,
    validation_targets: np.ndarray,
    validation_logits: np.ndarray,
) -> dict[str, float]:
    """One row of a history.csv: epoch, loss, accuracy, val_loss, val_accuracy.

    targets {0, 1} (n,); logits float32 (n,), log-odds of the positive class; accuracy at P >= 0.5.
    """
    row = {"epoch": epoch}
    for prefix, truth, values in (("", targets, logits), ("val_", validation_targets, validation_logits)):
        probability = 1 / (1 + np.exp(-np.asarray(values, float)))
        row[f"{prefix}loss"] = log_loss(truth, probability)
        row[f"{prefix}accuracy"] = float(np.mean((np.asarray(values) >= 0) == np.asarray(truth, bool)))
    return row


def learning_curve(epochs: Iterable, validation_targets: np.ndarray) -> pd.DataFrame:
    """A history.csv: columns epoch, loss, accuracy, val_loss, val_accuracy.

    epochs: from epoch 0 on, each with `targets`, `logits` and `validation_logits`, float32 (n,)
    """
    rows = [
        learning_curve_row(number, epoch.targets, epoch.logits, validation_targets, epoch.validation_logits)
        for number, epoch in enumerate(epochs)
    ]
    return pd.DataFrame(rows)
