"""The candidates for the source model: what each is worth against what it costs, for the page and as a PNG."""

from math import ceil, floor, log, log10
from pathlib import Path

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from transfer.analysis.candidates import Ranked, Ranking
from transfer.report.svg import Box, Panel, Scale, picture
from transfer.report.wording import Texts

SIZE, BOX = (640, 340), Box(56, 26, 560, 268)  # user units
LEVELS = (1, 2, 5)


def candidate_chart(ranking: Ranking, texts: Texts) -> str:
    """Log-loss with its interval by pictures a second; one that is worse than the best has another colour."""
    losses = [end for one in ranking.ranked for end in (one.log_loss_interval.low, one.log_loss_interval.high)]
    speeds = [one.candidate.pictures_per_second for one in ranking.ranked]
    panel = Panel(_scale(texts("candidates.speed"), speeds), _scale(texts("candidates.log_loss"), losses), BOX)
    for one, above in by_speed(ranking):
        css, speed = "m0" if one.told_apart else "m1", one.candidate.pictures_per_second
        panel.line([speed, speed], [one.log_loss_interval.low, one.log_loss_interval.high], f"thin {css}")
        panel.dot(speed, one.log_loss, f"dot {css}", 4, _described(one, texts))
        side = "left" if panel.x.place(speed) < 0.6 else "right"
        height = one.log_loss_interval.high if above else one.log_loss_interval.low
        panel.text(speed, height, one.candidate.name, f"end {side}", (0, -6 if above else 13))
    words = " ".join(_described(one, texts) for one in ranking.ranked)
    return picture([panel], SIZE, texts("candidates.heading"), words)


def by_speed(ranking: Ranking) -> list[tuple[Ranked, bool]]:
    """The candidates from the slowest on; and whether its name goes above it: neighbours' names would overlap."""
    in_order = sorted(ranking.ranked, key=lambda one: one.candidate.pictures_per_second)
    return [(one, place % 2 == 0) for place, one in enumerate(in_order)]


def _described(one: Ranked, texts: Texts) -> str:
    return texts(
        "candidates.described",
        name=one.candidate.name,
        loss=one.log_loss,
        low=one.log_loss_interval.low,
        high=one.log_loss_interval.high,
        speed=one.candidate.pictures_per_second,
        megabytes=one.candidate.megabytes,
    )


def _scale(label: str, values: list[float]) -> Scale:
    """Logarithmic, between round numbers around the values, which are above 0."""
    powers = range(floor(log10(min(values))), ceil(log10(max(values))) + 1)
    marks = [level * 10.0**power for power in powers for level in LEVELS]
    low = max(mark for mark in marks if mark <= min(values))
    high = min((mark for mark in marks if mark > max(values)), default=2 * max(values))
    return Scale(label, low, high, [(mark, f"{mark:g}") for mark in marks if low <= mark <= high], log)


def write_png(path: Path, ranking: Ranking) -> None:
    """The same chart as a PNG; the area of a disc is the size of the network."""
    figure = Figure(figsize=(8, 4.6), dpi=110, layout="constrained")
    axes, scale = figure.subplots(), _scale("", [one.candidate.pictures_per_second for one in ranking.ranked])
    axes.spines[["top", "right"]].set_visible(False)
    for one, above in by_speed(ranking):
        candidate, interval = one.candidate, one.log_loss_interval
        colour = "#999999" if one.told_apart else "#0072B2"
        axes.plot([candidate.pictures_per_second] * 2, [interval.low, interval.high], color=colour, lw=1)
        axes.scatter(candidate.pictures_per_second, one.log_loss, s=3 * candidate.megabytes + 12, color=colour)
        place = (candidate.pictures_per_second, interval.high if above else interval.low)
        side, shift = "left" if scale.place(place[0]) < 0.6 else "right", 5 if above else -13
        label = f"{candidate.name}, {candidate.megabytes:.0f} MB"
        axes.annotate(label, place, (0, shift), textcoords="offset points", ha=side)
    axes.set(xscale="log", xlabel="pictures a second", ylabel="log-loss (95 % interval)", xlim=(scale.low, scale.high))
    axes.set_xticks(*zip(*scale.ticks, strict=True))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.margins(y=0.12)
    axes.set_title("Candidates for the source model; grey: worse than the best")
    axes.grid(axis="y", alpha=0.25)
    figure.savefig(path, metadata={"Software": None})
