"""Which pictures tell most about two models: those they disagree on, and those a model is most surely wrong about."""

from dataclasses import dataclass, field
from io import BytesIO

import matplotlib
import numpy as np
import pandas as pd
from PIL import Image

MOST_DISAGREEMENTS, MOST_ERRORS = 12, 8
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


def disagreements(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Rows of `first` where the two call the picture differently, the widest apart in probability first.

    first, second: predictions of the same pictures in the same order
    """
    apart = np.abs(first["probability"].to_numpy(float) - second["probability"].to_numpy(float))
    differ = first["predicted"].to_numpy() != second["predicted"].to_numpy()
    return _ordered(first[differ], -apart[differ])


def confident_errors(table: pd.DataFrame, positive: str) -> pd.DataFrame:
    """Rows that are wrong, the least probability of the actual class first."""
    wrong = table[table["predicted"] != table["actual"]]
    p = wrong["probability"].to_numpy(float)
    return _ordered(wrong, np.where(wrong["actual"] == positive, p, 1 - p))


def worth_showing(tables: dict[str, pd.DataFrame], positive: str) -> list[str]:
    """The ids, sorted, of the pictures that a report shows; the first two models are the pair compared."""
    first, second = list(tables.values())[:2]
    chosen = [disagreements(first, second).head(MOST_DISAGREEMENTS)]
    chosen += [confident_errors(table, positive).head(MOST_ERRORS) for table in tables.values()]
    return sorted(set(pd.concat(chosen)["id"]))


def _ordered(rows: pd.DataFrame, keys: np.ndarray) -> pd.DataFrame:
    """Rows by rising key, equal keys by id, so that the order depends on nothing else."""
    return rows.iloc[np.lexsort([rows["id"].to_numpy(str), keys])]
