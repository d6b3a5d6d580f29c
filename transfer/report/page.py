"""The report: everything about one run's models on a single page that needs nothing but itself."""

import dataclasses

from markupsafe import Markup

from transfer.analysis import calibration_findings, examples, findings, training_findings
from transfer.analysis.alignment import align
from transfer.report import charts, data_words
from transfer.report.candidate_chart import candidate_chart
from transfer.report.forms import form_of
from transfer.report.results import Results
from transfer.report.templating import environment, shared_variables
from transfer.report.unsure import unsure_variables
from transfer.report.wording import Texts, flat


def render_page(results: Results, language: str) -> str:
    """The report as one HTML page: nothing loaded, the same bytes for the same results.

    language: one of `wording.LANGUAGES`; ValueError for another

    Raises InputError if the models' predictions are of different pictures.
    """
    texts, form = Texts(language), form_of(results.classes)
    names = {model: texts.name("model", model) for model in results.models}
    pair = tuple(names[model] for model in results.pair)
    drawn = charts.learning_charts(results, texts) | charts.ranking_charts(results, texts)
    variables = {
        **shared_variables(results, texts),
        **_pictures(results),
        "sections": form.SECTIONS,
        "charts": _markup(drawn),
        "ranking_keys": charts.ranking_keys(results, texts),
        "efficiency_charts": _markup(charts.efficiency_charts(results, texts)),
        "difference_charts": _markup(charts.difference_charts(results.comparison, pair, texts)),
        **_candidates(results, texts),
        **_unsure(results, texts),
        "findings": {
            topic: [texts.say(finding) for finding in found] for topic, found in _findings(results, texts).items()
        },
        "sizes": data_words.sizes(results.dataset.summary["size"], texts),
        "corrected": data_words.corrected(results.dataset.summary, texts),
        "division": data_words.division(results.dataset.summary, texts),
        "groups": data_words.groups(results.dataset.summary, results.dataset.group_hint, texts),
        "learning_notes": _learning_notes(results, texts),
        "facts_by_section": {
            section.name: flat(getattr(results.provenance, section.name))
            for section in dataclasses.fields(results.provenance)
            if section.name != "commands"
        },
        **form.page_variables(results, texts),
    }
    return environment(texts).get_template(f"{form.NAME}.html.j2").render(variables)


def _markup(drawn: dict[str, str]) -> dict[str, Markup]:
    """SVG that the template must not escape."""
    return {name: Markup(svg) for name, svg in drawn.items()}


def _findings(results: Results, texts: Texts) -> dict[str, list[findings.Finding]]:
    """Every finding after the verdict, by topic."""
    names = {model: texts.name("model", model) for model in results.models}
    classes = {name: texts.name("class", name) for name in results.classes.names}
    found = {"compared": [], "errors": [], "calibration": [], "training": []}
    for pair, comparison in results.comparisons.items():
        pair_names = [names[model] for model in pair]
        if pair != results.pair:
            found["compared"].append(findings.verdict(comparison, *pair_names))
        found["compared"] += findings.differences(comparison, *pair_names)
        found["compared"] += findings.classes(comparison, *pair_names, classes)
    for model, name in names.items():
        measured = results.models[model]
        criterion = texts.name("criterion", measured.training.selection.criterion)
        if model in results.distinct:
            found["errors"].append(findings.errors(measured.predictions, name, classes))
            found["calibration"] += calibration_findings.calibration(measured.predictions, name, classes)
        found["training"].append(training_findings.training(measured.training, name, criterion))
        found["training"] += training_findings.temperature(measured.training, name)
    return found


def _candidates(results: Results, texts: Texts) -> dict:
    """What the section on the source model reads; nothing where there were no candidates."""
    ranking = results.candidates
    if not ranking:
        return {}
    if not ranking.ranked:
        return {"candidates_said": texts("candidates.said_none")}
    return {
        "candidates_said": texts.say(ranking.finding()),
        "candidate_chart": Markup(candidate_chart(ranking, texts)),
    }


def _unsure(results: Results, texts: Texts) -> dict:
    """What the section on when not to answer reads."""
    variables = unsure_variables(results, texts)
    return variables | {"unsure_chart": Markup(variables["unsure_chart"])}


def _learning_notes(results: Results, texts: Texts) -> list[str]:
    """What a reader of the learning curves has to know."""
    selections = [found.training.selection for found in results.models.values()]
    criterion = texts.name("criterion", selections[0].criterion)
    notes = [texts("learning.note", criterion=criterion)]
    notes += [
        texts("learning.solved", model=texts.name("model", model))
        for model, found in results.models.items()
        if found.training.selection.l2 is not None
    ]
    second = results.pair[1]
    if results.models[second].training.selection.l2 is None and results.models[second].training.curve.last:
        notes.append(texts("learning.altered", model=texts.name("model", second)))
    if any(selection.averaged for selection in selections):
        notes.append(texts("learning.diamond", criterion=criterion))
    if any(selection.l2 is None for selection in selections):
        notes.append(texts("learning.cooled", criterion=criterion))
    if any(selection.weighted for selection in selections):
        notes.append(texts("learning.weighted"))
    return notes


def _pictures(results: Results) -> dict:
    """What the gallery reads: predictions in one order of pictures, and the rows that it shows of them."""
    predictions = align({model: found.predictions for model, found in results.models.items()})
    differing = examples.disagreements(*(predictions[model] for model in results.pair))
    wrong = {model: examples.confident_errors(predictions[model]) for model in results.distinct}
    return {
        "predictions": predictions,
        "disagreements": differing[: examples.MOST_DISAGREEMENTS],
        "disagreement_count": len(differing),
        "errors": {model: rows[: examples.MOST_ERRORS] for model, rows in wrong.items()},
        "error_counts": {model: len(rows) for model, rows in wrong.items()},
    }
