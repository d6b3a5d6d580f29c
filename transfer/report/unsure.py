"""The section on when not to answer: accuracy by the share that is answered, what an accuracy costs, what doubt did."""

import numpy as np

from transfer.analysis.abstention import Abstention
from transfer.analysis.doubt import Doubt
from transfer.report.results import Results
from transfer.report.scales import BOX, SIZE, accuracy_scale, unit_scale
from transfer.report.svg import Panel, picture
from transfer.report.wording import Texts

FEW = 5  # validation pictures beyond a cut-off: fewer are named


def unsure_variables(results: Results, texts: Texts) -> dict:
    """What the template of the section reads."""
    doubts = {model: found.doubt for model, found in results.models.items()}
    said = [sentence for model in results.distinct for sentence in _sentences(doubts[model], model, texts)]
    targets = next(iter(doubts.values())).abstentions
    costs = {
        texts("unsure.target", target=100 * cost.target): [
            _cost(doubt.abstentions[place], texts) for doubt in doubts.values()
        ]
        for place, cost in enumerate(targets)
    }
    return {"unsure_said": said, "unsure_costs": costs, "unsure_chart": risk_chart(doubts, texts)}


def risk_chart(doubts: dict[str, Doubt], texts: Texts) -> str:
    """Accuracy by the share of pictures that are answered, the surest first, of all models."""
    tables = {model: doubt.table() for model, doubt in doubts.items()}
    values = np.concatenate([table["accuracy"] for table in tables.values()])
    panel = Panel(unit_scale(texts("unsure.answered")), accuracy_scale(values, texts), BOX)
    for index, table in enumerate(tables.values()):
        panel.line(table["answered"], np.clip(table["accuracy"], panel.y.low, panel.y.high), f"line m{index}")
    described = [
        texts(
            "unsure.described",
            model=texts.name("model", model),
            half=_per_cent(_at(table, 0.5)),
            most=_per_cent(_at(table, 0.9)),
            all=_per_cent(_at(table, 1)),
        )
        for model, table in tables.items()
    ]
    return picture([panel], SIZE, texts("unsure.chart"), " ".join(described))


def _at(table: object, share: float) -> float:
    """The accuracy where at least this share is answered."""
    return float(table["accuracy"][np.searchsorted(table["answered"], share - 1e-9)])


def _sentences(doubt: Doubt, model: str, texts: Texts) -> list[str]:
    """What came of the sets of classes, and of the distance."""
    sets, name = doubt.coverage, texts.name("model", model)
    shares = {"share": sets.share, "low": sets.interval.low, "high": sets.interval.high, "asked": sets.asked}
    shares |= {"least": sets.band.low, "most": sets.band.high}
    far = {"share": doubt.unlike / doubt.n, "low": doubt.unlike_interval.low, "high": doubt.unlike_interval.high}
    far |= {"asked": doubt.false_alarms}
    shares, far = ({key: 100 * value for key, value in numbers.items()} for numbers in (shares, far))
    few = ""
    if sets.beyond < FEW:
        few = texts("unsure.few" if sets.beyond else "unsure.too_few", calibration=sets.calibration, beyond=sets.beyond)
    within = "unsure.within" if sets.band.low <= sets.share <= sets.band.high else "unsure.outside"
    return [
        f"{texts('unsure.covered', model=name, n=sets.n, **shares)} {texts(within, **shares)} "
        f"{texts('unsure.ambiguous', several=sets.several, none=sets.none)} {few}".rstrip(),
        texts("unsure.unlike", model=name, count=doubt.unlike, n=doubt.n, **far),
    ]


def _cost(cost: Abstention, texts: Texts) -> list[str]:
    """A cell of the table, line by line: what is not answered, the accuracy of the rest, and from which P on."""
    if cost.probability is None:
        return [texts("unsure.never")]
    reached = texts("unsure.nothing")
    if cost.answered:
        ends = {"low": 100 * cost.interval.low, "high": 100 * cost.interval.high}
        reached = texts("unsure.reached", accuracy=100 * cost.accuracy, **ends)
    abstained = texts("unsure.abstained", share=100 * cost.abstained)
    return [abstained, reached, texts("unsure.from", probability=cost.probability)]


def _per_cent(share: float) -> str:
    return f"{100 * share:.1f}"
