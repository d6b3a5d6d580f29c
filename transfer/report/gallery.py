"""Pictures as the report shows them: small, and with heat maps."""

from dataclasses import dataclass, field
from io import BytesIO

import matplotlib
import numpy as np
from PIL import Image

COLOURS = "inferno"  # of heat maps
STRONGEST = 0.75  # opacity of a heat map where it is hottest


@dataclass(frozen=True)
class Picture:
    """One picture, encoded as JPEG or PNG, and by model the same picture under a heat map."""

    thumbnail: bytes
    overlays: dict[str, bytes] = field(default_factory=dict)


def compact(content: bytes, side: int) -> bytes:
    """An encoded picture as a smaller JPEG.

    content: a file of any format that Pillow reads
    side: the most pixels in either direction
    """
    return _jpeg(_small(content, side))


def heated(content: bytes, heat: np.ndarray, side: int) -> bytes:
    """`compact`, in grey, under a heat map.

    heat: float (h, w), stretched over the picture; values up to zero are left grey

    The maximum of every map gets the same colour: places within a map can be compared, maps cannot.
    """
    picture = _small(content, side)
    heat = Image.fromarray(np.maximum(heat, 0).astype(np.float32)).resize(picture.size, Image.Resampling.BICUBIC)
    heat = np.maximum(heat, 0)
    heat /= heat.max() or 1
    colours = 255 * matplotlib.colormaps[COLOURS](0.25 + 0.7 * heat)[..., :3]  # leaves out the black and the white
    grey = np.asarray(picture.convert("L"), float)[..., None]
    mixed = grey + STRONGEST * heat[..., None] * (colours - grey)
    return _jpeg(Image.fromarray(mixed.round().astype(np.uint8)))


def pictures(encoded: dict[str, bytes], evidence: dict[str, list[np.ndarray]], side: int) -> dict[str, Picture]:
    """Each picture, and it under a heat map for each model.

    encoded: encoded pictures by id
    evidence: by model, a map float (h, w) for each picture, in that order: what speaks for the predicted class
    side: see `compact`
    """
    overlays = {id_: {} for id_ in encoded}
    for model, maps in evidence.items():
        for (id_, content), heat in zip(encoded.items(), maps, strict=True):
            overlays[id_][model] = heated(content, heat, side)
    return {id_: Picture(compact(content, side), overlays[id_]) for id_, content in encoded.items()}


def _small(content: bytes, side: int) -> Image.Image:
    picture = Image.open(BytesIO(content)).convert("RGB")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    picture.save(stream := BytesIO(), "JPEG", quality=80)
    return stream.getvalue()
