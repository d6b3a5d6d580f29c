"""DICOM: the first frame of a medical picture, grey as its window says, or in colour."""

import logging
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pydicom  # an extra
from PIL import Image
from pydicom.pixels import apply_modality_lut, apply_voi_lut, pixel_array

from transfer.dataset.rejected import Rejected

DEFLATED = b"1.2.840.10008.1.2.1.99"  # a transfer syntax that unpacks to any number of bytes while it is read


def open_dicom(content: bytes, check: Callable[[int, int], None]) -> Image.Image:
    """The picture in a DICOM file, mode L or RGB.

    Grey values are rescaled (slope and intercept), windowed by the first window that the file names or else by all
    that occurs, and inverted if it says that white is low.
    check: called with width and height, before any pixel is decoded; raises Rejected for what is not to be
    Raises Rejected for a file without a picture, or with one whose compression needs another package.
    """
    if DEFLATED in content[:2048]:
        raise Rejected("undecodable", "a deflated DICOM; save it uncompressed")
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)  # of odd metadata
    dataset = pydicom.dcmread(BytesIO(content))
    if "PixelData" not in dataset:
        raise Rejected("undecodable", "a DICOM without a picture")
    check(int(dataset.Columns), int(dataset.Rows))
    try:  # what pydicom raises of a compression that it cannot undo, or of a header that makes no sense
        values = pixel_array(dataset, index=0)
    except (RuntimeError, NotImplementedError, AttributeError) as error:
        raise Rejected("undecodable", f"DICOM: {' '.join(str(error).split())}; save it uncompressed") from None
    kind = dataset.PhotometricInterpretation
    if not kind.startswith("MONOCHROME"):
        if values.ndim != 3 or values.dtype != np.uint8:
            raise Rejected("undecodable", f"a DICOM in {kind}; save it as RGB with 8 bits")
        return Image.fromarray(values)
    values = apply_modality_lut(values, dataset)
    if "VOILUTSequence" in dataset:
        values = apply_voi_lut(values, dataset)
        shares = values / max(1, int(values.max()))
    else:
        shares = _windowed(values.astype(np.float64), dataset)
    if kind == "MONOCHROME1":
        shares = 1 - shares
    return Image.fromarray((np.clip(shares, 0, 1) * 255).round().astype(np.uint8))


def _windowed(values: np.ndarray, dataset: pydicom.Dataset) -> np.ndarray:
    """As shares of white, by DICOM PS3.3, C.11.2.1.2 and C.11.2.1.3."""
    centre, width = (_first(dataset.get(name)) for name in ("WindowCenter", "WindowWidth"))
    function = dataset.get("VOILUTFunction", "LINEAR")
    if centre is None or width is None or width < 1:
        low, high = values.min(), values.max()
        return (values - low) / max(high - low, 1e-9)
    if function == "SIGMOID":
        return 1 / (1 + np.exp(-4 * (values - centre) / width))
    if function == "LINEAR_EXACT" or width == 1:
        return (values - centre) / width + 0.5
    return (values - (centre - 0.5)) / (width - 1) + 0.5


def _first(value) -> float | None:
    """The first of several windows."""
    if value is None or value == "":
        return None
    return float(value) if isinstance(value, int | float) or not hasattr(value, "__len__") else float(value[0])
