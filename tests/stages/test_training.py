"""The stages that train say what they do, and record what they selected."""

import pandas as pd
import pytest

from transfer.analysis.selection_record import Selection


@pytest.mark.slow
@pytest.mark.parametrize("stage, model, epochs", [("train_head", "head", 3), ("finetune", "finetuned", 1)])
@pytest.mark.parametrize("weights, criterion", [("none", "log-loss"), ("balanced", "class-weighted log-loss")])
def test_a_line_an_epoch_and_the_selection(again, stage, model, epochs, weights, criterion):
    again.set(class_weights=weights)
    lines = again.stage(stage).stdout.splitlines()  # which is no terminal
    assert lines[0].startswith("computing on ") and lines[0].endswith(" in float32")
    reported = [line for line in lines if line.startswith("epoch ")]
    assert [line.split(":")[0] for line in reported] == [f"epoch {epoch}/{epochs}" for epoch in range(epochs + 1)]
    assert all("pictures/s" in line and line.endswith(" left") for line in reported[1:])
    selection = Selection.read(again.folder / f"models/{model}/selection.json")
    assert selection.criterion == criterion
    assert lines[-1].startswith(f"selected by validation {criterion}: ") and f"epoch {selection.epoch}" in lines[-1]
    assert selection.loss == min(entry["loss"] for entry in selection.tried)
    history = pd.read_csv(again.folder / f"models/{model}/history.csv", index_col="epoch")
    assert selection.epoch in history.index
    if weights == "none" and selection.averaging_weight == 1:
        assert history["val_loss"][selection.epoch] == pytest.approx(selection.loss, rel=1e-4)
        if model == "head":
            assert history["val_loss"].min() == history["val_loss"][selection.epoch]
