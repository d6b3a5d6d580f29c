"""Contact sheets: many small pictures in one."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from transfer.classes import Classes
from transfer.dataset.labels import Picture
from transfer.dataset.summary import SPLITS

TILE, MARGIN, CAPTION = 96, 2, 14  # pixels: a tile's side, its margin on each side, the height of the line below it
COLUMNS = 10
MOST_TILES = 120
FEW_TILES = 60  # on the sheet of dropped pictures
OF_A_CLASS = (30, 20, 10, 5, 2, 1)  # tiles that a class may have: whole rows, or parts that fill a row


def write_sheets(
    folder: Path,
    pictures: list[Picture],
    classes: Classes,
    dropped: list[tuple[Picture, str]],
    read_jpeg: Callable[[Picture], bytes],
) -> None:
    """Write contact sheets: sheet_SPLIT.png, class by class, and sheet_rejects.png.

    folder: where to
    pictures: of the data set
    dropped: (picture, reason) of each that was dropped as a duplicate
    read_jpeg: gives the JPEG stream of a picture
    """
    for split in SPLITS:
        members: dict[str, list] = {name: [] for name in classes.names}
        for picture in pictures:
            if picture.split == split:
                members[picture.label].append((picture, picture.label))
        _write(arrange(list(members.values())), folder / f"sheet_{split}.png", read_jpeg)
    _write(_evenly(dropped, FEW_TILES), folder / "sheet_rejects.png", read_jpeg)


def arrange(classes: list[list]) -> list:
    """Choose members of each class at equal distances, the same number of each, and fill up with None.

    A class takes whole rows of a sheet if they all fit, else a part of a row; of more classes than there are tiles,
    some at equal distances are shown.
    """
    classes = _evenly(classes, MOST_TILES)
    fits = [number for number in OF_A_CLASS if number * len(classes) <= MOST_TILES]
    most = max(len(members) for members in classes)
    number = min((number for number in fits if number >= most), default=fits[0])
    chosen = [_evenly(members, number) for members in classes]
    return [tile for members in chosen for tile in [*members, *[None] * (number - len(members))]]


def _evenly(members: list, most: int) -> list:
    """At most so many members, at equal distances, the first and the last among them."""
    return [members[i] for i in np.linspace(0, len(members) - 1, min(most, len(members))).astype(int)]


def _write(tiles: list[tuple[Picture, str] | None], path: Path, read_jpeg: Callable[[Picture], bytes]) -> None:
    contact_sheet([tile and (read_jpeg(tile[0]), tile[1]) for tile in tiles], path)


def contact_sheet(tiles: list[tuple[bytes, str] | None], path: Path) -> None:
    """Write a PNG of small pictures with a line of text under each, in the order given.

    tiles: (encoded RGB picture, caption), or None for an empty place; a caption is cut to the width of a tile
    path: of the PNG
    """
    rows = max(1, -(-len(tiles) // COLUMNS))
    sheet = Image.new("RGB", (COLUMNS * TILE, rows * (TILE + CAPTION)), "white")
    pen = ImageDraw.Draw(sheet)
    inner = TILE - 2 * MARGIN
    for index, tile in enumerate(tiles):
        if tile is None:
            continue
        content, caption = tile
        x, y = index % COLUMNS * TILE, index // COLUMNS * (TILE + CAPTION)
        sheet.paste(ImageOps.fit(Image.open(BytesIO(content)), (inner, inner)), (x + MARGIN, y + MARGIN))
        while caption and pen.textlength(caption) > inner:
            caption = caption[:-1]
        pen.text((x + MARGIN, y + TILE - 1), caption, fill="black")
    sheet.save(path, "PNG", compress_level=1)  # four times as fast as the highest level
