"""HEIC, JPEG XL and DICOM: right pixels, and nothing large is decoded."""

from io import BytesIO

import numpy as np
import pillow_heif
import pillow_jxl  # noqa: F401  registers itself
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, JPEGBaseline8Bit

from tests.dataset.encoded import encoded
from tests.dataset.profiles import ADOBE, rgb_profile, srgb_of_xyz
from transfer.dataset.decoding import decode
from transfer.dataset.jpeg_xl_header import jpeg_xl_size
from transfer.dataset.rejected import Rejected

pillow_heif.register_heif_opener()
HALVES = Image.new("RGB", (90, 60), (200, 40, 40))
HALVES.paste((30, 60, 220), (45, 0, 90, 60))
STORED = np.add.outer(np.arange(60), np.arange(90)).astype(np.uint16) * 20  # 0 to 2,960


@pytest.mark.parametrize("kind", ["HEIF", "JXL", "AVIF"])
def test_pixels_of_a_phone(kind):
    found = np.asarray(decode(encoded(HALVES, kind, quality=95)), int)
    assert found.shape == (60, 90, 3)
    assert np.abs(found[30, 10] - (200, 40, 40)).max() < 8 and np.abs(found[30, 80] - (30, 60, 220)).max() < 8


@pytest.mark.parametrize("kind", ["HEIF", "JXL"])
def test_they_are_turned_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    found = np.asarray(decode(encoded(HALVES, kind, exif=exif.tobytes())), int)
    assert found.shape == (90, 60, 3)
    assert np.abs(found[10, 30] - (200, 40, 40)).max() < 25 and np.abs(found[80, 30] - (30, 60, 220)).max() < 25


def test_the_wide_colours_of_a_phone_are_converted():
    found = np.asarray(decode(encoded(HALVES, "HEIF", quality=100, icc_profile=rgb_profile(ADOBE, 563 / 256))), float)
    expected = srgb_of_xyz((np.array([30, 60, 220]) / 255) ** (563 / 256) @ ADOBE.T)
    assert np.abs(found[30, 80] - expected).max() < 6


@pytest.mark.parametrize("kind", ["HEIF", "JXL"])
def test_a_large_one_is_refused_before_it_is_decoded(kind, monkeypatch):
    content = encoded(Image.new("L", (4000, 2000), 9).convert("RGB"), kind)
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(Rejected, match="too_large: 4000 x 2000"):
        decode(content, max_pixels=10**6)


@pytest.mark.parametrize("size", [(8, 8), (256, 256), (300, 200), (1920, 1080), (257, 1000), (5000, 33), (640, 480)])
@pytest.mark.parametrize("use_container", [False, True])
def test_the_size_in_the_header_of_a_jpeg_xl(size, use_container):
    assert jpeg_xl_size(encoded(Image.new("RGB", size), "JXL", use_container=use_container)) == size


@pytest.mark.parametrize("kind", ["HEIF", "JXL"])
def test_damage_is_a_reason(kind):
    content = encoded(HALVES, kind)
    for damaged in (content[: len(content) // 2], content[:20], content[:60] + bytes(len(content) - 60)):
        with pytest.raises(Rejected):
            decode(damaged)


def dicom(values: np.ndarray, syntax=ExplicitVRLittleEndian, data: bytes | None = None, **elements) -> bytes:
    """A DICOM file. values: uint16 or uint8 (h, w) or (h, w, 3); elements: by keyword, in place of the usual ones."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = syntax, pydicom.uid.SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    dataset = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
    bits = 8 * values.dtype.itemsize
    usual = {
        "Rows": values.shape[0],
        "Columns": values.shape[1],
        "SamplesPerPixel": 1 if values.ndim == 2 else 3,
        "PhotometricInterpretation": "MONOCHROME2" if values.ndim == 2 else "RGB",
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": 0,
        "PixelData": values.tobytes() if data is None else data,
    }
    if values.ndim == 3:
        usual["PlanarConfiguration"] = 0
    for name, value in {**usual, **elements}.items():
        setattr(dataset, name, value)
    dataset["PixelData"].VR = "OB" if bits == 8 else "OW"
    stream = BytesIO()
    pydicom.dcmwrite(stream, dataset)
    return stream.getvalue()


def grey_of(content: bytes) -> np.ndarray:
    return np.asarray(decode(content), int)[..., 0]


def test_a_window_says_what_is_black_and_white():
    """CT: 16 bits, slope and intercept to Hounsfield units, a window of soft tissue; PS3.3, C.11.2.1.2."""
    window = {"RescaleSlope": 1, "RescaleIntercept": -1024, "WindowCenter": [40, 500], "WindowWidth": [400, 2000]}
    found = grey_of(dicom(STORED, **window))
    units = STORED.astype(float) - 1024
    expected = np.where(
        units <= 39.5 - 199.5, 0, np.where(units > 39.5 + 199.5, 255, ((units - 39.5) / 399 + 0.5) * 255)
    )
    assert np.abs(found - expected).max() <= 0.5 and found.min() == 0 and found.max() == 255
    inverted = grey_of(dicom(STORED, **window, PhotometricInterpretation="MONOCHROME1"))
    assert np.abs(inverted + found - 255).max() <= 1


def test_without_a_window_all_that_occurs_is_shown():
    assert np.abs(grey_of(dicom(STORED)) - STORED / 2960 * 255).max() <= 0.5
    assert np.abs(grey_of(dicom(STORED + 1000)) - STORED / 2960 * 255).max() <= 0.5


def test_colour_and_compression():
    colours = np.asarray(HALVES)
    assert np.array_equal(decode(dicom(colours)), colours)
    frame = encoded(HALVES.convert("L"), "JPEG", quality=100)
    grey = np.asarray(HALVES.convert("L"))
    packed = pydicom.encaps.encapsulate([frame])
    content = dicom(grey, JPEGBaseline8Bit, packed, WindowCenter=128, WindowWidth=256)
    assert np.abs(grey_of(content) - grey).max() <= 3


def test_what_cannot_be_read_of_dicom_has_its_reason():
    with pytest.raises(Rejected, match="too_large"):
        decode(dicom(STORED), max_pixels=100)
    with pytest.raises(Rejected, match="a deflated DICOM"):
        decode(dicom(STORED, DeflatedExplicitVRLittleEndian))
    with pytest.raises(Rejected, match="save it uncompressed"):
        lossless = pydicom.uid.JPEGLosslessSV1
        decode(dicom(STORED, lossless, pydicom.encaps.encapsulate([b"\xff\xd8\xff\xd9"])))
    for damaged in (dicom(STORED)[:-200], dicom(STORED)[:300], bytes(128) + b"DICM" + bytes(50)):
        with pytest.raises(Rejected):
            decode(damaged)
