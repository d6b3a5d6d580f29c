"""One line about each epoch."""

import pytest

from transfer.network.training.progress import EpochReport, format_duration, print_epoch
from transfer.network.training.results import EpochFigures

EARLIER = [EpochFigures(0.5, 0.75, 0.5, 0.75)] * 3
REPORT = EpochReport(12, [*EARLIER, EpochFigures(0.12345, 0.95, 0.2, 0.9)], 0.17654, 1e-5, 1234.5, 185)


def test_the_line_has_losses_accuracies_rate_speed_and_time_left(capsys):
    print_epoch(REPORT)
    assert capsys.readouterr().out == (
        "epoch 3/12: loss 0.1235, accuracy 0.9500; validation loss 0.2000, accuracy 0.9000; what chooses: 0.1765; "
        "learning rate 1e-05; 1,234 pictures/s; 3 min 5 s left\n"
    )


def test_before_training_there_is_neither_rate_nor_time():
    report = EpochReport(12, EARLIER[:1], 0.45, 0.0, 100.0, 1e3)
    assert str(report) == (
        "epoch 0/12: loss 0.5000, accuracy 0.7500; validation loss 0.5000, accuracy 0.7500; what chooses: 0.4500"
    )


@pytest.mark.parametrize(
    "seconds, text", [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (185, "3 min 5 s"), (7500, "2 h 5 min")]
)
def test_durations(seconds, text):
    assert format_duration(seconds) == text
