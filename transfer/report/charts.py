"""All charts of the report, as inline SVG, by name."""

from transfer.analysis.paired import Comparison
from transfer.report.difference_chart import difference
from transfer.report.forms import form_of
from transfer.report.learning_charts import efficiency, learning
from transfer.report.ranking_charts import PRECISION_RECALL, ROC, calibration, ranking_curve
from transfer.report.results import Results
from transfer.report.wording import Texts


def learning_charts(results: Results, texts: Texts) -> dict[str, str]:
    """accuracy and loss, by epoch."""
    trainings = {model: found.training for model, found in results.models.items()}
    return {measure: learning(trainings, measure, texts) for measure in ("accuracy", "loss")}


def ranking_charts(results: Results, texts: Texts) -> dict[str, str]:
    """roc, precision_recall and calibration."""
    described = {}
    for chart, values in ranking_keys(results, texts).items():
        described[chart] = " ".join(f"{texts.name('model', model)}: {value}." for model, value in values.items())
    form, curves = form_of(results.classes), {}
    labels = form.axis_labels(results, texts)
    for plane in (ROC, PRECISION_RECALL):
        dots = {model: form.threshold_dots(found.metrics).get(plane.name) for model, found in results.models.items()}
        dots = {model: dot for model, dot in dots.items() if dot}
        curves[plane.name] = ranking_curve(plane, results.models, dots, labels, described[plane.name], texts)
    return curves | {"calibration": calibration(results.models, described["calibration"], texts)}


def ranking_keys(results: Results, texts: Texts) -> dict[str, dict[str, str]]:
    """What the key of each ranking chart says of each model: {chart: {model: words}}."""
    return {
        chart: {
            model: texts(key, value=getattr(found.metrics, metric))
            for model, found in results.models.items()
            if getattr(found.metrics, metric, None) is not None
        }
        for chart, (key, metric) in form_of(results.classes).KEYS.items()
    }


def efficiency_charts(results: Results, texts: Texts) -> dict[str, str]:
    """accuracy and log_loss by the number of training pictures; none where that was not measured."""
    measures = ("accuracy", "log_loss") if results.efficiency else ()
    return {measure: efficiency(results.efficiency, list(results.models), measure, texts) for measure in measures}


def difference_charts(comparison: Comparison, names: tuple[str, str], texts: Texts) -> dict[str, str]:
    """One chart for each measure on which two models were compared; names as readers know them."""
    return {measure: difference(comparison, measure, *names, texts) for measure in comparison.differences()}
