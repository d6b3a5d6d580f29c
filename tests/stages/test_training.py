"""The stages that train say what they do, and record what they selected."""

import pandas as pd
import pytest

from transfer.analysis.selection_record import Selection


@pytest.mark.slow
@pytest.mark.parametrize("weights, criterion", [("none", "log-loss"), ("balanced", "class-weighted log-loss")])
def test_fine_tuning_says_a_line_an_epoch_and_the_selection(again, weights, criterion):
    again.set(class_weights=weights)
    lines = again.stage("finetune").stdout.splitlines()  # which is no terminal
    assert lines[0].startswith("computing on ") and lines[0].endswith(" in float32")
    reported = [line for line in lines if line.startswith("epoch ")]
    assert [line.split(":")[0] for line in reported] == ["epoch 0/1", "epoch 1/1"]
    assert all("pictures/s" in line and line.endswith(" left") for line in reported[1:])
    selection = Selection.read(again.folder / "models/finetuned/selection.json")
    assert selection.criterion == criterion
    assert lines[-1].startswith(f"selected by validation {criterion}: ") and f"epoch {selection.epoch}" in lines[-1]
    best = min(entry["loss"] for entry in selection.tried)
    # Epoch 0 is judged by its best temperature, and stays as it came.
    assert selection.loss == best if selection.epoch else selection.loss >= best
    history = pd.read_csv(again.folder / "models/finetuned/history.csv", index_col="epoch")
    assert selection.epoch in history.index
    written = again.files("models/finetuned", "live")
    assert written["live/finetuned.csv"] == written["models/finetuned/history.csv"]
    if weights == "none" and selection.averaging_weight == selection.temperature == 1:
        assert history["val_loss"][selection.epoch] == pytest.approx(selection.loss, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("weights, criterion", [("none", "log-loss"), ("balanced", "class-weighted log-loss")])
@pytest.mark.parametrize("folds, chosen_by", [("auto", "5-fold cross-validation"), (0, "validation")])
def test_the_head_says_how_it_was_solved_and_chosen(again, weights, criterion, folds, chosen_by):
    again.set(**{"class_weights": weights, "head.folds": folds})
    said = again.stage("train_head").stdout
    selection = Selection.read(again.folder / "models/head/selection.json")
    history = pd.read_csv(again.folder / "models/head/history.csv", index_col="epoch")
    assert f"solved in 3 epochs: loss {history['loss'][3]:.4f}, " in said and list(history.index) == [0, 1, 2, 3]
    assert f"selected by {criterion} in {chosen_by}: L2 {selection.l2:g}, loss {selection.loss:.4f}" in said
    assert "note: the head had not converged after 3 epochs; raise head.epochs." in said
    assert ("is at the edge of head.l2" in said) == selection.at_edge
    assert (selection.criterion, selection.epoch, selection.converged) == (criterion, 3, False)
    assert selection.folds == (5 if folds == "auto" else 0)
    best = min(entry["loss"] for entry in selection.tried)
    # Epoch 0 is judged by its best temperature, and stays as it came.
    assert selection.loss == best if selection.epoch else selection.loss >= best
