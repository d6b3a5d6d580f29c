"""The verdict and the advice, in the same words wherever a run's result is told."""

from transfer.analysis import findings
from transfer.report.results import Results
from transfer.report.wording import Texts


def verdict(results: Results, texts: Texts) -> str:
    """Which of the two models is more accurate; and that they are one, where training kept nothing."""
    names = [texts.name("model", model) for model in results.pair]
    said = texts.say(findings.verdict(results.comparison, *names))
    if results.pair[1] not in results.distinct:
        trained = results.models[results.pair[1]].training.curve.last
        same = texts("verdict.unchanged" if trained else "verdict.untrained", first=names[0], second=names[1])
        return f"{said} {same}"
    return said


def advice(results: Results, texts: Texts) -> str:
    """Which of the two models to use."""
    names = [texts.name("model", model) for model in results.pair]
    return texts.say(findings.advice(results.comparison, *names))
