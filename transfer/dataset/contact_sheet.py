"""Contact sheets: a look at a data set."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

TILE, CAPTION, COLUMNS = 96, 14, 10  # pixels, pixels, tiles


def contact_sheet(pictures: list[tuple[bytes, str]], path: Path) -> None:
    """Write a PNG of small pictures with a line of text under each, in the order given.

    pictures: pairs of an encoded RGB picture and its caption
    """
    rows = max(1, -(-len(pictures) // COLUMNS))
    sheet = Image.new("RGB", (COLUMNS * TILE, rows * (TILE + CAPTION)), "white")
    pen = ImageDraw.Draw(sheet)
    for index, (content, caption) in enumerate(pictures):
        x, y = index % COLUMNS * TILE, index // COLUMNS * (TILE + CAPTION)
        sheet.paste(ImageOps.fit(Image.open(BytesIO(content)), (TILE - 4, TILE - 4)), (x + 2, y + 2))
        while caption and pen.textlength(caption) > TILE - 4:
            caption = caption[:-1]
        pen.text((x + 2, y + TILE - 1), caption, fill="black")
    sheet.save(path, "PNG", compress_level=1)  # four times as fast as the densest
