"""Charts: marks lie where their values are, and what training selected is marked as that."""

import dataclasses
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.made import training
from tests.report import specimen
from transfer.analysis.intervals import Interval
from transfer.analysis.paired import Difference
from transfer.analysis.selection_record import WEIGHTED_LOG_LOSS
from transfer.report.charts import ranking_charts
from transfer.report.difference_chart import difference
from transfer.report.learning_charts import learning
from transfer.report.page import render_page
from transfer.report.svg import Box, Panel, Scale, picture
from transfer.report.wording import LANGUAGES, Texts


def test_marks_lie_where_their_values_are():
    panel = Panel(Scale("x", 0, 10, [(5, "5")]), Scale("y", 1, 100, [], np.log10), Box(20, 30, 100, 50))
    panel.line([0, 10], [1, 100], "line")
    panel.dot(5, 10, "dot", tip="<half>")
    svg = picture([panel], (140, 100), 'A "title"', "and more")
    assert 'points="0,50 100,0"' in svg and 'cx="50" cy="25"' in svg
    assert 'aria-label="A &quot;title&quot;. and more"' in svg and "<title>&lt;half&gt;</title>" in svg


def test_a_diamond_lies_around_its_value():
    panel = Panel(Scale("x", 0, 10, []), Scale("y", 0, 10, []), Box(0, 0, 100, 50))
    panel.diamond(5, 5, "diamond", 6, "<average>")
    svg = picture([panel], (100, 50), "", "")
    assert '<path class="diamond" d="M50,25m-6,0l6,-6 6,6 -6,6z"><title>&lt;average&gt;</title></path>' in svg


def marks(svg: str, css: str) -> list[tuple[float, float]]:
    """Where the marks of a class are, user units."""
    found = re.findall(rf'<circle class="{css}" cx="([\d.]+)" cy="([\d.]+)"', svg)
    found += re.findall(rf'<path class="{css}" d="M([\d.]+),([\d.]+)m', svg)
    return [(float(x), float(y)) for x, y in found]


@pytest.mark.parametrize("measure", ["accuracy", "loss"])
def test_the_ring_is_on_the_epoch_that_training_selected_not_on_the_lowest_of_the_unweighted_curve(measure):
    """Under class weights epoch 3 was selected, while the unweighted log-loss is lowest at epoch 2."""
    trained = training([0.5, 0.4, 0.2, 0.3, 0.35], 3, selected_loss=0.123, criterion=WEIGHTED_LOG_LOSS)
    svg = learning({"head": trained}, measure, Texts("en"))
    dots = marks(svg, "dot m0")
    assert marks(svg, "ring m0") == [dots[3]] and not marks(svg, "diamond m0")
    assert "at epoch 3, which was selected" in svg


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_average_is_a_point_of_its_own_between_the_two_epochs_at_its_own_loss(language):
    averages = {0.0: 0.4, 0.25: 0.2, 1.0: 0.3}
    trained = training([0.4, 0.5, 0.3, 0.45], 2, averages=averages, weight=0.25, selected_loss=0.2)
    svg = learning({"head": trained}, "loss", Texts(language))
    dots = marks(svg, "dot m0")
    ((x, y),) = marks(svg, "diamond m0")
    assert not marks(svg, "ring m0")
    assert x == pytest.approx(0.75 * dots[0][0] + 0.25 * dots[2][0], abs=0.1)
    (scale,) = re.findall(r'<text class="tick y" x="-6" y="([\d.]+)">0\.2</text>', svg)
    assert y == float(scale) > max(height for _, height in dots)
    assert "0.200" in svg and "25\u00a0%" in svg
    accuracy = learning({"head": trained}, "accuracy", Texts(language))
    assert not marks(accuracy, "ring m0") and not marks(accuracy, "diamond m0") and "25\u00a0%" in accuracy


@pytest.mark.parametrize("n, enlarged", [(300, 0), (498, 0), (500, 2)])
def test_the_corner_is_enlarged_only_where_a_tenth_of_each_axis_holds_25_pictures(n, enlarged):
    drawn = ranking_charts(specimen.results(n=n), Texts("en"))
    assert sum("corner, enlarged" in svg for svg in drawn.values()) == enlarged


@given(
    st.floats(-0.2, 0.2),
    st.floats(1e-4, 0.2),
    st.sampled_from(["accuracy", "log_loss", "roc_auc"]),
)
def test_the_ticks_of_a_difference_never_touch(value, half, measure):
    found = Difference(value, Interval(value - half, value + half))
    comparison = dataclasses.replace(specimen.results().comparison, **{measure: found})
    svg = difference(comparison, measure, "Head", "Fine-tuned", Texts("en"))
    ticks = [(float(x), words) for x, words in re.findall(r'<text class="tick x" x="([\d.]+)"[^>]*>([^<]*)<', svg)]
    assert len(ticks) >= 3 and any(words == "0" for _, words in ticks)
    for (left, before), (right, after) in pairwise(ticks):
        assert right - left >= 3.5 * (len(before) + len(after)) + 4  # characters are up to 7 units wide


def test_ring_diamond_text_and_caption_agree():
    page = render_page(specimen.results(), "en")
    assert len(marks(page, "ring m0")) == 2 and len(marks(page, "diamond m1")) == 1 and not marks(page, "ring m1")
    assert "An average of the weights of both, in which epoch 5 counts 75\u00a0%, gave 0.085; it was selected." in page
    assert "Head is solved, not stopped" in page and "Fine-tuned is solved" not in page
    assert "A diamond marks an average" in page and "without class weights" not in page


def test_the_caption_names_the_criterion():
    results = specimen.results()
    selection = dataclasses.replace(results.models["head"].training.selection, criterion=WEIGHTED_LOG_LOSS)
    trained = dataclasses.replace(results.models["head"].training, selection=selection)
    weighted = dataclasses.replace(results.models["head"], training=trained)
    page = render_page(specimen.with_models(results, head=weighted), "en")
    assert "the one with the lowest validation class-weighted log-loss" in page
    assert "The curves are without class weights" in page


def test_no_diamond_is_explained_where_none_is_drawn():
    results = specimen.results()
    head = results.models["head"]
    trained = dataclasses.replace(results.models["finetuned"], training=head.training)
    page = render_page(specimen.with_models(results, finetuned=trained), "en")
    assert "diamond marks" not in page and 'class="diamond' not in page
