"""The page and the card of several classes of which none is positive, from three to 120."""

import base64
import hashlib
import re

import numpy as np
import pytest
import yaml

from tests.report import specimen
from transfer.analysis import examples
from transfer.analysis.per_class import confusion_table
from transfer.report import binary_form, forms, multiclass_form
from transfer.report.figures import shown
from transfer.report.model_card import render_card
from transfer.report.page import render_page
from transfer.report.wording import LANGUAGES

ANIMALS = ("bears", "cats", "dogs", "foxes", "rabbits")


def breeds(k: int) -> tuple[str, ...]:
    return tuple(f"breed {number:03d}" for number in range(k))


@pytest.fixture(scope="module")
def results():
    return specimen.of_classes(ANIMALS)


@pytest.fixture(scope="module")
def page(results):
    return render_page(results, "en")


def rows(page: str, section: str) -> dict[str, list[str]]:
    """The words of each row of a section's tables that has a class in its head."""
    (part,) = re.findall(rf'<section id="{section}".*?</section>', page, re.DOTALL)
    found = re.findall(r'<tr><th scope="row"[^>]*>([^<]*)</th>(.*?)</tr>', re.sub(r">\s+<", "><", part), re.DOTALL)
    return {name: [re.sub("<[^>]+>", " ", cell).strip() for cell in cells.split("</td>")] for name, cells in found}


def test_both_forms_have_what_the_report_asks_of_them():
    public = [
        {
            name
            for name, value in vars(form).items()
            if name.isupper() or getattr(value, "__module__", "") == form.__name__
        }
        for form in (binary_form, multiclass_form)
    ]
    named = set(re.findall(r"^    (\w+):", forms.form_of.__doc__, re.MULTILINE))
    assert all(named <= names for names in public)


def test_sections_come_in_the_order_that_readers_look_for(page):
    expected = [*multiclass_form.SECTIONS, "transfer", "efficiency", "made"]
    assert re.findall(r'<section id="(\w+)"', page) == expected
    assert re.findall(r'<a href="#(\w+)"', page) == expected
    assert "threshold" not in page.lower() and "positive" not in page.lower()


def test_each_class_has_the_figures_of_both_models_and_their_difference(page, results):
    found = rows(page, "classes")
    assert list(found) == list(ANIMALS)
    differences = {one.name: one for one in results.comparison.recall_by_class}
    for place, name in enumerate(ANIMALS):
        cells = found[name]
        assert cells[0] == str(results.models["head"].per_class[place].n) and 'class="strip"' in page
        for model, column in (("head", 2), ("finetuned", 3)):
            one = results.models[model].per_class[place]
            low, high = (f"{100 * end:.0f}" for end in (one.recall_interval.low, one.recall_interval.high))
            assert cells[column].split() == [f"{100 * one.recall:.1f}", "%", f"{low}\u2013{high}"]
            assert cells[column + 4].startswith(f"{100 * one.precision:.1f}")
            assert cells[column + 6] == f"{100 * one.f1:.1f}\u00a0%" and cells[column + 8] == f"{one.roc_auc:.4f}"
        gain = 100 * differences[name].recall.value
        assert cells[4].split()[0].replace("\u2212", "-") == (f"{gain:+.1f}" if gain else "0")
        p = differences[name].p_holm
        assert cells[5].replace("&lt;", "<") == ("< 0.001" if p < 0.001 else f"{p:.3f}")


def test_confusion_has_the_counts(page, results):
    tables = re.findall(r'<table class="matrix many.*?</table>', page, re.DOTALL)
    for table, found in zip(tables, results.models.values(), strict=True):
        counts = [int(cell or 0) for cell in re.findall(r"<td[^>]*>(\d*)</td>", table)]
        np.testing.assert_array_equal(np.reshape(counts, (5, 5)), confusion_table(found.predictions))


def test_the_pairs_confused_most_have_counts_of_each_model_and_pictures(page, results):
    (part,) = re.findall(r'<ul class="cards pairs">.*?</ul>', page, re.DOTALL)
    pairs = re.findall(r"<strong>(\w+) called (\w+)</strong>(.*?)</p>", part, re.DOTALL)
    tables = [confusion_table(found.predictions) for found in results.models.values()]
    sums = []
    for actual, predicted, words in pairs:
        place = ANIMALS.index(actual), ANIMALS.index(predicted)
        counts = [int(count) for count in re.findall(r"(\d+) of 60", words)]
        assert counts == [table[place] for table in tables]
        sums.append(sum(counts))
    total = sum(tables)
    np.fill_diagonal(total, 0)
    assert sums == sorted(sums, reverse=True) and sums[0] == total.max() and part.count("<img") >= 2


