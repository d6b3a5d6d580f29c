"""Files that are no pictures, or of kinds that are not read, are named for what they are."""

import gzip
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.dataset.encoded import encoded
from tests.dataset.test_depth import GREY, tiff
from transfer.dataset import extra_formats
from transfer.dataset.decoding import decode
from transfer.dataset.rejected import Rejected

KINDS = [
    ("SVG", b"<?xml version='1.0'?>\n<!-- x --><svg xmlns='http://www.w3.org/2000/svg' width='90'/>"),
    ("SVG", b"\xef\xbb\xbf<svg width='90' height='90'/>"),
    ("ICO", encoded(Image.new("RGB", (32, 32)), "ICO")),
    ("PDF", encoded(Image.new("RGB", (32, 32)), "PDF")),
    ("PostScript", encoded(Image.new("RGB", (32, 32)), "EPS")),
    ("PSD", b"8BPS\0\1" + bytes(100)),
    ("7z", b"7z\xbc\xaf\x27\x1c" + bytes(100)),
    ("RAR", b"Rar!\x1a\x07\0" + bytes(100)),
    ("Zstandard", b"\x28\xb5\x2f\xfd" + bytes(100)),
    ("zip, an archive within: extract it and zip it again", b"PK\3\4" + bytes(100)),
    ("gzip", gzip.compress(b"<svg/>")),
    ("a text in XML", b"<?xml version='1.0'?><annotation/>"),
    ("a video", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"),
    ("git lfs pull", b"version https://git-lfs.github.com/spec/v1\noid sha256:00"),
    ("CR2, a camera's raw data", b"II*\0\x10\0\0\0CR\2\0" + bytes(100)),
    ("CR3, a camera's raw data", b"\0\0\0\x18ftypcrx \0\0\0\1crx isom"),
    ("RAF, a camera's raw data", b"FUJIFILMCCD-RAW 0201" + bytes(100)),
    ("a TIFF of a kind that is not read", b"II*\0" + bytes(100)),
    ("a video", b"\0\0\0\x08wide\0\0\0\0mdat" + bytes(100)),
    ("a video", b"\0\0\1\xba" + bytes(100)),
    ("SVG", b"<?xml version='1.0'?>\n<!DOCTYPE svg [" + b"<!ENTITY ns 'x'>" * 200 + b"]><svg/>"),
    ("TGA", b"\0\0\2\0\0\0\0\0\0\0\0\0\x20\0\x20\0\x18\x20" + bytes(100)),
    ("CUR", b"\0\0\2\0\1\0\x20\x20\0\0\0\0\0\0" + bytes(100)),
    ("an AVIF that is damaged", encoded(Image.new("RGB", (64, 64)), "AVIF")[:80]),
    ("a HEIC that is damaged", b"\0\0\0\x18ftypmif2\0\0\0\0heicmif1" + bytes(100)),
    ("a JPEG that is damaged", b"\xff\xd8\xff\xf7" + bytes(100)),
    ("a GIF that is damaged", b"GIF89a"),
    ("not a picture in any known format", b"RIFF\x24\0\0\0WAVEfmt "),
    ("not a picture in any known format", b"not a picture"),
    ("not a picture in any known format", bytes(500)),
]


@pytest.mark.parametrize("kind, content", KINDS, ids=[kind for kind, _ in KINDS])
def test_what_is_not_read_is_named(kind, content):
    with pytest.raises(Rejected) as caught:
        decode(content)
    assert caught.value.reason == "undecodable" and kind in caught.value.detail


def test_a_page_is_told_from_a_drawing():
    for page in (b"<!DOCTYPE html><svg/>", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>"):
        with pytest.raises(Rejected, match="html"):
            decode(page)


@pytest.mark.parametrize(
    "kind, tags",
    [
        ("DNG", ((50706, "I", [1]), (254, "I", [1]), (330, "I", [0]))),
        ("NEF or ARW", ((254, "I", [1]), (330, "I", [0]))),
    ],
)
def test_the_preview_of_raw_data_is_not_taken_for_the_picture(kind, tags):
    with pytest.raises(Rejected, match=f"{kind}, a camera's raw data"):
        decode(tiff(GREY, tags=tags))
    assert decode(tiff(GREY, tags=((254, "I", [0]), (330, "I", [0]))))  # a pyramid's full size


@pytest.mark.parametrize(
    "kind, extra, content",
    [
        ("HEIC", "heif", b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic"),
        ("JPEG XL", "jxl", b"\xff\x0a\xd8\xb1"),
        ("DICOM", "dicom", bytes(128) + b"DICM"),
    ],
)
def test_what_an_extra_would_read_says_so(monkeypatch, kind, extra, content):
    for package in ("pillow_heif", "pillow_jxl", "pydicom"):
        monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "transfer.dataset.dicom", raising=False)  # which imports one of them
    with pytest.raises(Rejected, match=f"{kind}; `make env EXTRAS={extra}` installs what reads it"):
        decode(content)
    assert f"{extra} = [" in (Path(extra_formats.__file__).parents[2] / "pyproject.toml").read_text()
