"""The table that a run ends with."""

ROWS = {
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "specificity": "specificity",
    "roc_auc": "ROC AUC",
    "average_precision": "average precision",
    "log_loss": "log-loss",
    "brier": "Brier score",
    "ece": "calibration error",
}


def text_table(metrics: dict[str, dict], positive_class: str, verdict: str) -> str:
    """The metrics of several models side by side, as text of at most 80 columns.

    metrics: a model's name to what `classification_metrics` gave for it
    """
    names = list(metrics)
    n = metrics[names[0]]["n"]
    lines = [f"{f'test set, {n} pictures':<22}" + "".join(f"{name:>18}" for name in names)]
    lines.append("-" * len(lines[0]))
    for key, label in ROWS.items():
        lines.append(f"{label:<22}" + "".join(f"{metrics[name][key]:>18.4f}" for name in names))
        if key == "accuracy":
            spans = (f"{metrics[name]['accuracy_low']:.3f} - {metrics[name]['accuracy_high']:.3f}" for name in names)
            lines.append(f"{'  95 % interval':<22}" + "".join(f"{span:>18}" for span in spans))
    for key, label in (("tp", "true {}"), ("fn", "missed {}"), ("fp", "false {}"), ("tn", "true others")):
        counts = (metrics[name]["confusion"][key] for name in names)
        lines.append(f"{label.format(positive_class):<22}" + "".join(f"{count:>18}" for count in counts))
    return "\n".join([*lines, "", verdict])
