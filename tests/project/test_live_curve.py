"""The curve of a training under way."""

import json

from transfer.analysis.learning_curve import LearningCurve
from transfer.network.training.progress import EpochReport
from transfer.network.training.results import EpochFigures
from transfer.project.live_curve import follow

EPOCHS = [EpochFigures(0.5 - 0.1 * epoch, 0.75, 0.6, 0.7) for epoch in range(4)]


def test_the_file_has_all_epochs_so_far_whatever_was_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    on_epoch = follow("finetuned")
    for last in (0, 1, 3):  # after the second the training is broken off, and goes on from its checkpoint
        on_epoch(EpochReport(3, EPOCHS[: last + 1], 0.4, 1e-3, 100.0, 1.0))
        read = LearningCurve.read(tmp_path / "live/finetuned.csv")
        assert read.loss.tolist() == [epoch.loss for epoch in EPOCHS[: last + 1]] and read.last == last
    assert [path.name for path in (tmp_path / "live").iterdir()] == ["finetuned.csv"]
    assert capsys.readouterr().out.startswith("epoch 0/3: loss 0.5000")
    follow("finetuned")(EpochReport(3, EPOCHS[:1], 0.4, 0.0, 100.0, 1.0))
    assert LearningCurve.read(tmp_path / "live/finetuned.csv").last == 0


def test_other_machines_of_a_cluster_leave_it_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TF_CONFIG", json.dumps({"task": {"type": "worker", "index": 1}}))
    follow("finetuned")(EpochReport(3, EPOCHS, 0.4, 1e-3, 100.0, 1.0))
    assert not (tmp_path / "live").exists()
