"""All charts of the report, as inline SVG, by name."""

from transfer.analysis.paired import Comparison
from transfer.report.difference_chart import difference
from transfer.report.learning_charts import efficiency, learning
from transfer.report.ranking_charts import PRECISION_RECALL, ROC, calibration, ranking_curve
from transfer.report.results import Results
from transfer.report.wording import Texts

# Each ranking chart's key gives one metric: the chart's name to the text that holds the metric, and the metric.
KEYS = {
    "roc": ("ranking.area", "roc_auc"),
    "precision_recall": ("ranking.average", "average_precision"),
    "calibration": ("ranking.error", "ece"),
}


def learning_charts(results: Results, texts: Texts) -> dict[str, str]:
    """accuracy and loss, by epoch."""
    trainings = {model: found.training for model, found in results.models.items()}
    return {measure: learning(trainings, measure, texts) for measure in ("accuracy", "loss")}


def ranking_charts(results: Results, texts: Texts) -> dict[str, str]:
    """roc, precision_recall and calibration."""
    negative, positive = (texts.name("class", name) for name in results.classes.names)
    described = {}
    for chart, values in ranking_keys(results, texts).items():
        described[chart] = " ".join(f"{texts.name('model', model)}: {value}." for model, value in values.items())
    curves = {
        plane.name: ranking_curve(
            plane, results.models, described[plane.name], texts, negative=negative, positive=positive
        )
        for plane in (ROC, PRECISION_RECALL)
    }
    return curves | {"calibration": calibration(results.models, described["calibration"], texts)}


def ranking_keys(results: Results, texts: Texts) -> dict[str, dict[str, str]]:
    """What the key of each ranking chart says of each model: {chart: {model: words}}."""
    return {
        chart: {model: texts(key, value=getattr(found.metrics, metric)) for model, found in results.models.items()}
        for chart, (key, metric) in KEYS.items()
    }


def efficiency_charts(results: Results, texts: Texts) -> dict[str, str]:
    """accuracy and log_loss by the number of training pictures; none where that was not measured."""
    measures = ("accuracy", "log_loss") if results.efficiency else ()
    return {measure: efficiency(results.efficiency, list(results.models), measure, texts) for measure in measures}


def difference_charts(comparison: Comparison, names: tuple[str, str], texts: Texts) -> dict[str, str]:
    """One chart for each measure on which two models were compared; names as readers know them."""
    return {measure: difference(comparison, measure, *names, texts) for measure in comparison.differences()}
