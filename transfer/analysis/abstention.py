"""What a model gains by not answering where it is least sure, and what that costs in answers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transfer.analysis.intervals import Interval, wilson_interval
from transfer.analysis.predictions import Predictions


def risk_coverage(predictions: Predictions) -> pd.DataFrame:
    """Accuracy by the share of pictures that are answered, the surest first: columns answered (rising), accuracy,
    probability.

    A picture is answered from a probability of the predicted class on; a row for each that occurs, so that pictures of
    the same probability come together. The curve of R. El-Yaniv and Y. Wiener (2010), with accuracy for risk.
    """
    probability = predictions.called_probability
    order = np.argsort(-probability, kind="stable")
    right, probability = np.cumsum(predictions.right[order]), probability[order]
    count = np.arange(1, len(order) + 1)
    last = np.append(probability[1:] != probability[:-1], True)  # of those that are equally sure
    table = {"answered": count / len(order), "accuracy": right / count, "probability": probability}
    return pd.DataFrame({name: column[last] for name, column in table.items()})


@dataclass(frozen=True)
class Abstention:
    """What an accuracy costs: the probability from which to answer is chosen on validation pictures, the rest is test.

    target: the accuracy to reach, in (0, 1]
    probability: of the predicted class, from which a picture is answered; None: no choice reaches `target`
    answered: pictures
    right: of these, those that are called right
    n: pictures
    """

    target: float
    probability: float | None
    answered: int
    right: int
    n: int

    @classmethod
    def of(cls, validation: Predictions, test: Predictions, target: float) -> "Abstention":
        """Answer as many of the validation pictures as the target allows, and see what comes of it on the test ones."""
        curve = risk_coverage(validation)
        enough = curve[curve["accuracy"] >= target]
        if enough.empty:
            return cls(target, None, 0, 0, len(test))
        everything = enough.index[-1] == curve.index[-1]  # then nothing is left out on other pictures, too
        probability = 0.0 if everything else float(enough["probability"].iloc[-1])
        answered = test.called_probability >= probability
        return cls(target, probability, int(answered.sum()), int(test.right[answered].sum()), len(test))

    @property
    def abstained(self) -> float:
        """The share of pictures that are not answered, in [0, 1]."""
        return 1 - self.answered / self.n

    @property
    def accuracy(self) -> float | None:
        """Of the pictures that are answered; None: there are none."""
        return self.right / self.answered if self.answered else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of `accuracy` (Wilson)."""
        return wilson_interval(self.right, self.answered) if self.answered else None
