"""What a model's probabilities allow one to say, by rules; see `findings`."""

from collections.abc import Mapping

from transfer.analysis.calibration import confidence_test
from transfer.analysis.difference import LEVEL
from transfer.analysis.findings import Finding, p_value
from transfer.analysis.metrics import calibrated
from transfer.analysis.predictions import Predictions
from transfer.analysis.recalibration import recalibrate


def calibration(predictions: Predictions, model: str, names: Mapping[str, str]) -> list[Finding]:
    """Whether a model's probabilities are too extreme, or lean to a class, for what happened.

    model: its name as readers know it
    names: the classes' names as readers know them
    """
    if not predictions.classes.binary:
        return [_of_called(predictions, model)]
    found = recalibrate(*calibrated(predictions))
    key = "none" if found.slope_p >= LEVEL else "over" if found.slope < 1 else "under"
    gaps = {"model": model, "slope": found.slope, "p": p_value(found.slope_p)}
    extreme = [Finding(f"calibration.{key}", gaps)]
    if found.lean_p >= LEVEL:
        return extreme
    share = 100 * float(predictions.actual.mean())
    gaps = {"model": model, "positive": names[predictions.classes.positive], "p": p_value(found.lean_p)}
    leans = Finding(
        "calibration.high" if found.lean > 0 else "calibration.low",
        gaps | {"share": share, "given": share + 100 * found.lean},
    )
    return [leans] if key == "none" else [*extreme, leans]


def _of_called(predictions: Predictions, model: str) -> Finding:
    """Whether a model of many classes is as often right as it is sure of what it calls."""
    measured = calibrated(predictions)
    test = confidence_test(*measured)
    key = "none" if test.p >= LEVEL else "over" if test.z > 0 else "under"
    right, sure = (100 * float(values.mean()) for values in measured)
    gaps = {"model": model, "p": p_value(test.p), "right": right, "sure": sure}
    return Finding(f"calibration.{key}_called", gaps)
