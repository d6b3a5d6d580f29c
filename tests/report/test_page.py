"""The report and the model card: in order, complete, safe, and the same bytes each time."""

import dataclasses
import os
import re
import subprocess
import sys

import numpy as np
import pytest
import yaml

from tests.analysis.made import predictions
from tests.report import specimen
from tests.wiring import ROOT
from transfer.analysis import paired
from transfer.analysis.selection_record import LOG_LOSS, Selection
from transfer.analysis.training import Training
from transfer.classes import Classes
from transfer.errors import InputError
from transfer.report import result_files
from transfer.report.figures import shown
from transfer.report.model_card import render_card
from transfer.report.page import render_page
from transfer.report.verdict import verdict
from transfer.report.wording import LANGUAGES, Texts

SECTIONS = [
    "verdict",
    "metrics",
    "confusion",
    "learning",
    "ranking",
    "thresholds",
    "unsure",
    "gallery",
    "data",
    "transfer",
    "efficiency",
    "made",
]


@pytest.fixture(scope="module")
def results():
    return specimen.results()


@pytest.fixture(scope="module")
def page(results):
    return render_page(results, "en")


def test_sections_come_in_the_order_that_readers_look_for(page):
    assert re.findall(r'<section id="(\w+)"', page) == SECTIONS
    assert re.findall(r'<a href="#(\w+)"', page) == SECTIONS


def test_a_section_without_content_is_left_out(results):
    dataset = dataclasses.replace(results.dataset, sheets={}, alike=(0, b""))
    bare = dataclasses.replace(results, transfer=None, efficiency={}, pictures={}, dataset=dataset)
    page = render_page(bare, "en")
    assert "<img" not in page
    for name in ("transfer", "efficiency"):
        assert f'href="#{name}"' not in page and f'id="{name}"' not in page


def test_every_figure_is_there(page, results):
    for found in results.models.values():
        assert f"{100 * found.metrics.accuracy:.1f}\u00a0%" in page and f"{found.metrics.log_loss:.4f}" in page
        for count in vars(found.metrics.confusion).values():
            assert f">{count}<small>" in page
    assert page.count('class="chart"') == 3 + 2 + 3 + 2 + 1
    for name, value in (("finetune.<wbr>learning_<wbr>rate", "0.0003"), ("tensorflow-cpu", "2.21.0")):
        assert re.search(f"{name}</th><td>{value}", page)
    assert "make repro" in page and "near_duplicate" in page


def test_shares_that_were_missed_and_groups_that_names_suggest_are_told(results):
    counts = results.dataset.summary["counts"] | {"validation": {"cats": 38, "dogs": 30}}
    page = render_page(specimen.with_summary(counts=counts, suggested_group=r"(p\d+)<"), "en")
    assert (
        "Of each class 20\u00a0% was asked for in validation; it has 38 of 188 (cats), 30 of 180 (dogs). A hash" in page
    )
    assert "split.group=&#39;(p\\d+)&lt;&#39;" in page
    spanish = render_page(specimen.with_summary(counts=counts, groups=9), "es")
    assert "hay 38 de 188 (gatos), 30 de 180 (perros). Un hash sortea grupos enteros." in spanish
    met = render_page(specimen.with_summary(drawn={}), "en")
    assert "was asked for" not in met and "split.group=" not in met


def test_groups_that_names_and_features_hint_at_are_told_once():
    page = render_page(specimen.with_group_hint(r"(p\d+)<"), "en")
    assert "93\u00a0% of the train and validation pictures look nearly like one of the same group" in page
    assert "split.group=&#39;(p\\d+)&lt;&#39;" in page and "By their file names" not in page
    page = render_page(specimen.with_group_hint(""), "es")
    assert "93\u00a0% de las de entrenamiento y validación" in page and "split.group=" not in page


def test_corrections_by_hand_are_counted_by_split():
    counts = {"train": {"relabel": 3, "drop": 1, "keep": 0}, "test": {"relabel": 0, "drop": 0, "keep": 2}}
    results = specimen.with_summary(corrections=counts | {"all": 6})
    said = {language: render_page(results, language) for language in LANGUAGES}
    assert (
        "Corrected by hand (data/corrections.csv): in train 3 with another class, 1 left out, 0 kept as they are; "
        "in test 0 with another class, 0 left out, 2 kept as they are." in said["en"]
    )
    assert "en entrenamiento, con otra clase 3, fuera 1, sin cambios 0" in said["es"]
    assert "data/corrections.csv" not in render_page(specimen.results(), "en")


