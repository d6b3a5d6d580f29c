"""Contact sheets: many small pictures in one."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

TILE, MARGIN, CAPTION = 96, 2, 14  # pixels: a tile's side, its margin on each side, the height of the line below it
COLUMNS = 10


def contact_sheet(pictures: list[tuple[bytes, str]], path: Path) -> None:
    """Write a PNG of small pictures with a line of text under each, in the order given.

    pictures: (encoded RGB picture, caption); a caption is cut to the width of a tile
    path: of the PNG
    """
    rows = max(1, -(-len(pictures) // COLUMNS))
    sheet = Image.new("RGB", (COLUMNS * TILE, rows * (TILE + CAPTION)), "white")
    pen = ImageDraw.Draw(sheet)
    inner = TILE - 2 * MARGIN
    for index, (content, caption) in enumerate(pictures):
        x, y = index % COLUMNS * TILE, index // COLUMNS * (TILE + CAPTION)
        sheet.paste(ImageOps.fit(Image.open(BytesIO(content)), (inner, inner)), (x + MARGIN, y + MARGIN))
        while caption and pen.textlength(caption) > inner:
            caption = caption[:-1]
        pen.text((x + MARGIN, y + TILE - 1), caption, fill="black")
    sheet.save(path, "PNG", compress_level=1)  # four times as fast as the highest level
