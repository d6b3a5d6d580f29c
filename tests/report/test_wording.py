"""The texts: complete in each language, with the same gaps, and none that nobody reads."""

import dataclasses
import re
from string import Formatter

import pytest

from tests.report import specimen
from tests.report.test_demo_page import answer as demo_answer
from tests.report.test_demo_page import page as demo_page
from tests.report.test_review_page import page as review_page
from transfer.analysis.cut_offs import AMBIGUOUS, UNLIKE
from transfer.analysis.selection_record import WEIGHTED_LOG_LOSS
from transfer.analysis.threshold import ThresholdRule
from transfer.dataset.reasons import REASONS
from transfer.report import result_files
from transfer.report.model_card import render_card
from transfer.report.page import render_page
from transfer.report.wording import LANGUAGES, Texts, plain, typeset

OTHERS = [language for language in LANGUAGES if language != "en"]
# Which of these is said depends on the numbers: tests/analysis/test_findings.py goes through them.
RULED = ("reason.", "verdict.", "advice.", "differences.", "errors.", "calibration.", "training.", "candidates.said")


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_english_and_spanish_are_there():
    assert set(LANGUAGES) >= {"en", "es"}


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_is_missing_and_all_have_the_same_gaps(language):
    english, other = Texts("en").words, Texts(language).words
    assert list(other) == list(english)
    for key, text in english.items():
        assert isinstance(other[key], str) and other[key].strip(), key
        if not key.endswith(("_better",)):  # a language may leave out what its sentence does not need
            assert gaps(other[key]) == gaps(text), key


def test_every_text_is_read(monkeypatch, tmp_path):
    read = set()
    words = Texts("en").words

    class Watched(dict):
        def __getitem__(self, key):
            read.add(key)
            return super().__getitem__(key)

        def get(self, key, default=None):
            read.add(key)
            return super().get(key, default)

    def watch(self, language):
        self.language, self.words = language, Watched(words)

    monkeypatch.setattr(Texts, "__init__", watch)
    three = (("head", 2.7), ("finetuned", 4.0), ("scratch", 1.5))
    weighted = specimen.results()
    selection = dataclasses.replace(weighted.models["head"].training.selection, criterion=WEIGHTED_LOG_LOSS)
    training = dataclasses.replace(weighted.models["head"].training, selection=selection)
    weighted = specimen.with_models(weighted, head=dataclasses.replace(weighted.models["head"], training=training))
    for results in (
        specimen.results(clarity=three),
        specimen.results(rejects=0, alike=True),
        weighted,
        specimen.results(n=600),  # enough for an enlarged corner
        dataclasses.replace(specimen.results(), positive_by_default=True),
        specimen.with_hand_labels(),
        specimen.with_summary(corrections={"train": {"relabel": 2, "drop": 1, "keep": 0}, "all": 3}),
        specimen.with_summary(groups=9, suggested_group="(person)"),
        *(specimen.with_group_hint(pattern) for pattern in ("(person)", "")),
        specimen.with_summary(size={side: {"min": 96, "median": 96.0, "max": 96} for side in ("width", "height")}),
        specimen.of_classes(("bears", "cats", "dogs", "foxes", "rabbits")),
        specimen.of_classes(tuple(f"breed {number}" for number in range(40)), lacking="breed 7"),
        *(dataclasses.replace(specimen.results(), threshold_rule=ThresholdRule(None, cost)) for cost in (None, 5.0)),
        *(specimen.with_candidates(*names) for names in ((), ("a",), ("a", "b"))),
        specimen.in_doubt(),
        *(specimen.from_source(source) for source in ("local", "url", "google_drive", "dvc", "huggingface", "kaggle")),
    ):
        result_files.write_report(tmp_path, results, "en")
    review_page("en")
    demo_page("en")
    for unsure in (AMBIGUOUS, UNLIKE):
        demo_answer("en", unsure)
    unread = set(words) - read
    assert not {key for key in unread if not key.startswith(RULED) or key.endswith(".heading")}


def test_reasons_of_rejects_have_their_meaning_in_each_language():
    english, spanish = Texts("en"), Texts("es")
    assert {reason: english(f"reason.{reason}") for reason in REASONS} == {
        key: said for key, (said, _) in REASONS.items()
    }
    page = render_page(specimen.with_summary(rejects=dict.fromkeys(REASONS, 1) | {"all": len(REASONS)}), "es")
    for reason in REASONS:
        assert f"<code>{reason}</code><small>{spanish(f'reason.{reason}')}</small>" in page
        assert english(f"reason.{reason}") not in page


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="'fr', only in en, es"):
        Texts("fr")


def test_numbers_are_set_as_print_has_them():
    assert typeset("by -0.5 (95 % interval -1 to +2; p = 0.03; p < 0.001)") == (
        "by \u22120.5 (95\u00a0% interval \u22121 to +2; p\u00a0=\u00a00.03; p\u00a0<\u00a00.001)"
    )
    assert typeset("dog.12-3.jpg, efficientnet-0, 2013-2014") == "dog.12-3.jpg, efficientnet-0, 2013-2014"


def test_a_terminal_gets_the_same_words_in_characters_that_it_has():
    assert (
        plain(typeset("by -0.5 (95 % interval; McNemar\N{RIGHT SINGLE QUOTATION MARK}s p < 0.001)"))
        == "by -0.5 (95 % interval; McNemar's p < 0.001)"
    )


@pytest.mark.parametrize(
    "names, phrase",
    [
        (("cats", "dogs"), "cats and dogs"),
        (("a", "b", "c"), "a, b and c"),
        (("a", "b", "c", "d", "e"), "a, b, c, d and e"),
        (tuple("abcdef"), "6 classes"),
    ],
)
def test_classes_are_named_where_they_are_few(names, phrase):
    assert Texts("en").classes(names) == phrase
    assert Texts("es").classes(names[:2]) in ("gatos y perros", "a y b")


def test_the_page_and_the_card_say_which_class_is_positive_and_why():
    by_default = dataclasses.replace(specimen.results(), positive_by_default=True)
    for render in (render_page, render_card):
        assert "The positive class is dogs, the second of the two" in render(by_default, "en")
        assert "The positive class is dogs, as data.positive_class says." in render(specimen.results(), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_unfilled(language):
    results = specimen.results()
    for page in (render_page(results, language), render_card(results, language)):
        text = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
        assert not re.search(r"\{\w|\bnan\b|\bNone\b|Undefined", text)