def test_cut_offs_that_few_pictures_decide_are_told():
    page = render_page(specimen.in_doubt(), "en")
    assert "This cut-off hangs on 3 of 30 validation pictures" in page
    assert "5 validation pictures are too few for such a cut-off" in page
    assert "cut-off hangs" not in render_page(specimen.results(), "en")


def test_originals_of_one_size_are_said_to_be_so():
    same, other = {"min": 96, "median": 96.0, "max": 96}, {"min": 90, "median": 95.5, "max": 96}
    page = render_page(specimen.with_summary(size={"width": same, "height": same}), "en")
    assert "All originals are 96 x 96 pixels." in page
    page = render_page(specimen.with_summary(size={"width": other, "height": same}), "en")
    assert "Originals are 90 to 96 pixels wide (median 95.5) and 96 to 96 high (median 96)." in page


def test_pictures_that_look_like_one_across_splits_are_shown(page, results):
    assert "Pairs that the backbone sees as nearly one, each side by side, the nearest first: 2 " in page
    dataset = dataclasses.replace(results.dataset, alike=(0, b""))
    assert "sees as nearly one" not in render_page(dataclasses.replace(results, dataset=dataset), "en")


@pytest.mark.parametrize(
    "language, said", [("en", "as they came: 3. With another class: 3;"), ("es", "no cuentan como llegaron: 3.")]
)
def test_test_labels_that_were_changed_by_hand_are_told_with_both_figures(language, said):
    changed = specimen.with_hand_labels()
    before, after = (getattr(changed.hand_labels, when)["head"].accuracy for when in ("before", "after"))
    assert before < after
    for text in (render_page(changed, language), render_card(changed, language)):
        assert said in text and f"{100 * before:.1f}\u00a0%" in text and f"{100 * after:.1f}\u00a0%" in text
    assert "corrections.csv" not in render_page(specimen.results(), language)


def test_equal_models_yield_no_difference_shown():
    page = render_page(specimen.results(alike=True), "en")
    assert "No difference in accuracy is shown between Head and Fine-tuned" in page
    assert "more accurate" not in page and "_better" not in page


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_loaded_and_no_script_runs(results, language):
    page = render_page(results, language)
    assert not re.search(r"https?:|//\w|<script|@import|url\(| on\w+=", re.sub(r"base64,[^\"]+", "", page))
    assert f'<html lang="{language}">' in page and "default-src 'none'" in page


