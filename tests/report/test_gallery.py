"""Pictures as the report shows them: small, and under heat maps."""

from io import BytesIO

import numpy as np
from PIL import Image

from transfer.report import gallery


def test_a_compact_picture_keeps_its_shape():
    Image.new("RGBA", (300, 150), "red").save(stream := BytesIO(), "PNG")
    small = Image.open(BytesIO(gallery.compact(stream.getvalue(), 60)))
    assert small.size == (60, 30) and small.format == "JPEG" and small.getpixel((30, 15))[0] > 250


def pixels(content):
    return np.asarray(Image.open(BytesIO(content)).convert("RGB"), int)


def photograph():
    draw = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    Image.fromarray(draw).resize((120, 120)).save(stream := BytesIO(), "PNG")
    return stream.getvalue()


def test_a_heat_map_is_warm_where_it_is_and_grey_where_it_is_not():
    heat = np.zeros((6, 6))
    heat[1, 4] = 3.0
    got = pixels(gallery.heated(photograph(), heat, 60))
    colour = got.max(axis=2) - got.min(axis=2)
    assert got.shape == (60, 60, 3) and colour[12:18, 42:48].min() > 80 and colour[40:, :40].max() < 25
    assert gallery.heated(photograph(), 1000 * heat, 60) == gallery.heated(photograph(), heat, 60)
    assert pixels(gallery.heated(photograph(), -heat, 60)).std(axis=2).max() < 5  # nothing speaks for it


def test_each_picture_has_the_heat_map_of_each_model():
    left, right = np.zeros((2, 4, 4))
    left[2, 0], right[2, 3] = 1, 1
    encoded = {"a": photograph(), "b": photograph()}
    shown = gallery.pictures(encoded, {"head": [left, right], "finetuned": [left, left]}, 60)
    sides = gallery.heated(photograph(), left, 60), gallery.heated(photograph(), right, 60)
    assert shown["a"].thumbnail == gallery.compact(photograph(), 60)
    assert shown["a"].overlays == {"head": sides[0], "finetuned": sides[0]}
    assert shown["b"].overlays == {"head": sides[1], "finetuned": sides[0]}
    assert gallery.pictures({}, {"head": []}, 60) == {}
