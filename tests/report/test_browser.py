"""The report in a real browser: whole, quiet, legible on a phone and on a desk, in both themes.

Pages, screenshots and the PDF stay in .pytest_cache/d/report, to be looked at.
"""

import contextlib
from itertools import pairwise, product

import pytest

from tests.report import specimen
from transfer.report.page import render_page
from transfer.report.wording import LANGUAGES

SPECIMENS = {
    "binary": specimen.results,
    "five": lambda: specimen.of_classes(("bears", "cats", "dogs", "foxes", "rabbits")),
    "many": lambda: specimen.of_classes(
        tuple(f"breed {number:03d}" for number in range(120)), n=480, lacking="breed 007"
    ),
}


@pytest.fixture(scope="session")
def pages(request):
    folder = request.config.cache.mkdir("report")
    for (form, results), language in product(SPECIMENS.items(), LANGUAGES):
        (folder / f"{form}-{language}.html").write_text(render_page(results(), language), encoding="utf-8")
    return folder


def opened(browser, pages, language="en", width=1440, theme="light", form="binary"):
    """The page, and what it asked for or complained of while it was opened."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme)
    noise = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: request.url.startswith(("file:", "data:")) or noise.append(request.url))
    page.goto((pages / f"{form}-{language}.html").as_uri())
    return page, noise


def keep_screenshot(page, path):
    """Leave a picture to look at; that a busy machine may fail to take a long one is no fault of the page."""
    from playwright.sync_api import Error

    with contextlib.suppress(Error):
        page.screenshot(path=path, full_page=True)


FAST = {("binary", "en", 1440, "light"), ("five", "es", 360, "dark"), ("many", "es", 1440, "light")}
CHARTS = {"binary": 11, "five": 10, "many": 10}  # of full size


@pytest.mark.parametrize(
    "form, language, width, theme",
    [
        pytest.param(*look, marks=() if look in FAST else pytest.mark.slow)
        for look in product(SPECIMENS, LANGUAGES, [360, 1440], ["light", "dark"])
    ],
)
def test_quiet_whole_and_within_the_window(browser, pages, form, language, width, theme):
    page, noise = opened(browser, pages, language, width, theme, form)
    keep_screenshot(page, pages / f"{form}-{language}-{width}-{theme}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 1440:  # on a desk no table has to be scrolled sideways
        assert page.locator(".scroll").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
    charts = page.locator("svg.chart:not(.small)").evaluate_all(
        "all => all.map(svg => [svg.getBoundingClientRect().width, svg.querySelectorAll('polyline, circle').length])"
    )
    assert len(charts) == CHARTS[form] and all(width >= 200 and marks >= 2 for width, marks in charts)
    assert page.locator("img").evaluate_all("all => all.every(image => image.complete && image.naturalWidth > 0)")
    assert not noise
    page.close()


# The lightest text on its background; WCAG 2 asks for 4.5.
CONTRAST = """() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = rgb => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colours => {
    for (const colour of colours) { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); }
    return paint.getImageData(0, 0, 1, 1).data;
  };
  let worst = [21, ''];
  for (const element of document.querySelectorAll('body *')) {
    if (![...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())) continue;
    if (element.closest('title')) continue;
    const behind = [];
    for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const style = getComputedStyle(element), ink = element instanceof SVGElement ? style.fill : style.color;
    const pair = [light(rgb(behind)), light(rgb([...behind, ink]))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < worst[0]) worst = [ratio, element.outerHTML.slice(0, 120)];
  }
  return worst;
}"""


@pytest.mark.parametrize("form", ["binary", "five"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_stands_out_from_its_background(browser, pages, theme, form):
    page, _ = opened(browser, pages, theme=theme, form=form)
    ratio, where = page.evaluate(CONTRAST)
    assert ratio >= 4.5, where
    page.close()


@pytest.mark.parametrize("form", SPECIMENS)
def test_usable_by_keyboard_and_by_ear(browser, pages, form):
    page, _ = opened(browser, pages, width=360, form=form)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(heading => +heading.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1 and all(below <= above + 1 for above, below in pairwise(levels))
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    assert page.locator("table").count() == page.locator("table > caption").count()
    assert page.locator("svg.chart:not([role=img][aria-label])").count() == 0
    ids = page.locator("[id]").evaluate_all("all => all.map(element => element.id)")
    assert len(ids) == len(set(ids))
    for region in page.locator(".scroll").all():
        assert region.get_attribute("tabindex") == "0" and region.get_attribute("aria-label")
    page.close()


def test_the_table_of_classes_is_sorted_by_the_heading_that_is_clicked_and_back(browser, pages):
    page, noise = opened(browser, pages, form="many")
    recall, name = (page.locator(f"th[data-column='{column}'] button") for column in (3, 0))

    def column(place):
        return page.locator(f".by-class tbody tr > :nth-child({place + 1})").evaluate_all(
            "all => all.map(cell => cell.dataset.value)"
        )

    as_written = column(0)
    recall.click()
    values = column(3)
    assert values[-1] == "" and values[:-1] == sorted(values[:-1], key=float) != as_written
    recall.press("Enter")
    values = column(3)
    assert values[-1] == "" and values[:-1] == sorted(values[:-1], key=float, reverse=True)
    assert page.locator("th[aria-sort]").evaluate_all("all => all.map(head => head.ariaSort)") == ["descending"]
    name.click()
    assert column(0) == as_written and not noise
    assert page.get_by_text("Click a heading to sort by it.").is_visible()
    page.close()


def test_without_script_nothing_is_lacking_but_the_sorting(browser, pages):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((pages / "five-en.html").as_uri())
    assert page.locator(".by-class tbody tr").count() == 5 and page.locator("button").count() == 0
    assert not page.get_by_text("Click a heading to sort by it.").is_visible()
    context.close()


def test_paper_gets_the_light_theme_and_no_menu(browser, pages):
    page, _ = opened(browser, pages, theme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("nav").is_visible()
    assert page.pdf(path=pages / "en.pdf").startswith(b"%PDF")
    page.close()
