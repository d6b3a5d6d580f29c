"""The page for suspect pictures: whole, safe and quiet, and what it hands back is a table that preprocess reads."""

import html
import json
import re

import pytest

from tests.report import specimen
from transfer.classes import Classes
from transfer.dataset.corrections_table import Correction, read_corrections
from transfer.report.review_page import Suspect, render_review

CLASSES = Classes(("cats", "dogs"), "dogs")
EVIL = 'train/</script><script>alert(1)</script>"&.jpg'
BEFORE = [
    {"id": "f0", "file": "train/f.jpg", "action": "drop", "label": "", "note": 'a "text", é'},
    {"id": "a1", "file": "train/a.jpg", "action": "keep", "label": "", "note": ""},
]


def page(language: str = "en", classes: Classes = CLASSES) -> str:
    """A page with three pictures, the first of which was corrected before."""
    suspects = [
        Suspect("a1", "train/a.jpg", "train", "cats", "dogs", 0.97, "label", {"cats": "c3", "dogs": "b2"}),
        Suspect("b2", "test/b.jpg", "test", "dogs", "dogs", 0.55, "ambiguous", {"dogs": "c3"}),
        Suspect("c3", EVIL, "validation", "dogs", "cats", 0.9, "label", {}, "train/twin.jpg"),
    ]
    pictures = {suspect.id: (specimen.picture(90), suspect.file) for suspect in suspects}
    return render_review(suspects, 1234, pictures, BEFORE, classes, language)


@pytest.mark.parametrize("language, said", [("en", "The 3 most suspect of 1234"), ("es", "Las 3 más dudosas de 1234")])
def test_it_loads_nothing_and_is_the_same_each_time(language, said):
    made = page(language)
    assert made == page(language) and said in html.unescape(made)
    assert not re.search(r"https?:|@import|url\(| on\w+=", re.sub(r"base64,[^\"]+", "", made))
    assert "default-src 'none'" in made and f'<html lang="{language}">' in made


def test_names_of_files_cannot_become_markup_and_the_data_is_whole():
    made = page()
    assert "alert(1)" in made and made.count("<script") == 2 and made.count("</script>") == 2
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*)</script>', made)[1])
    assert data["suspects"][2]["file"] == EVIL and data["pictures"]["c3"]["file"] == EVIL
    assert data["corrections"] == BEFORE and list(data["classes"]) == ["cats", "dogs"]


def test_keys_decide_and_the_table_that_is_saved_is_read(browser, tmp_path):
    (tmp_path / "review.html").write_text(page(), encoding="utf-8")
    shown = browser.new_page(accept_downloads=True)
    noise = []
    shown.on("console", lambda message: noise.append(message.text))
    shown.on("pageerror", lambda error: noise.append(str(error)))
    shown.goto((tmp_path / "review.html").as_uri())
    assert shown.locator("#cards > li").count() == 3
    beside = [shown.locator(".beside img").nth(place).bounding_box() for place in (0, 1)]
    assert beside[0]["x"] + beside[0]["width"] < beside[1]["x"]
    for key in ("s", "k", "d", "n"):  # each goes on to the next picture, but for the last
        shown.keyboard.press(key)
    shown.keyboard.type('no "cat", ü')
    shown.keyboard.press("Enter")
    with shown.expect_download() as download:
        shown.click("#save")
    download.value.save_as(tmp_path / "corrections.csv")
    assert read_corrections(tmp_path / "corrections.csv") == [
        Correction("f0", "train/f.jpg", "drop", "", 'a "text", é'),
        Correction("a1", "train/a.jpg", "relabel", "dogs", ""),
        Correction("b2", "test/b.jpg", "keep", "", ""),
        Correction("c3", EVIL, "drop", "", 'no "cat", ü'),
    ]
    shown.locator("#kinds button").nth(2).click()  # what may be either
    assert shown.locator("#cards > li:visible").count() == 1
    shown.keyboard.press("u")
    assert "2 of 3 decided" in shown.locator("#state").inner_text()
    shown.reload()
    assert "2 of 3 decided" in shown.locator("#state").inner_text() and noise == []


def test_a_class_beyond_the_ninth_is_chosen_from_a_list(browser, tmp_path):
    names = ("cats", "dogs", *(f"breed {number}" for number in range(10)))
    (tmp_path / "review.html").write_text(page(classes=Classes(names)), encoding="utf-8")
    shown = browser.new_page(accept_downloads=True)
    shown.goto((tmp_path / "review.html").as_uri())
    shown.locator("#cards select").first.select_option("breed 9")
    with shown.expect_download() as download:
        shown.click("#save")
    download.value.save_as(tmp_path / "corrections.csv")
    assert read_corrections(tmp_path / "corrections.csv")[1] == Correction(
        "a1", "train/a.jpg", "relabel", "breed 9", ""
    )
