"""More than 8 bits a channel, signed and floating-point values, and other things that TIFFs may hold, to 8 bits."""

import numpy as np
from PIL import Image, ImageFile, TiffImagePlugin

from transfer.dataset.rejected import Rejected

PHOTOMETRIC, COLOUR_MAP, SAMPLE_FORMAT, BITS, PLANES = 262, 320, 339, 258, 284  # tags of a TIFF
LEAST, MOST = (340, 280), (341, 281)  # SMinSampleValue, MinSampleValue; SMax..., Max...
SIGNED = 2  # of SAMPLE_FORMAT
APART = 2  # of PLANES: one for each channel
USED_BITS = (8, 10, 12, 14, 16, 32)  # of the values of a TIFF; microscopes and X-ray machines leave the upper ones 0
OVERSHOOT = 1.05  # times white, of floating-point values
SAVE = "save it with 8 bits a channel"
# What Pillow could read and does not: by the order of bytes, the photometric interpretation (0: white is zero), the
# format and the bits of samples, the mode and how it unpacks.
TiffImagePlugin.OPEN_INFO |= {
    (b"MM", 0, (1,), 1, (16,), ()): ("I;16B", "I;16B"),
    (b"II", 0, (2,), 1, (16,), ()): ("I", "I;16S"),
    (b"MM", 0, (2,), 1, (16,), ()): ("I", "I;16BS"),
    (b"MM", 1, (1,), 1, (32,), ()): ("I", "I;32B"),
}
NATIVE = {"I;16BS": "I;16NS", "I;32B": "I;32N", "I;32BS": "I;32NS", "F;32BF": "F;32NF"}


def unpack_as_stored(image: Image.Image) -> None:
    """Let a TIFF, as opened, be read in the order of bytes and with the bits that its values have.

    What is compressed comes from libtiff in this machine's order; uncompressed planes of 16 bits, one for each channel,
    Pillow takes for planes of 8.
    Raises Rejected, `undecodable`, for such planes of channels that Pillow cannot read.
    """
    order = "L" if image.tag_v2.prefix == b"II" else "B"
    wide = image.tag_v2.get(PLANES) == APART and {*image.tag_v2.get(BITS, ())} == {16}

    def unpacked(tile: ImageFile._Tile) -> ImageFile._Tile:
        how = tile.args[0]
        if tile.codec_name == "libtiff":
            how = NATIVE.get(how, how)
        elif wide and how in "RGBA":
            how = f"{how};16{order}"
        elif wide and how in "CMYK":
            raise Rejected("undecodable", f"a TIFF with its channels apart, 16 bits each; {SAVE}")
        return tile._replace(args=(how, *tile.args[1:]))

    image.tile = [unpacked(tile) for tile in image.tile]


def to_eight_bits(image: Image.Image) -> Image.Image:
    """A picture in a mode of 8 bits a channel or fewer, as people see it.

    Integers are scaled from the range of their bits, and those of a TIFF from the range that the file names, or from
    the bits that they use. Floating-point values are scaled from [0, 1] or from the bits that they use, NaN is black; a
    little above white, as resampling leaves it, is white.
    Raises Rejected, `unknown_range`, where values do not tell how bright they are.
    """
    tags = dict(image.tag_v2) if image.format == "TIFF" else {}
    if image.mode == "P" and tags.get(COLOUR_MAP) and (most := max(tags[COLOUR_MAP])) < 4096:
        # Old scanners write 8, 10 or 12 bits where there should be 16.
        white = next(2**bits - 1 for bits in USED_BITS if most < 2**bits)
        colours = np.reshape(tags[COLOUR_MAP], (3, -1)).T * 255.0 / white
        image.putpalette(colours.round().astype(np.uint8).tobytes())
    elif tags.get(BITS, ()) == (16,) * len(image.getbands()) and len(image.getbands()) >= 3:
        if 0 < max(high for _, high in image.getextrema()[:3]) < 64:
            raise Rejected("unknown_range", f"16 bits a colour, of which fewer are used; {SAVE}")
    elif image.mode[0] in "IF" or (image.mode == "L" and SIGNED in tags.get(SAMPLE_FORMAT, ())):
        return _scaled(image, tags)
    return image


def _scaled(image: Image.Image, tags: dict) -> Image.Image:
    values = np.asarray(image)
    signed = SIGNED in tags.get(SAMPLE_FORMAT, ()) or (values.dtype == np.int32 and not tags)
    if values.dtype in (np.uint8, np.int32):
        values = values.view(values.dtype.str.replace("i", "u") if not signed else values.dtype.str.replace("u", "i"))
    black, white = _range(values, tags, image.format)
    shares = np.nan_to_num((values.astype(np.float32) - black) / (white - black), nan=0.0)
    if tags.get(PHOTOMETRIC) == 0:  # white is zero
        shares = 1 - shares
    grey = Image.fromarray((np.clip(shares, 0, 1) * 255).round().astype(np.uint8))
    grey.info = dict(image.info)
    transparent = grey.info.pop("transparency", None)
    if transparent is not None:
        grey.putalpha(Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8)))
    return grey


def _range(values: np.ndarray, tags: dict, kind: str | None) -> tuple[float, float]:
    """The values that are black and white."""
    least, most = (next((tags[tag] for tag in names if tag in tags), None) for names in (LEAST, MOST))
    least, most = (value[0] if isinstance(value, tuple) else value for value in (least, most))
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    low, high = (finite.min(), finite.max()) if finite.size else (0, 0)
    if most is not None and (least or 0) <= low and high <= most and (least or 0) < most:
        return float(least or 0), float(most)
    if low < 0:
        raise Rejected("unknown_range", f"values from {low:.6g} to {high:.6g}; {SAVE}")
    if values.dtype.kind == "f":
        whites = [white for white in (1, *(2**bits - 1 for bits in USED_BITS[:-1])) if high <= OVERSHOOT * white]
    elif kind == "TIFF":
        signed = SIGNED in tags.get(SAMPLE_FORMAT, ()) and tags[BITS][0] > 8
        most = 2 ** (tags[BITS][0] - 1) - 1 if signed else np.inf
        whites = [min(2**bits - 1, most) for bits in USED_BITS if high < 2**bits]
    else:
        whites = [65535] if high <= 65535 else []
    wide = values.dtype.kind == "f" or values.dtype.itemsize > 2
    if not whites or (wide and 0 < high < whites[0] / 16):
        raise Rejected("unknown_range", f"values from {low:.6g} to {high:.6g}; {SAVE}")
    return 0.0, float(whites[0])
