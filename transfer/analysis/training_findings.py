"""What a training allows one to say, by rules; see `findings`."""

from transfer.analysis.findings import Finding
from transfer.analysis.training import Training


def training(trained: Training, model: str, criterion: str) -> Finding:
    """Which weights were selected, or of a head which L2 strength, and whether more epochs might help.

    model, criterion: the model's name and what was minimised, as readers know them
    """
    curve, selection = trained.curve, trained.selection
    gaps = {"model": model, "criterion": criterion, "loss": selection.loss, "epoch": selection.epoch}
    gaps |= {"last": curve.last}
    if not curve.last:
        return Finding("training.untouched", gaps)
    if selection.l2 is not None:
        gaps |= {"l2": selection.l2, "strengths": len(selection.tried), "folds": selection.folds}
        key = "training.solved" if selection.converged else "training.unsolved"
        return Finding(f"{key}_folds" if selection.folds else key, gaps)
    if not selection.epoch:
        return Finding("training.worse", gaps)
    if selection.averaged:
        ends = {"start": selection.loss_of_average(0), "end": selection.loss_of_average(1)}
        return Finding("training.between", gaps | ends | {"weight": 100 * selection.averaging_weight})
    # What chose is after the temperature, and perhaps weighted by class: the curve's values do not belong beside it.
    return Finding("training.still" if selection.epoch == curve.last else "training.turned", gaps)


def temperature(trained: Training, model: str) -> list[Finding]:
    """That the model was made less sure of itself at last; nothing where it was not."""
    if trained.selection.temperature == 1:
        return []
    return [Finding("training.cooled", {"model": model, "temperature": trained.selection.temperature})]