@pytest.mark.parametrize("k, tables, charts", [(12, 2, 24), (13, 2, 0), (30, 2, 0), (31, 0, 0)])
def test_what_cannot_be_read_of_many_classes_is_left_out(k, tables, charts):
    page = render_page(specimen.of_classes(breeds(k)), "en")
    assert page.count('<table class="matrix many') == tables
    assert page.count('class="chart small"') == charts
    assert "cards pairs" in page and ("too many classes for a table" in page) == (not tables)


@pytest.mark.parametrize("language", LANGUAGES)
def test_120_classes_with_large_pictures_stay_below_5_megabytes_and_a_class_that_is_lacking_has_dashes(language):
    shot = np.random.default_rng(0).integers(0, 256, 12_000, np.uint8).tobytes()  # as large as a busy thumbnail
    results = specimen.of_classes(breeds(120), n=480, lacking="breed 007", shot=shot)
    page = render_page(results, language)
    assert len(page.encode()) < 5_000_000 and page.count("<img") > 80
    cells = rows(page, "classes")["breed 007"]
    assert "breed 007.</strong>" in page and cells[0] == "0" and cells[2:6] == ["\u2013"] * 4
    text = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", page, flags=re.DOTALL)
    for written in (text, render_card(results, language)):
        assert not re.search(r"\{\w|\bnan\b|\bNone\b|Undefined", written)


def test_two_classes_without_a_positive_one_are_no_special_case():
    page = render_page(specimen.of_classes(("cats", "dogs")), "en")
    assert list(rows(page, "classes")) == ["cats", "dogs"] and "P(dogs)" not in page
    assert page.startswith("<!DOCTYPE html>") and "<h1>Cats and dogs: Head against Fine-tuned</h1>" in page


def test_a_third_model_has_its_confusion_and_its_curves_and_leaves_the_pair_side_by_side():
    clarity = (("head", 2.7), ("finetuned", 4.0), ("scratch", 1.0))
    page = render_page(specimen.of_classes(ANIMALS, clarity=clarity), "en")
    assert "Head is more accurate than From scratch" in page
    assert page.count('<table class="matrix many') == 3 and page.count('class="line m2"') >= 10
    assert all(len(cells) == 13 for cells in rows(page, "classes").values())  # the last is what follows the last cell


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_loaded_and_the_one_script_is_the_one_that_sorts(results, language):
    page = render_page(results, language)
    assert not re.search(r"https?:|//\w|@import|url\(| on\w+=", re.sub(r"base64,[^\"]+", "", page))
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    policy = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{policy}'\"" in page


def test_names_of_classes_cannot_become_markup():
    evil = '</script><script>alert(1)</script>"&'
    page = render_page(specimen.of_classes((evil, "b", "c")), "en")
    assert page.count("<script>") == 1 and "&lt;script&gt;" in page


def test_the_page_names_the_class_that_was_called_and_how_likely_the_actual_one_was(page, results):
    head = results.models["head"].predictions
    row = examples.confident_errors(head)[0]
    said = f"Head: {head.predicted_names[row]} ({head.probability[row]:.3f}), wrong; actual class "
    assert said + f"{head.actual_probability[row]:.3f}" in page


def test_the_card_has_the_metrics_and_the_classes_in_the_order_of_the_output(results):
    card = render_card(results, "en")
    front = yaml.safe_load(card.split("---\n")[1])
    for entry in front["model-index"]:
        got = {metric["type"]: metric["value"] for metric in entry["results"][0]["metrics"]}
        metrics = results.models[entry["name"]].metrics
        assert got == {key: getattr(metrics, key) for key in shown(metrics)} and "balanced_accuracy" in got
    assert [line.split("|")[1].strip() for line in card.splitlines() if line.count("|") == 5][2:7] == list(ANIMALS)
    assert "bears, cats, dogs, foxes and rabbits" in card and "P(" not in card
    assert "into 120 classes" in render_card(specimen.of_classes(breeds(120), n=480, lacking="breed 007"), "en")
