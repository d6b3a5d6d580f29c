"""What came of a model's doubt on the test pictures, and what more doubt would cost."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from transfer.analysis.abstention import Abstention, risk_coverage
from transfer.analysis.coverage import Coverage
from transfer.analysis.curves import thin
from transfer.analysis.cut_offs import highest_distance
from transfer.analysis.intervals import Interval, wilson_interval
from transfer.analysis.predictions import Predictions

TARGETS = (0.95, 0.99)  # accuracies of which the report says what they cost


@dataclass(frozen=True, eq=False)
class Doubt:
    """What came of a model's doubt on the test pictures.

    coverage: of the sets of classes
    false_alarms: what was asked for, in (0, 1)
    unlike: test pictures that are called unlike the training pictures, which they are not
    n: test pictures
    curve: as from `risk_coverage`
    abstentions: what each of TARGETS costs
    """

    coverage: Coverage
    false_alarms: float
    unlike: int
    n: int
    curve: pd.DataFrame
    abstentions: tuple[Abstention, ...]

    @classmethod
    def of(
        cls,
        test: Predictions,
        validation: Predictions,
        distances: np.ndarray,
        of_actual: np.ndarray,
        usual_distances: np.ndarray,
        coverage: float,
        false_alarms: float,
    ) -> "Doubt":
        """Measure it.

        test, validation: with the probability of each class
        distances: of the test pictures, float (n,)
        of_actual, usual_distances: of validation pictures, see `CutOffs.of`
        coverage, false_alarms: what is asked for, each in (0, 1)
        """
        return cls(
            Coverage.of(test, of_actual, coverage),
            false_alarms,
            int((distances > highest_distance(usual_distances, false_alarms)).sum()),
            len(test),
            risk_coverage(test),
            tuple(Abstention.of(validation, test, target) for target in TARGETS),
        )

    @property
    def unlike_interval(self) -> Interval:
        """The 95 % interval of the share of pictures that are called unlike (Wilson)."""
        return wilson_interval(self.unlike, self.n)

    def table(self) -> pd.DataFrame:
        """`curve` with at most as many rows as other curves have."""
        return thin(self.curve)

    def to_json(self) -> dict[str, Any]:
        """As in metrics/unsure.json."""
        found, band = self.coverage.interval, self.coverage.band
        return {
            "coverage": self.coverage.share,
            "coverage_low": found.low,
            "coverage_high": found.high,
            "coverage_band_low": band.low,
            "coverage_band_high": band.high,
            "several_classes": self.coverage.several / self.n,
            "no_class": self.coverage.none / self.n,
            "unlike": self.unlike / self.n,
            "unlike_low": self.unlike_interval.low,
            "unlike_high": self.unlike_interval.high,
            "answering": {
                f"{100 * cost.target:.0f}": {
                    "abstained": None if cost.probability is None else cost.abstained,
                    "accuracy": cost.accuracy,
                }
                for cost in self.abstentions
            },
            "n": self.n,
        }
