"""The candidates for the source model, ranked by a head on each, and which of them the pictures tell apart."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from transfer.analysis.intervals import Interval, bootstrap_interval, wilson_interval


@dataclass(frozen=True, eq=False)
class Candidate:
    """What a head on a candidate's features did with pictures that it did not see.

    name: as params name it
    picture_size: pixels
    parameters: weights of the network
    pictures_per_second: that it takes on the machine where its features were extracted, decoding included
    losses: cross-entropies, nats, float (n,); the same pictures in the same order for every candidate
    right: bool (n,)
    groups: of pictures that belong together, text (n,); "": a picture stands alone
    """

    name: str
    picture_size: int
    parameters: int
    pictures_per_second: float
    losses: np.ndarray
    right: np.ndarray
    groups: list[str]

    @property
    def megabytes(self) -> float:
        """Of its weights, in float32."""
        return 4 * self.parameters / 1e6


@dataclass(frozen=True)
class Ranked:
    """A candidate's place.

    log_loss: mean, nats, with a 95 % interval
    difference: of log_loss from the best candidate's, with the interval of the paired difference; None for the best
    """

    candidate: Candidate
    log_loss: float
    log_loss_interval: Interval
    accuracy: float
    accuracy_interval: Interval
    difference: float | None
    difference_interval: Interval | None

    @property
    def told_apart(self) -> bool:
        """Whether it is shown to be worse than the best."""
        return self.difference_interval is not None and self.difference_interval.low > 0


@dataclass(frozen=True)
class Ranking:
    """The candidates from the lowest log-loss to the highest.

    unavailable: why others were left out, by name
    """

    ranked: tuple[Ranked, ...]
    unavailable: dict[str, str]

    @property
    def best(self) -> Ranked:
        return self.ranked[0]

    @property
    def smallest(self) -> Ranked:
        """The one with the fewest weights of those that are not told apart from the best."""
        return min((one for one in self.ranked if not one.told_apart), key=lambda one: one.candidate.parameters)

    def finding(self) -> tuple[str, dict[str, object]]:
        """What it says, as the key of a text and what fills its gaps; see `findings`."""
        gaps = {"best": self.best.candidate.name, "smallest": self.smallest.candidate.name, "count": len(self.ranked)}
        if self.smallest is not self.best:
            return "candidates.said", gaps
        smaller = [one for one in self.ranked if one.candidate.parameters < self.best.candidate.parameters]
        return "candidates.said_best" if smaller else "candidates.said_smallest", gaps

    def to_json(self) -> dict:
        """By candidate, in order; then `best`, `smallest` (see above) and `unavailable`."""
        if not self.ranked:
            return {"candidates": {}, "unavailable": self.unavailable}
        rows = {one.candidate.name: _to_json(one) for one in self.ranked}
        return {
            "candidates": rows,
            "best": self.best.candidate.name,
            "smallest_not_told_apart": self.smallest.candidate.name,
            "unavailable": self.unavailable,
        }


def rank(candidates: Iterable[Candidate], unavailable: dict[str, str], seed: int) -> Ranking:
    """Rank candidates by log-loss. The intervals are of the pictures, or of groups of them, drawn anew.

    candidates: those that are available
    unavailable: see `Ranking`
    seed: of the bootstrap
    """
    in_order = sorted(candidates, key=lambda candidate: (candidate.losses.mean(), candidate.parameters))
    return Ranking(tuple(_ranked(candidate, in_order[0], seed) for candidate in in_order), unavailable)


def read_ranking(folder: Path, names: list[str], seed: int) -> Ranking | None:
    """Rank what the stage select left of these candidates; None where there are no names."""
    return rank(*read_candidates(folder, names), seed) if names else None


def read_candidates(folder: Path, names: Iterable[str]) -> tuple[list[Candidate], dict[str, str]]:
    """What the stage select left of each; and why the others are not available, by name."""
    found, unavailable = [], {}
    for name in names:
        about = json.loads((folder / name / "about.json").read_text())
        if "unavailable" in about:
            unavailable[name] = about["unavailable"]
            continue
        table = pd.read_csv(folder / name / "out_of_fold.csv", dtype={"group": str}, keep_default_na=False)
        measured = {key: about[key] for key in ("picture_size", "parameters", "pictures_per_second")}
        losses, right = table["loss"].to_numpy(), table["right"].to_numpy(bool)
        found.append(Candidate(name, losses=losses, right=right, groups=list(table["group"]), **measured))
    return found, unavailable


def _ranked(candidate: Candidate, best: Candidate, seed: int) -> Ranked:
    differences = candidate.losses - best.losses
    return Ranked(
        candidate,
        float(candidate.losses.mean()),
        mean_interval(candidate.losses, candidate.groups, seed),
        float(candidate.right.mean()),
        wilson_interval(int(candidate.right.sum()), len(candidate.right)),
        None if candidate is best else float(differences.mean()),
        None if candidate is best else mean_interval(differences, candidate.groups, seed),
    )


def mean_interval(values: np.ndarray, groups: list[str], seed: int) -> Interval:
    """95 % bootstrap interval of a mean, by drawing groups of pictures, as they are, anew.

    values: float (n,)
    groups: text (n,); "": a picture stands alone
    """
    names = [f"group {name}" if name else str(row) for row, name in enumerate(groups)]
    _, unit = np.unique(names, return_inverse=True)
    sums, counts = np.bincount(unit, values), np.bincount(unit)
    return bootstrap_interval(lambda rows: sums[rows].sum(axis=1) / counts[rows].sum(axis=1), len(sums), seed)


def _to_json(one: Ranked) -> dict:
    candidate = one.candidate
    content = {
        "log_loss": one.log_loss,
        "log_loss_low": one.log_loss_interval.low,
        "log_loss_high": one.log_loss_interval.high,
        "accuracy": one.accuracy,
        "accuracy_low": one.accuracy_interval.low,
        "accuracy_high": one.accuracy_interval.high,
        "n": len(candidate.losses),
        "picture_size": candidate.picture_size,
        "megabytes": candidate.megabytes,
        "told_apart": one.told_apart,
    }
    if one.difference_interval:
        content["difference"] = one.difference
        content |= {"difference_low": one.difference_interval.low, "difference_high": one.difference_interval.high}
    return content
