"""A brush in the coordinates of a head that is turned and scaled, and what else painting needs."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw


@dataclass(frozen=True)
class Brush:
    """Draws on an image in coordinates of the head: (0, 0) is its centre, 1 its radius, x points right, y down.

    image: RGB
    centre: (2,), of the head, in pixels
    turn: (2, 2), rotation times scale in pixels
    """

    image: Image.Image
    centre: np.ndarray
    turn: np.ndarray

    def polygon(self, points, fill) -> None:
        placed = np.asarray(points, float) @ self.turn.T + self.centre
        ImageDraw.Draw(self.image).polygon([tuple(point) for point in placed], fill=fill)

    def ellipse(self, x, y, rx, ry, fill, tilt=0.0) -> None:
        angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        around = np.stack([rx * np.cos(angle), ry * np.sin(angle)], axis=1)
        self.polygon(around @ rotation(tilt).T + (x, y), fill)

    def line(self, points, width, fill) -> None:
        placed = np.asarray(points, float) @ self.turn.T + self.centre
        thick = max(1, round(width * np.hypot(*self.turn[0])))
        ImageDraw.Draw(self.image).line([tuple(point) for point in placed], fill=fill, width=thick, joint="curve")


def blend(one, other, share: float) -> tuple[int, int, int]:
    """A colour between two; share: of the other, in [0, 1]."""
    return tuple(int(a + (b - a) * share) for a, b in zip(one, other, strict=True))


def rotation(angle: float) -> np.ndarray:
    """The matrix (2, 2) that turns points by an angle in radians."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
