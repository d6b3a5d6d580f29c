"""Results as text for a terminal: of one run, of two compared, of several summarised."""

import pandas as pd

from transfer.analysis.examples import disagreements

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


def paired_table(metrics: dict[str, dict], comparison: dict) -> str:
    """Two experiments side by side, with the intervals of their differences and McNemar's counts.

    metrics: two experiments' names to what `classification_metrics` gave; comparison: what `paired.compare` gave
    """
    first, second = metrics
    wide = max(12, len(first), len(second)) + 2
    lines = [f"{comparison['n']:>5} test pictures {first:>{wide}}{second:>{wide}}  difference    95 % interval"]
    lines.append("-" * len(lines[0]))
    for key in ("accuracy", "log_loss", "roc_auc"):
        line = f"{ROWS[key]:<20}" + "".join(f"{metrics[name][key]:>{wide}.4f}" for name in metrics)
        if f"{key}_difference" in comparison:
            low, value, high = (comparison[f"{key}_{end}"] for end in ("low", "difference", "high"))
            line += f"{value:>+12.4f}    {low:+.4f} to {high:+.4f}"
        lines.append(line)
    return "\n".join(
        [
            *lines,
            f"right: {comparison['both_right']} by both, {comparison['only_first_right']} only by {first}, "
            f"{comparison['only_second_right']} only by {second}, {comparison['both_wrong']} by neither; "
            f"McNemar's exact p = {comparison['mcnemar_p']:.2g}",
        ]
    )


def changes_table(tables: dict[str, pd.DataFrame], positive_class: str) -> str:
    """The pictures that changed sides, one line each: those that the second lost, then those that it won.

    tables: two experiments' names to their predictions, of the same pictures in the same order; the widest apart in
    probability come first
    """
    first, second = tables
    rows = disagreements(*tables.values())
    rows = rows.assign(after=tables[second].loc[rows.index, "probability"])
    lines = []
    for right, wrong, lost in ((first, second, True), (second, first, False)):
        chosen = rows[(rows["predicted"] == rows["actual"]) == lost]
        if len(chosen):
            lines.append(
                f"right by {right}, wrong by {wrong}: {len(chosen)} (P({positive_class}): {first} -> {second})"
            )
        lines += [
            f"  {row.file}  {row.actual}  {row.probability:.3f} -> {row.after:.3f}  id {row.id}"
            for row in chosen.itertuples()
        ]
    return "\n".join(lines) or "No picture changed sides."


def spread_table(runs: list[dict[str, dict]]) -> str:
    """Mean, sample standard deviation and range of each metric over several runs, for each model.

    runs: one dict a run, of a model's name to what `classification_metrics` gave. Of two models also their difference
    in each run, second - first: what their runs have in common, such as the pictures, falls out of it.
    """
    models = {
        model: pd.DataFrame([{label: run[model][key] for key, label in ROWS.items()} for run in runs])
        for model in runs[0]
    }
    if len(models) == 2:
        (first, one), (second, other) = models.items()
        models[f"{second} - {first}"] = other - one
    blocks = []
    for model, values in models.items():
        number = "{:+.4f}".format if " - " in model else "{:.4f}".format
        summary = pd.DataFrame(
            {
                "mean": values.mean().map(number),
                "standard deviation": values.std(ddof=1).map(lambda value: f"{value:.4f}".replace("nan", "-")),
                "lowest": values.min().map(number),
                "highest": values.max().map(number),
            }
        )
        summary.columns.name = f"{model}, {len(runs)} run{'s' if len(runs) > 1 else ''}"
        blocks.append(summary.to_string())
    return "\n\n".join(blocks)
