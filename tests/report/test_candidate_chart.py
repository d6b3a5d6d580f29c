"""The candidates for the source model, on the page and as a picture."""

import re

from PIL import Image

from tests.report import specimen
from transfer.report.candidate_chart import candidate_chart, write_png
from transfer.report.page import render_page
from transfer.report.wording import Texts

NAMES = ("good", "likewise", "poor")


def test_every_candidate_is_drawn_and_described():
    results = specimen.with_candidates(*NAMES)
    svg = candidate_chart(results.candidates, Texts("en"))
    assert svg.count("<circle") == 3
    for one in results.candidates.ranked:
        assert f">{one.candidate.name}</text>" in svg
        assert f"{one.candidate.name}: log-loss {one.log_loss:.3f} (" in svg
    heights = [float(cy) for cy in re.findall(r'cy="([\d.]+)"', svg)]
    assert heights == sorted(heights, reverse=True)  # the slowest first, which here is the best: lower is lower
    names = [float(y) for y in re.findall(r'<text class="end \w+" x="[\d.]+" y="([\d.]+)"', svg)]
    assert [name < dot for name, dot in zip(names, heights, strict=True)] == [True, False, True]  # above, below, above


def test_the_page_says_who_is_best_and_what_could_not_be_had():
    page = render_page(specimen.with_candidates(*NAMES), "en")
    assert "good has the lowest log-loss of 3 candidates" in page
    assert "resnet50 was left out: offline. Once it can be had" in page
    assert "None of the candidates could be had" in render_page(specimen.with_candidates(), "en")
    assert 'id="candidates"' not in render_page(specimen.results(), "en")


def test_the_picture_has_the_same_bytes_again(tmp_path):
    ranking = specimen.with_candidates(*NAMES).candidates
    for name in ("a.png", "b.png"):
        write_png(tmp_path / name, ranking)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert Image.open(tmp_path / "a.png").size == (880, 506)
