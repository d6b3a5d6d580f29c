"""Which pictures tell most about two models: those they disagree on, and those a model is most surely wrong about."""

from dataclasses import dataclass, field
from io import BytesIO

import matplotlib
import numpy as np
import pandas as pd
from PIL import Image

HEAT, STRONGEST = "inferno", 0.75  # a heat map's colours, and how much of the picture its hottest place hides


@dataclass(frozen=True)
class Picture:
    """A picture as the report shows it: an encoded JPEG or PNG, and one more for each model with a heat map over it."""

    thumbnail: bytes
    overlays: dict[str, bytes] = field(default_factory=dict)


def compact(content: bytes, side: int) -> bytes:
    """An encoded picture as a JPEG for a page: at most side x side pixels, quality 80."""
    return _jpeg(_small(content, side))


def heated(content: bytes, heat: np.ndarray, side: int) -> bytes:
    """`compact`, in grey, under a heat map. The hottest place is as hot in every map: places compare, maps do not.

    heat: float (h, w), from the picture's top left to its bottom right; what is not above zero is cold
    """
    picture = _small(content, side)
    heat = Image.fromarray(np.maximum(heat, 0).astype(np.float32)).resize(picture.size, Image.Resampling.BICUBIC)
    heat = np.maximum(heat, 0)
    heat /= heat.max() or 1
    colours = 255 * matplotlib.colormaps[HEAT](0.25 + 0.7 * heat)[..., :3]  # neither its black nor its white
    grey = np.asarray(picture.convert("L"), float)[..., None]
    mixed = grey + STRONGEST * heat[..., None] * (colours - grey)
    return _jpeg(Image.fromarray(mixed.round().astype(np.uint8)))


def pictures(
    streams: dict[str, bytes], evidence: dict[str, list], tables: dict[str, pd.DataFrame], positive: str, side: int
) -> dict[str, Picture]:
    """Each picture with a heat map for each model, of what speaks for the class that the model called.

    streams: encoded pictures by id; evidence: by model and in that order, maps (h, w) of what speaks for `positive`
    """
    overlays = {id_: {} for id_ in streams}
    for model, maps in evidence.items():
        called = tables[model].set_index("id")["predicted"]
        for (id_, stream), heat in zip(streams.items(), maps, strict=True):
            overlays[id_][model] = heated(stream, heat if called[id_] == positive else -heat, side)
    return {id_: Picture(compact(stream, side), overlays[id_]) for id_, stream in streams.items()}


def _small(content: bytes, side: int) -> Image.Image:
    picture = Image.open(BytesIO(content)).convert("RGB")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    picture.save(stream := BytesIO(), "JPEG", quality=80)
    return stream.getvalue()
