"""The page on which a model is tried: whole, quiet, and true to what the model said."""

import base64
import html
import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.report import specimen
from transfer.analysis.cut_offs import AMBIGUOUS, UNLIKE
from transfer.classes import Classes
from transfer.report.demo_page import SHOWN, render_answer, render_demo

CLASSES = Classes(("cats", "dogs"), "dogs")
PICTURE = specimen.picture(90)


def page(language: str = "en", classes: Classes = CLASSES) -> str:
    return render_demo(classes, language)


def answer(language: str = "en", unsure: str = "", classes: Classes = CLASSES, likeliest: int = 1) -> dict:
    """What is shown of one picture, of which the class at `likeliest` is called."""
    probabilities = np.full(len(classes), 0.1 / (len(classes) - 1), np.float32)
    probabilities[likeliest] = 0.9
    heat = np.linspace(-1, 1, 49).reshape(7, 7)
    return render_answer(classes, classes.names[likeliest], probabilities, unsure, PICTURE, heat, language)


@pytest.mark.parametrize("language, said", [("en", "Cats and dogs: try"), ("es", "Gatos y perros: pruebe")])
def test_it_loads_nothing_and_sends_pictures_to_nowhere_else(language, said):
    made = page(language)
    assert said in html.unescape(made) and f'<html lang="{language}">' in made
    assert not re.search(r"https?:|@import|url\(| on\w+=", made)
    assert "default-src 'none'; connect-src 'self'" in made


def test_names_of_classes_cannot_become_markup():
    made = page(classes=Classes(("</script><script>alert(1)</script>", "dogs")))
    assert made.count("<script") == 2 and made.count("</script>") == 2


@pytest.mark.parametrize(
    "unsure, language, said",
    [
        ("", "en", ""),
        (AMBIGUOUS, "en", "Unsure: not exactly one class is likely enough."),
        (UNLIKE, "es", "Dudosa: no se parece a las imágenes de entrenamiento."),
    ],
)
def test_an_answer_has_the_class_the_probabilities_and_the_doubt(unsure, language, said):
    found = answer(language, unsure)
    names = ["dogs", "cats"] if language == "en" else ["perros", "gatos"]
    assert found["predicted"] == names[0] and found["unsure"] == said
    assert [name for name, _ in found["likeliest"]] == names
    assert [share for _, share in found["likeliest"]] == pytest.approx([0.9, 0.1])
    seen, heat = (
        Image.open(BytesIO(base64.b64decode(found[key].removeprefix("data:image/jpeg;base64,"))))
        for key in ("picture", "heat")
    )
    assert seen.size == heat.size == Image.open(BytesIO(PICTURE)).size
    assert np.abs(np.asarray(seen, float) - np.asarray(heat, float)).max() > 30


def test_of_many_classes_the_likeliest_are_shown_those_that_are_equal_in_their_order():
    found = answer(classes=Classes(tuple(f"breed {number}" for number in range(9))), likeliest=7)
    assert [name for name, _ in found["likeliest"]] == ["breed 7", "breed 0", "breed 1", "breed 2", "breed 3"]
    assert len(found["likeliest"]) == SHOWN
