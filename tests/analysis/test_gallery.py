"""Which pictures are shown, and in which order; and that predictions of different pictures are never compared."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from transfer.analysis import examples, predictions
from transfer.analysis.curves import thresholds
from transfer.errors import InputError
from transfer.report import gallery

IDS = ["a", "b", "c", "d", "e"]
FILES = [f"test/{name}.jpg" for name in IDS]
ACTUAL = np.array([1, 1, 0, 0, 1])


def table(probability, ids=IDS, actual=ACTUAL):
    return predictions.tabulate(ids, FILES, actual, probability, ("cats", "dogs"), 0.5)


FIRST = table([0.9, 0.2, 0.6, 0.1, 0.3])
SECOND = table([0.8, 0.7, 0.9, 0.9, 0.6])


def test_disagreements_start_with_the_widest_apart():
    assert examples.disagreements(FIRST, SECOND)["id"].tolist() == ["d", "b", "e"]
    assert examples.disagreements(FIRST, FIRST).empty


def test_confident_errors_start_with_the_surest():
    assert examples.confident_errors(FIRST, "dogs")["id"].tolist() == ["b", "e", "c"]
    assert examples.confident_errors(SECOND, "dogs")["id"].tolist() == ["c", "d"]  # a tie goes by id


def test_what_is_worth_showing_is_what_the_sections_show():
    assert examples.worth_showing({"head": FIRST, "finetuned": SECOND}, "dogs") == ["b", "c", "d", "e"]
    many = [f"{index:04d}" for index in range(500)]
    wrong = predictions.tabulate(many, many, np.zeros(500, int), np.linspace(0.5, 1, 500), ("cats", "dogs"), 0.5)
    right = predictions.tabulate(many, many, np.zeros(500, int), np.zeros(500), ("cats", "dogs"), 0.5)
    shown = examples.worth_showing({"head": wrong, "finetuned": right}, "dogs")
    assert len(shown) == max(examples.MOST_DISAGREEMENTS, examples.MOST_ERRORS)


def test_predictions_are_brought_into_one_order():
    turned = SECOND.iloc[::-1].reset_index(drop=True)
    got = predictions.align({"head": FIRST, "finetuned": turned})
    assert got["finetuned"].equals(SECOND) and got["head"].equals(FIRST)


def test_different_test_pictures_are_refused_by_name():
    with pytest.raises(
        InputError,
        match=r"pictures: 2 only in head, such as test/d.jpg \(id d\), test/e.jpg \(id e\); 0 only in other; ",
    ):
        predictions.align({"head": FIRST, "other": SECOND.head(3)})
    with pytest.raises(
        InputError, match=r"1 only in head, such as test/a.jpg \(id a\); 1 only in other, such as test/a.jpg"
    ):
        predictions.align({"head": FIRST, "other": table([0.5] * 5, ids=["z", *IDS[1:]])})


def test_changed_labels_are_refused_by_name():
    with pytest.raises(InputError, match=r"different labels: 1 pictures changed class, such as test/a.jpg"):
        predictions.align({"head": FIRST, "other": table([0.5] * 5, actual=np.array([0, 1, 0, 0, 1]))})


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
    assert pixels(gallery.heated(photograph(), -heat, 60)).std(axis=2).max() < 5  # nothing speaks for it: all grey


def test_heat_maps_are_of_what_speaks_for_the_class_that_was_called():
    left, right = np.zeros((2, 4, 4))
    left[2, 0], right[2, 3] = 1, 1
    maps = [left - right] * 2  # the left speaks for dogs, the right for cats
    streams = {"a": photograph(), "b": photograph()}  # called dogs and cats by FIRST, dogs and dogs by SECOND
    evidence, tables = {"head": maps, "finetuned": maps}, {"head": FIRST, "finetuned": SECOND}
    shown = gallery.pictures(streams, evidence, tables, "dogs", 60)
    sides = gallery.heated(photograph(), left, 60), gallery.heated(photograph(), right, 60)
    assert shown["a"].thumbnail == gallery.compact(photograph(), 60)
    assert shown["a"].overlays == {"head": sides[0], "finetuned": sides[0]}
    assert shown["b"].overlays == {"head": sides[1], "finetuned": sides[0]}
    assert gallery.pictures({}, {"head": []}, tables, "dogs", 60) == {}


def test_thresholds_by_hand():
    got = thresholds(ACTUAL, FIRST["probability"].to_numpy(), [0.05, 0.5, 0.95])
    assert got["fp"].tolist() == [2, 1, 0] and got["fn"].tolist() == [0, 2, 3]
    np.testing.assert_allclose(got["precision"], [3 / 5, 1 / 2, 0])
    np.testing.assert_allclose(got["recall"], [1, 1 / 3, 0])
