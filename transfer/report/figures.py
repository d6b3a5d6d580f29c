"""The metrics that are shown: their order, and how they are written."""

PERCENT = (
    *("accuracy", "precision", "recall", "f1", "specificity"),
    *("balanced_accuracy", "macro_precision", "macro_f1", "weighted_f1", "top_5_accuracy"),
)
# By key, in the order shown, the label in tables for terminals. Each form of classes has some of them.
LABELS = {
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "specificity": "specificity",
    "top_5_accuracy": "top-5 accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_precision": "macro precision",
    "macro_f1": "macro F1",
    "weighted_f1": "weighted F1",
    "roc_auc": "ROC AUC",
    "roc_auc_ovr": "ROC AUC, macro",
    "average_precision": "average precision",
    "log_loss": "log-loss",
    "brier": "Brier score",
    "ece": "calibration error",
    "ece_floor": "  by chance alone",
}


def shown(metrics: object) -> list[str]:
    """The keys, in the order shown, of the figures that these metrics have.

    Macro recall is left out: it is the balanced accuracy.
    """
    return [key for key in LABELS if getattr(metrics, key, None) is not None]


def format_metric(value: float, key: str) -> str:
    """A metric as pages have it: per cent with one decimal, or four decimals."""
    return f"{100 * value:.1f}\N{NO-BREAK SPACE}%" if key in PERCENT else f"{value:.4f}"


def format_probability(p: float, threshold: float) -> str:
    """A probability to three decimals, or as many more, up to seven, as show on which side of a threshold it lies."""
    for decimals in range(3, 8):
        shown = f"{p:.{decimals}f}"
        if (float(shown) >= threshold) == (p >= threshold) and (float(shown) != threshold or p == threshold):
            break
    return shown
