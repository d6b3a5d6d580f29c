"""One line about each epoch, for whoever watches a training or reads its log."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from transfer.network.training.results import EpochFigures


@dataclass(frozen=True)
class EpochReport:
    """How a training stands after an epoch. It holds times, and so goes into no file.

    epochs: how many there are at most
    history: what each epoch gave, from epoch 0, which is before any update, to the one that this is about
    criterion: its validation log-loss as it chooses epochs: with the best temperature, weighted by class if asked
    learning_rate: the mean of its updates'; 0 in epoch 0
    pictures_per_second: train pictures, without the time for validation
    seconds_left: until the last epoch ends, if all take as long as this one
    """

    epochs: int
    history: Sequence[EpochFigures]
    criterion: float
    learning_rate: float
    pictures_per_second: float
    seconds_left: float

    @property
    def epoch(self) -> int:
        """The one that this is about."""
        return len(self.history) - 1

    def __str__(self) -> str:
        line = f"epoch {self.epoch}/{self.epochs}: {self.history[-1]}; what chooses: {self.criterion:.4f}"
        if self.epoch:
            line += (
                f"; learning rate {self.learning_rate:.2g}; {self.pictures_per_second:,.0f} pictures/s; "
                f"{format_duration(self.seconds_left)} left"
            )
        return line


OnEpoch = Callable[[EpochReport], None]


def report_epoch(
    epochs: int,
    history: Sequence[EpochFigures],
    criterion: float,
    pictures: int,
    learning_rate: float,
    start: float,
    learnt: float,
) -> EpochReport:
    """The report of an epoch that ends now.

    epochs, history, criterion, learning_rate: as in the report
    pictures: train pictures
    start, learnt: when the epoch began, and when it had gone through the train pictures; seconds, `time.monotonic`
    """
    return EpochReport(
        epochs,
        tuple(history),
        criterion,
        learning_rate=learning_rate,
        pictures_per_second=pictures / max(learnt - start, 1e-9),
        seconds_left=(time.monotonic() - start) * (epochs + 1 - len(history)),
    )


def print_epoch(report: EpochReport) -> None:
    """Print the report at once, also where the output is no terminal."""
    print(report, flush=True)


def format_duration(seconds: float) -> str:
    """A time in two units at most: "42 s", "3 min 20 s", "2 h 5 min"."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
