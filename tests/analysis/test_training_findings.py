"""What is said of a training: which weights were selected, and what was done to them."""

from dataclasses import replace

import pytest

from tests.analysis.made import curve, training
from transfer.analysis import training_findings
from transfer.analysis.selection_record import LOG_LOSS, WEIGHTED_LOG_LOSS, Selection
from transfer.analysis.training import Training
from transfer.report.wording import LANGUAGES, Texts


def said(finding, language="en"):
    return Texts(language).say(finding)


@pytest.mark.parametrize(
    ("losses", "epoch", "average", "key"),
    [
        ([0.3], 0, None, "training.untouched"),
        ([0.3, 0.4], 0, None, "training.worse"),
        ([0.3, 0.4], 0, 0.35, "training.worse"),
        ([0.5, 0.4, 0.3], 2, None, "training.still"),
        ([0.5, 0.2, 0.3], 1, 0.25, "training.turned"),
        ([0.5, 0.2, 0.3], 1, 0.1, "training.between"),
        ([0.3, 0.5, 0.4], 2, 0.2, "training.between"),
    ],
)
def test_training(losses, epoch, average, key):
    best = min(losses[1:], default=losses[0])
    averages = average and {0.0: losses[0], 0.5: average, 1.0: best}
    between = key == "training.between"
    selected = {"weight": 0.5, "selected_loss": average} if between else {}
    found = training_findings.training(training(losses, epoch, averages=averages, **selected), "A", "log-loss")
    assert found.key == key
    if between:
        gaps = found.gaps
        assert (gaps["start"], gaps["end"], gaps["loss"], gaps["weight"]) == (losses[0], best, average, 50)
        assert losses[gaps["epoch"]] == best
    else:
        assert found.gaps["loss"] == min(losses)
    assert all(said(found, language) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("converged", "folds", "key"),
    [(True, 5, "solved_folds"), (True, 0, "solved"), (False, 0, "unsolved"), (False, 5, "unsolved_folds")],
)
def test_a_head_is_solved_or_not_and_its_strength_was_chosen(language, converged, folds, key):
    tried = tuple({"l2": l2, "loss": 0.123} for l2 in (0.01, 0.1, 1.0))
    selection = Selection(LOG_LOSS, 0.123, 2, tried=tried, l2=0.01, folds=folds, converged=converged)
    found = training_findings.training(Training(curve([0.5, 0.4, 0.3]), selection, 32), "A", "log-loss")
    assert found.key == f"training.{key}"
    sentence = said(found, language)
    assert "0.123" in sentence and "0.01" in sentence and ("5" in sentence) == bool(folds)


@pytest.mark.parametrize(("epoch", "key"), [(0, "worse"), (1, "turned"), (3, "still")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_training_under_class_weights_says_what_was_selected_not_what_the_curve_shows(epoch, key, language):
    """The unweighted curve is lowest at epoch 2; by the weighted log-loss another epoch was selected."""
    trained = training([0.5, 0.4, 0.2, 0.3], epoch, selected_loss=0.123, criterion=WEIGHTED_LOG_LOSS)
    found = training_findings.training(trained, "A", "WEIGHTED")
    assert found.key == f"training.{key}" and found.gaps["epoch"] == epoch
    sentence = said(found, language)
    assert "0.123" in sentence and "WEIGHTED" in sentence
    assert not any(f"{value:.3f}" in sentence for value in trained.curve.val_loss)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_temperature_is_said_and_none_is_not(language):
    trained = training([0.5, 0.2, 0.3], 1)
    assert training_findings.temperature(trained, "A") == []
    cooled = replace(trained, selection=replace(trained.selection, temperature=1.234))
    (found,) = training_findings.temperature(cooled, "A")
    assert "1.23" in said(found, language) and "A" in said(found, language)
