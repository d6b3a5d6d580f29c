"""What is said of the numbers: never more than the tests allow, in the right direction, in each language."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.made import predictions, probabilities
from transfer.analysis import findings, paired
from transfer.analysis.difference import Difference
from transfer.analysis.intervals import Interval
from transfer.analysis.paired import Comparison
from transfer.classes import Classes
from transfer.report.wording import LANGUAGES, Texts

ACTUAL = np.arange(400) % 2
WEAK, STRONG = probabilities(ACTUAL, 1.0, 0), probabilities(ACTUAL, 4.0, 1)


def compared(first, second, actual=ACTUAL):
    return paired.compare(predictions(actual, first), predictions(actual, second), 7)


def said(finding, language="en"):
    return Texts(language).say(finding)


@pytest.mark.parametrize("language", LANGUAGES)
def test_equal_models_yield_no_difference_shown(language):
    comparison = compared(WEAK, WEAK)
    finding = findings.verdict(comparison, "A", "B")
    assert finding.key == "verdict.same"
    start = {"en": "No difference in accuracy is shown", "es": "No se demuestra ninguna diferencia"}[language]
    assert said(finding, language).startswith(start)
    assert findings.advice(comparison, "A", "B").key == "advice.either"
    assert findings.recommended(comparison, "A", "B") == "A"
    keys = [key for key, _ in findings.differences(comparison, "A", "B")]
    assert keys == ["differences.log_loss_none", "differences.roc_auc", "differences.resolution", "differences.power"]


def test_a_better_model_is_named_whichever_comes_first():
    for pair, names in (((WEAK, STRONG), ("weak", "strong")), ((STRONG, WEAK), ("strong", "weak"))):
        comparison = compared(*pair)
        key, gaps = findings.verdict(comparison, *names)
        assert (key, gaps["better"], gaps["worse"]) == ("verdict.better", "strong", "weak")
        assert 0 < gaps["low"] < gaps["value"] < gaps["high"]
        np.testing.assert_allclose(gaps["value"], 100 * abs(comparison.accuracy.value))
        assert said((key, gaps)).startswith("strong is more accurate than weak: by ")
        assert "\N{MINUS SIGN}" not in said((key, gaps)) and "+" not in said((key, gaps))
        assert findings.advice(comparison, *names) == ("advice.accuracy", {"better": "strong"})
        assert findings.recommended(comparison, *names) == "strong"
        key, gaps = findings.log_loss_difference(comparison, *names)
        assert key.endswith("_better") and gaps["better"] == "strong" and gaps["worse"] == "weak"
        assert 0 < gaps["low"] < gaps["value"] < gaps["high"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.4, 1.0, 3.0]))
def test_a_difference_is_said_only_where_test_and_interval_show_it(seed, more):
    actual = np.arange(60) % 2
    comparison = compared(probabilities(actual, 1.0, seed), probabilities(actual, 1.0 + more, seed + 1), actual)
    key, gaps = findings.verdict(comparison, "A", "B")
    assert (key == "verdict.better") == (comparison.corrected_p("accuracy") < 0.05)
    if key != "verdict.same":
        assert gaps["p"] == findings.p_value(comparison.to_json()["mcnemar_p"])
        assert gaps["corrected"] == findings.p_value(comparison.corrected_p("accuracy"))
    interval = comparison.accuracy.interval
    assert key != "verdict.better" or interval.low > 0 or interval.high < 0  # what is claimed is in the interval too
    if key == "verdict.better":
        assert gaps["better"] == ("B" if comparison.accuracy.value > 0 else "A")
    else:
        assert findings.advice(comparison, "A", "B").key != "advice.accuracy"


def test_two_equally_good_models_are_rarely_told_apart():
    """At 5 %, about one comparison in twenty of equally good models would be wrong; the exact test keeps below that."""
    actual = ACTUAL[:100]
    pairs = [[probabilities(actual, 1.5, seed), probabilities(actual, 1.5, seed + 500)] for seed in range(25)]
    keys = [findings.verdict(compared(*pair, actual), "A", "B").key for pair in pairs]
    assert keys.count("verdict.better") <= 3


def made(accuracy: int, log_loss: int) -> Comparison:
    """A comparison in which the second model is shown to be better (1), worse (-1), or neither (0)."""
    more, less = (Difference(value, Interval(value - 0.5, value + 0.5)) for value in (accuracy, -log_loss))
    p = [0.01 if value else 1.0 for value in (accuracy, log_loss)]
    return Comparison(9, 3, 2, 2, 2, p[0], p[0], p[1], more, less, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_few_errors_to_judge_probabilities_are_said_to_be_too_few(language):
    few = replace(made(0, 1), both_right=4, both_wrong=1)
    found = findings.log_loss_difference(few, "A", "B")
    assert found.key == "differences.log_loss_few" and (found.gaps["wrong"], found.gaps["fewest"]) == (5, 6)
    assert "5" in said(found, language) and findings.advice(few, "A", "B").key == "advice.either"


def test_what_a_test_set_can_show_is_no_less_than_mcnemars_test_needs():
    *_, (key, gaps), _ = findings.differences(compared(WEAK, WEAK), "A", "B")
    assert key == "differences.resolution" and gaps["width"] == pytest.approx(100 * 6 / 400)
    *_, (_, wider), _ = findings.differences(compared(WEAK, STRONG), "A", "B")
    interval = compared(WEAK, STRONG).accuracy.interval
    assert wider["width"] == pytest.approx(50 * (interval.high - interval.low))


@pytest.mark.parametrize(
    ("accuracy", "log_loss", "expected", "recommended"),
    [
        (0, 0, ("advice.either", {"first": "A", "second": "B"}), "A"),
        (1, 0, ("advice.accuracy", {"better": "B"}), "B"),
        (-1, -1, ("advice.accuracy", {"better": "A"}), "A"),
        (0, 1, ("advice.log_loss", {"better": "B"}), "B"),
        (1, -1, ("advice.split", {"accurate": "B", "probable": "A"}), "B"),
    ],
)
def test_advice(accuracy, log_loss, expected, recommended):
    comparison = made(accuracy, log_loss)
    assert findings.advice(comparison, "A", "B") == expected
    assert findings.recommended(comparison, "A", "B") == recommended


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_on_log_loss_stands_on_its_own(language):
    for log_loss in (-1, 0, 1):
        sentence = said(findings.log_loss_difference(made(0, log_loss), "A", "B"), language)
        assert sentence.endswith(".") and ("A" in sentence and "B" in sentence)


NAMES = {"cats": "cats", "dogs": "dogs"}


def with_errors(n: tuple[int, int], wrong: tuple[int, int]):
    """Predictions of n cats and dogs, of which so many are called wrongly."""
    actual = np.repeat([0, 1], n)
    wrongly = np.concatenate([np.arange(size) < errors for size, errors in zip(n, wrong, strict=True)])
    return predictions(actual, np.where(wrongly, 1 - actual, actual))


@pytest.mark.parametrize(
    ("fp", "fn", "key", "hard"),
    [
        (0, 0, "errors.none", None),
        (6, 5, "errors.even", None),
        (20, 2, "errors.uneven", "cats"),
        (1, 15, "errors.uneven", "dogs"),
    ],
)
def test_errors(fp, fn, key, hard):
    found = findings.errors(with_errors((100, 100), (fp, fn)), "A", NAMES)
    assert found.key == key and said(found)
    if hard:
        assert found.gaps["hard"] == hard


def of_classes(actual, called):
    """Predictions that call these classes, of four."""
    return predictions(actual, 0.1 + np.eye(4)[called], classes=Classes(("ants", "bees", "cows", "dogs")))


FOUR = {"ants": "ANTS", "bees": "BEES", "cows": "COWS", "dogs": "DOGS"}
MANY = np.repeat(np.arange(4), 20)


@pytest.mark.parametrize(
    ("wrong", "key"), [([0, 0, 0, 0], "none"), ([3, 2, 3, 2], "even_of_many"), ([1, 2, 14, 1], "uneven_of_many")]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_of_many_classes(language, wrong, key):
    called = np.concatenate([np.where(np.arange(20) < n, (k + 1) % 4, k) for k, n in enumerate(wrong)])
    found = findings.errors(of_classes(MANY, called), "A", FOUR)
    assert found.key == f"errors.{key}" and said(found, language)
    if key == "uneven_of_many":
        assert "COWS" in said(found, language) and "14" in said(found, language) and "18" in said(found, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_classes_of_which_one_model_finds_more_are_named_and_on_whose_side(language):
    first, second = MANY.copy(), MANY.copy()
    first[:15], first[20:30], second[40:52] = 3, 3, 3  # the second finds more ants and bees, the first more cows
    comparison = paired.compare(of_classes(MANY, first), of_classes(MANY, second), 7)
    more, less = findings.classes(comparison, "A", "B", FOUR)
    assert more.key == less.key == "differences.classes_better"
    assert (more.gaps["better"], more.gaps["listed"]) == ("B", "ANTS (75.0), BEES (50.0)")
    assert (less.gaps["better"], less.gaps["listed"]) == ("A", "COWS (60.0)")
    assert all(said(finding, language) for finding in (more, less))
    (none,) = findings.classes(paired.compare(*[of_classes(MANY, MANY)] * 2, 7), "A", "B", FOUR)
    assert none.key == "differences.classes_none" and said(none, language)
    assert findings.classes(compared(WEAK, STRONG), "A", "B", NAMES) == []  # in the binary form, recall says it


def test_errors_are_weighed_by_the_sizes_of_the_classes():
    """Ten times the errors on ten times the pictures lean to neither class."""
    assert findings.errors(with_errors((1000, 100), (30, 3)), "A", NAMES).key == "errors.even"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_words(language):
    """Each text that a rule can choose fills its gaps from what that rule gives."""
    texts = Texts(language)
    numbers = dict.fromkeys(
        (
            "low",
            "slope",
            "share",
            "given",
            "value",
            "high",
            "z",
            "width",
            "start",
            "loss",
            "end",
            "weight",
            "sure",
            "right",
            "l2",
            "temperature",
            "error",
            "power",
        ),
        0.5,
    )
    counts = dict.fromkeys(("n", "wrong", "hard_wrong", "hard_n", "one_wrong", "one_n", "other_wrong", "other_n"), 3)
    counts |= dict.fromkeys(("classes", "epoch", "last", "strengths", "folds", "fewest"), 3)
    texts_given = ("criterion", "p", "corrected")
    names = dict.fromkeys(
        ("first", "positive", "second", "better", "worse", "accurate", "probable", "model", *texts_given), "x"
    )
    names |= dict.fromkeys(("positive", "one", "other", "hard", "easy", "listed"), "y")
    groups = ("verdict.", "advice.", "differences.", "errors.", "calibration.", "training.")
    for key in texts.words:
        if key.startswith(groups):
            assert texts(key, **numbers, **counts, **names)


def test_p_values_read_well():
    assert [findings.p_value(p) for p in (1e-5, 0.0123, 0.5, 1.0)] == ["< 0.001", "= 0.012", "= 0.50", "= 1.00"]


@pytest.mark.parametrize("lost, expected", [(0, False), (4, True), (9, False)])
def test_an_interval_just_clear_of_zero_without_a_claim(lost, expected):
    """Of four pictures that one model alone has right in a hundred, Tango's interval leaves out zero; p is .125."""
    actual = np.arange(100) % 2
    right = np.where(actual, 0.9, 0.1)
    comparison = compared(right, np.where(np.arange(100) < lost, 1 - right, right), actual)
    assert findings.just_clear(comparison) == expected
