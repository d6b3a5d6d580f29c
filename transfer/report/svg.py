"""Static SVG charts. They name classes, not colours: the style sheet of the page has those of each theme."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple


@dataclass(frozen=True)
class Scale:
    """One axis.

    low, high: the values at its ends
    ticks: value and text of each
    warp: an increasing function, of which the axis is linear
    """

    label: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    warp: Callable[[float], float] = float

    def place(self, value: float) -> float:
        """Where a value lies: 0 at `low`, 1 at `high`."""
        low, high, at = (self.warp(v) for v in (self.low, self.high, value))
        return (at - low) / (high - low)


class Box(NamedTuple):
    """A rectangle in user units, from its top left corner."""

    left: float
    top: float
    width: float
    height: float


class Panel:
    """Axes in a box, and the marks drawn on them in the order of the calls."""

    def __init__(self, x: Scale, y: Scale, box: Box, clip: bool = False):
        self.x, self.y, self.box = x, y, box
        self._overflow, self._frame = ("hidden", "inset") if clip else ("visible", "frame")
        self._marks: list[str] = []

    def _at(self, x: float, y: float) -> tuple[str, str]:
        return _number(self.x.place(x) * self.box.width), _number((1 - self.y.place(y)) * self.box.height)

    def line(self, xs: Sequence[float], ys: Sequence[float], css: str) -> None:
        """Join points by straight lines."""
        points = " ".join(",".join(self._at(*point)) for point in zip(xs, ys, strict=True))
        self._marks.append(f'<polyline class="{css}" points="{points}"/>')

    def dot(self, x: float, y: float, css: str, radius: float = 3, tip: str = "") -> None:
        """A disc; `tip` shows while the pointer rests on it."""
        left, top = self._at(x, y)
        title = f"<title>{escape(tip)}</title>" if tip else ""
        self._marks.append(f'<circle class="{css}" cx="{left}" cy="{top}" r="{_number(radius)}">{title}</circle>')

    def diamond(self, x: float, y: float, css: str, radius: float, tip: str) -> None:
        """A square on its corner; `tip` shows while the pointer rests on it."""
        left, top = self._at(x, y)
        r = _number(radius)
        title = f"<title>{escape(tip)}</title>"
        self._marks.append(f'<path class="{css}" d="M{left},{top}m-{r},0l{r},-{r} {r},{r} -{r},{r}z">{title}</path>')

    def text(self, x: float, y: float, words: str, css: str, shift: tuple[float, float] = (0, 0)) -> None:
        """Text at a point, moved by `shift` user units to the right and down."""
        left, top = (_number(float(at) + by) for at, by in zip(self._at(x, y), shift, strict=True))
        self._marks.append(f'<text class="{css}" x="{left}" y="{top}">{escape(words)}</text>')

    def __str__(self) -> str:
        left, top, width, height = self.box
        parts = [f'<rect class="{self._frame}" width="{width}" height="{height}"/>']
        for value, words in self.y.ticks:
            at = _number((1 - self.y.place(value)) * height)
            parts.append(f'<path class="grid" d="M0,{at}H{width}"/><text class="tick y" x="-6" y="{at}">{words}</text>')
        for value, words in self.x.ticks:
            at = _number(self.x.place(value) * width)
            parts.append(f'<path class="grid" d="M{at},0V{height}"/>')
            parts.append(f'<text class="tick x" x="{at}" y="{height + 15}">{words}</text>')
        if self.x.label:
            parts.append(f'<text class="label x" x="{width / 2:g}" y="{height + 33}">{escape(self.x.label)}</text>')
        if self.y.label:
            parts.append(f'<text class="label y" x="0" y="-9">{escape(self.y.label)}</text>')
        # A nested <svg> is a cheap clip path: an inset must not draw beyond its frame.
        drawn = "".join(self._marks)
        marks = f'<svg width="{width}" height="{height}" overflow="{self._overflow}">{drawn}</svg>'
        return f'<g transform="translate({left},{top})">{"".join(parts)}{marks}</g>'


def picture(
    panels: Sequence[Panel], size: tuple[float, float], title: str, description: str, css: str = "chart"
) -> str:
    """The panels as one inline <svg>, which a screen reader reads as its title and description."""
    words = escape(f"{title}. {description}", quote=True)
    marks = "".join(map(str, panels))
    return f'<svg class="{css}" viewBox="0 0 {size[0]} {size[1]}" role="img" aria-label="{words}">{marks}</svg>'


def _number(value: float) -> str:
    """At most one decimal: finer than a screen shows, and the same text on every machine."""
    return f"{round(value, 1) + 0.0:g}"  # + 0.0 turns -0.0 into 0
