"""Contact sheets: as many pictures of each class, evenly chosen, and readable however many classes there are."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from transfer.classes import Classes
from transfer.dataset.contact_sheet import CAPTION, COLUMNS, MOST_TILES, TILE, arrange, write_sheets
from transfer.dataset.labels import Picture

SHADES = (40, 120, 200)


@pytest.mark.parametrize(
    ("classes", "tiles_of_a_class"), [(2, 30), (4, 30), (5, 20), (12, 10), (24, 5), (60, 2), (61, 1), (120, 1)]
)
def test_a_class_has_whole_rows_or_an_even_part_of_a_row(classes, tiles_of_a_class):
    tiles = arrange([[(name, picture) for picture in range(500)] for name in range(classes)])
    assert len(tiles) == classes * tiles_of_a_class
    assert [name for name, _ in tiles] == [name for name in range(classes) for _ in range(tiles_of_a_class)]
    own = [picture for name, picture in tiles if name == 0]
    assert own[0] == 0 and own[-1] == (499 if tiles_of_a_class > 1 else 0)


@given(st.lists(st.integers(0, 60), min_size=2, max_size=200).filter(any))
def test_any_classes_fit_and_stand_in_rows_of_their_own(numbers):
    tiles = arrange([[(name, picture) for picture in range(number)] for name, number in enumerate(numbers)])
    assert len(tiles) <= MOST_TILES
    shown = [tile for tile in tiles if tile]
    assert shown == sorted(set(shown))
    if len(numbers) <= 12:
        rows = [{tile[0] for tile in tiles[at : at + COLUMNS] if tile} for at in range(0, len(tiles), COLUMNS)]
        if len(tiles) % (COLUMNS * len(numbers)) == 0:
            assert all(len(row) <= 1 for row in rows)
        assert {name for name, _ in shown} == {name for name, number in enumerate(numbers) if number}


def test_rows_of_the_sheet_are_classes(tmp_path):
    pictures = [
        Picture(f"{split}/{label}/{number}.jpg", None, shade, split, label)
        for split in ("train", "validation", "test")
        for label, shade in zip("abc", SHADES, strict=True)
        for number in range(9)
        if (split, label) != ("test", "b")
    ]

    def jpeg(picture: Picture) -> bytes:
        stream = io.BytesIO()
        Image.new("RGB", (50, 50), (picture.position,) * 3).save(stream, "PNG")
        return stream.getvalue()

    write_sheets(tmp_path, pictures, Classes(("a", "b", "c")), [], jpeg)
    for split, third in (("train", SHADES[1]), ("test", 255)):
        sheet = Image.open(tmp_path / f"sheet_{split}.png")
        assert sheet.size == (COLUMNS * TILE, 3 * (TILE + CAPTION))
        middles = [sheet.getpixel((TILE // 2, row * (TILE + CAPTION) + TILE // 2))[0] for row in range(3)]
        assert middles == [SHADES[0], third, SHADES[2]]
    assert Image.open(tmp_path / "sheet_rejects.png").height == TILE + CAPTION
