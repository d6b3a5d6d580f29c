"""What a reader of the report has to know about test labels that were changed by hand, in sentences."""

from transfer.analysis.hand_labels import HandLabels
from transfer.report.figures import format_metric
from transfer.report.wording import Texts


def hand_label_words(found: HandLabels | None, texts: Texts) -> list[str]:
    """How many test labels were changed, each model's figures before and after, and a caution; none for None."""
    if not found:
        return []
    counts = {"relabelled": found.relabelled, "dropped": found.dropped, "added": found.added}
    figures = []
    for model, after in found.after.items():
        gaps = {"model": texts.name("model", model)}
        for when, metrics in (("before", found.before[model]), ("after", after)):
            gaps |= {
                f"n_{when}": metrics.n,
                f"accuracy_{when}": format_metric(metrics.accuracy, "accuracy"),
                f"loss_{when}": f"{metrics.log_loss:.3f}",
            }
        figures.append(texts("labels.figures", **gaps))
    return [texts("labels.changed", changed=found.changed, **counts), *figures, texts("labels.caution")]
