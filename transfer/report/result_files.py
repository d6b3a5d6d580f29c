"""The files in metrics/, plots/ and reports/, from what a run found."""

import json
from pathlib import Path

import numpy as np

from transfer.analysis import findings
from transfer.analysis.learning_curve import side_by_side
from transfer.analysis.metrics import measure
from transfer.analysis.per_class import write_per_class
from transfer.analysis.predictions import Predictions
from transfer.report import results_png
from transfer.report.candidate_chart import write_png
from transfer.report.forms import form_of
from transfer.report.model_card import render_card
from transfer.report.page import render_page
from transfer.report.results import Results
from transfer.report.table import text_table
from transfer.report.verdict import advice, verdict
from transfer.report.wording import Texts, plain

VALIDATION_FIGURES = ("accuracy", "accuracy_low", "accuracy_high", "log_loss", "roc_auc", "roc_auc_ovr", "n")


def write_metrics(folder: Path, results: Results) -> None:
    """Write MODEL.json for each model, validation.json, comparison.json and unsure.json.

    If asked for, also transfer.json and backbones.json; labels.json where test labels were changed by hand.
    """
    content = {model: found.metrics.to_json() for model, found in results.models.items()}
    content["validation"] = {model: validation_figures(found.validation) for model, found in results.models.items()}
    content["unsure"] = {model: found.doubt.to_json() for model, found in results.models.items()}
    recommended = findings.recommended(results.comparison, *results.pair)
    content["comparison"] = results.comparison.to_json() | {"recommended": recommended}
    if results.candidates:
        content["backbones"] = results.candidates.to_json()
    if results.hand_labels:
        content["labels"] = results.hand_labels.to_json()
    if results.transfer:
        content["transfer"] = results.transfer.to_json()
    for name, values in content.items():
        (folder / f"{name}.json").write_text(json.dumps(values, indent=2) + "\n")


def validation_figures(validation: Predictions) -> dict[str, float]:
    """What experiments are ranked by: figures on the pictures that chose, and how many those are."""
    content = measure(validation).to_json()
    return {key: content[key] for key in VALIDATION_FIGURES if key in content}


def write_plots(folder: Path, results: Results, language: str) -> None:
    """Write a folder of tables for each model, those that have all models side by side, and results.png.

    language: of the words in results.png
    """
    for model, found in results.models.items():
        (folder / model).mkdir()
        found.predictions.write(folder / model / "predictions.csv")
        found.validation.write(folder / model / "validation.csv")
        found.training.curve.write(folder / model / "history.csv")
        write_per_class(folder / model / "per_class.csv", found.per_class)
        for name, table in (found.curves.tables() | {"risk_coverage": found.doubt.table()}).items():
            table.to_csv(folder / model / f"{name}.csv", index=False, lineterminator="\n")
    curves = side_by_side({model: found.training.curve for model, found in results.models.items()})
    curves.to_csv(folder / "learning_curves.csv", index=False, na_rep="nan", lineterminator="\n")
    if results.efficiency:
        (folder / "sample_efficiency").mkdir()
    for model, table in results.efficiency.items():
        table.to_csv(folder / "sample_efficiency" / f"{model}.csv", index=False, lineterminator="\n")
    if results.candidates and results.candidates.ranked:
        write_png(folder / "backbones.png", results.candidates)
    results_png.write(folder / "results.png", results, Texts(language))


def write_report(folder: Path, results: Results, language: str) -> None:
    """Write index.html, model_card.md and, for terminals, results.txt, all in `language`.

    In the multiclass form also probabilities/MODEL.npy, float32 (n, K), in the order of predictions.csv.
    """
    texts = Texts(language)
    said = (verdict(results, texts), advice(results, texts))
    metrics = {model: found.metrics for model, found in results.models.items()}
    table = text_table(metrics, form_of(results.classes).details(results, texts), " ".join(said), texts)
    if results.candidates and results.candidates.ranked:
        table += f"\n\n{plain(texts.say(results.candidates.finding()))}"
    (folder / "results.txt").write_text(table + "\n", encoding="utf-8")
    (folder / "index.html").write_text(render_page(results, language), encoding="utf-8")
    (folder / "model_card.md").write_text(render_card(results, language), encoding="utf-8")
    for model, found in results.models.items():
        if found.predictions.probabilities is not None:
            (folder / "probabilities").mkdir(exist_ok=True)
            np.save(folder / "probabilities" / f"{model}.npy", found.predictions.probabilities)