@pytest.mark.slow
def test_the_same_bytes_whatever_the_hash_seed(tmp_path):
    """In a process with another seed of hashes than this one's, which is random unless it is set."""
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    command = [sys.executable, "-m", "tests.report.specimen", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
    written = {path.name: path.read_text(encoding="utf-8") for path in sorted(tmp_path.iterdir())}
    specimens = {"": specimen.results(), "-five": specimen.of_classes(("bears", "cats", "dogs", "foxes", "rabbits"))}
    expected = {}
    for form, results in specimens.items():
        expected |= {f"{language}{form}.html": render_page(results, language) for language in LANGUAGES}
        expected |= {f"{language}{form}.md": render_card(results, language) for language in LANGUAGES}
    assert written == expected


def test_it_stays_below_5_megabytes_with_many_large_pictures():
    noise = np.random.default_rng(0).integers(0, 256, (160, 160, 3), np.uint8)
    shot = noise.tobytes()[:12_000]  # as large as a busy thumbnail
    page = render_page(specimen.results(n=1000, clarity=(("head", 1.5), ("finetuned", 2.0)), shot=shot), "en")
    assert page.count("<img") > 80 and len(page.encode()) < 5_000_000


def test_names_of_files_and_classes_cannot_become_markup(results):
    evil = '<script>alert(1)</script>"&'
    models = {}
    for model, found in results.models.items():
        files = np.full(len(found.predictions), evil, object)
        hostile = dataclasses.replace(found.predictions, files=files, classes=Classes((evil, "dogs"), "dogs"))
        models[model] = dataclasses.replace(found, predictions=hostile)
    counts = {split: {evil: 1, "dogs": 1} for split in ("train", "validation", "test")}
    dataset = dataclasses.replace(results.dataset, summary=results.dataset.summary | {"counts": counts})
    page = render_page(dataclasses.replace(specimen.with_models(results, **models), dataset=dataset), "en")
    assert "<script" not in page and "&lt;script&gt;" in page


def test_different_test_pictures_are_refused(results):
    found = results.models["finetuned"]
    fewer = dataclasses.replace(found, predictions=found.predictions.take(np.arange(1, len(found.predictions))))
    with pytest.raises(InputError, match="1 only in head"):
        render_page(specimen.with_models(results, finetuned=fewer), "en")


def test_a_third_model_has_its_column_its_curves_and_its_comparison():
    clarity = (("head", 2.7), ("finetuned", 4.0), ("scratch", 0.5))
    page = render_page(specimen.results(clarity=clarity), "en")
    assert "Head is more accurate than From scratch" in page
    assert page.count('class="line m2"') >= 5 and page.count(">From scratch</th>") == 3


def test_extreme_results_are_drawn_too(results):
    """A perfect model, one that was not trained, and a class that is never called."""
    actual = np.arange(20) % 2
    perfect = Training(specimen.curve(3, (0.7, 0.0), (0.0, 1.0)), Selection(LOG_LOSS, 0.0, 3), 64)
    untrained = Training(specimen.curve(0, (0.0, 0.0), (1.0, 1.0)), Selection(LOG_LOSS, 0.0, 0), 32)
    models = {
        "head": specimen.results_of(perfect, *[predictions(actual, actual)] * 2),
        "finetuned": specimen.results_of(untrained, *[predictions(actual, np.zeros(20))] * 2),
    }
    comparison = paired.compare(*(found.predictions for found in models.values()), 7)
    comparisons = {("head", "finetuned"): comparison}
    extreme = dataclasses.replace(results, models=models, comparisons=comparisons, pictures={})
    page = render_page(extreme, "es")
    assert "«Cabeza» acierta más que «Ajuste fino»" in page and not re.search(r"\b(nan|inf)\b", page)


def test_the_model_card_has_the_front_matter_that_hubs_read(results):
    card = render_card(results, "en")
    front = yaml.safe_load(card.split("---\n")[1])
    assert front["library_name"] == "keras" and front["pipeline_tag"] == "image-classification"
    for entry in front["model-index"]:
        (result,) = entry["results"]
        got = {metric["type"]: metric["value"] for metric in result["metrics"]}
        assert got == {
            key: getattr(results.models[entry["name"]].metrics, key) for key in shown(results.models["head"].metrics)
        }
    for heading in ("## Intended use", "## Limits", "## Training data", "## Evaluation", "## To reproduce"):
        assert heading in card
    assert "drawings made by code" in card
    assert "drawings made by code" not in render_card(specimen.from_source("local"), "en")


@pytest.mark.parametrize("better", ["head", "finetuned"])
def test_the_model_card_loads_the_model_that_the_verdict_recommends(better):
    clarity = tuple((model, 4.0 if model == better else 1.0) for model in ("head", "finetuned"))
    card = render_card(specimen.results(clarity=clarity), "en")
    name = {"head": "Head", "finetuned": "Fine-tuned"}[better]
    assert f"For pictures like these, use {name}." in card
    assert f'load_model("models/{better}/model.keras")' in card


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_fine_tuning_kept_nothing_the_verdict_says_so_everywhere(language, tmp_path):
    results = specimen.results(alike=True)
    before = render_page(results, language)
    trained = results.models["finetuned"].training
    selection = dataclasses.replace(trained.selection, epoch=0, averaging_weight=1.0)
    unchanged = dataclasses.replace(
        results.models["finetuned"], training=dataclasses.replace(trained, selection=selection)
    )
    results = specimen.with_models(results, finetuned=unchanged)
    said = Texts(language)("verdict.unchanged", first=Texts(language).name("model", "head"), second="XX").split("XX")
    page = render_page(results, language)
    for text in (page, render_card(results, language)):
        assert all(part.strip() in text for part in said)
    # What is said of one is not said again of the other.
    second = Texts(language).name("model", "finetuned")
    for key in ("gallery.errors", "thresholds.caption"):
        assert Texts(language)(key, model=second) not in page and Texts(language)(key, model=second) in before
    result_files.write_report(tmp_path, results, "en")
    assert "so Fine-tuned is Head unchanged." in (tmp_path / "results.txt").read_text()
    assert "is Head unchanged" not in render_page(specimen.results(), "en")
    curve = dataclasses.replace(trained.curve, epoch=trained.curve.epoch[:1])
    training = dataclasses.replace(trained, selection=selection, curve=curve)
    untrained = dataclasses.replace(results.models["finetuned"], training=training)
    said = verdict(specimen.with_models(results, finetuned=untrained), Texts("en"))
    assert "Fine-tuning was given no epochs, so Fine-tuned is Head unchanged." in said
