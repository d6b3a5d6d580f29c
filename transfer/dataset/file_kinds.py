"""What a file is that is no picture, or one of a kind that is not read, by its first bytes."""

import re

from transfer.dataset.archive_members import OTHER_ARCHIVES, ZIP_AGAIN

SAVE = "save it as PNG or JPEG"
RAW = f"a camera's raw data: develop it, or {SAVE}"
VIDEO = "a video"
OR_NOT_READ = f"that is damaged, or of a kind that is not read: fetch it again, or {SAVE}"
READ = {b"\xff\xd8\xff": "a JPEG", b"\x89PNG\r\n\x1a\n": "a PNG", b"GIF8": "a GIF", b"BM": "a BMP"}
ARCHIVE = f"an archive within: {ZIP_AGAIN}"
KINDS = {  # by how the file begins; the longest beginning that fits counts
    b"%PDF": f"PDF: {SAVE}",
    b"%!PS": f"PostScript: {SAVE}",
    b"\xc5\xd0\xd3\xc6": f"PostScript: {SAVE}",
    b"\0\0\1\0": f"ICO, an icon: {SAVE}",
    b"\0\0\2\0": f"TGA: {SAVE}",
    b"\0\0\x0a\0": f"TGA: {SAVE}",
    b"8BPS": f"PSD, of Photoshop: {SAVE}",
    b"gimp xcf": f"XCF, of GIMP: {SAVE}",
    b"AT&TFORM": f"DjVu: {SAVE}",
    b"\xd7\xcd\xc6\x9a": f"WMF, a drawing: {SAVE}",
    b"\1\0\0\0\x58\0\0\0": f"EMF, a drawing: {SAVE}",
    b"II\xbc": f"JPEG XR: {SAVE}",
    b"BPG\xfb": f"BPG: {SAVE}",
    b"qoif": f"QOI: {SAVE}",
    b"\x76\x2f\x31\x01": f"OpenEXR: {SAVE}",
    b"#?RADIANCE": f"Radiance HDR: {SAVE}",
    b"SIMPLE  =": f"FITS: {SAVE}",
    b"\x89HDF": f"HDF5: {SAVE}",
    b"\x93NUMPY": f"a NumPy array: {SAVE}",
    b"IIU\0": f"RW2, {RAW}",
    b"IIRO": f"ORF, {RAW}",
    b"IIRS": f"ORF, {RAW}",
    b"MMOR": f"ORF, {RAW}",
    b"FUJIFILMCCD-RAW": f"RAF, {RAW}",
    b"FOVb": f"X3F, {RAW}",
    b"II*\0": f"a TIFF of a kind that is not read: {SAVE}",
    b"MM\0*": f"a TIFF of a kind that is not read: {SAVE}",
    b"PK\3\4": f"zip, {ARCHIVE}",
    b"\x1f\x8b": f"gzip, {ARCHIVE}",
    b"\x1aE\xdf\xa3": VIDEO,
    b"\0\0\1\xba": VIDEO,
    b"\x30\x26\xb2\x75": VIDEO,
    **{start: f"{kind} {OR_NOT_READ}" for start, kind in READ.items()},
    b"version https://git-lfs": "a pointer of Git LFS: fetch the pictures with `git lfs pull`",
} | {magic: f"{kind}, {ARCHIVE}" for magic, kind in OTHER_ARCHIVES.items()}
HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs")  # brands
AVIF = (b"avif", b"avis")
QUICKTIME = (b"wide", b"mdat", b"moov", b"free", b"skip")  # how videos begin that name no brand
HEAD = 2**14  # bytes in which a drawing says that it is one
EXTRAS = {"HEIC": "heif", "JPEG XL": "jxl", "DICOM": "dicom"}  # what reads them, of `make env EXTRAS=`


def extra_kind(content: bytes) -> str | None:
    """HEIC, JPEG XL or DICOM: the kinds that are read if their package is installed. None: no such file."""
    brands = _brands(content)
    if brands[:1] and (brands[0] in HEIC or (brands[0] in (b"mif1", b"msf1") and {*HEIC} & {*brands})):
        return "HEIC"
    if content.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")):
        return "JPEG XL"
    return "DICOM" if content[128:132] == b"DICM" else None


def missing_extra(kind: str) -> str:
    """Of a kind that `extra_kind` returns: that its package is missing, and what to do."""
    return f"{kind}; `make env EXTRAS={EXTRAS[kind]}` installs what reads it"


def is_web_page(content: bytes) -> bool:
    start = _text(content)
    return start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<?xml") and b"<html" in start)


def name_kind(content: bytes) -> str:
    """What a file is that Pillow does not read, and what to do, in a few words."""
    start = _text(content)
    if start.startswith(b"<") and re.search(rb"<svg|<!doctype svg", content[:HEAD].lower()):
        return f"SVG, a drawing: {SAVE}"
    if start.startswith(b"<?xml"):
        return "a text in XML"
    if content.startswith(b"II*\0") and content[8:10] == b"CR":
        return f"CR2, {RAW}"
    if brands := _brands(content):
        if brands[0] == b"crx ":
            return f"CR3, {RAW}"
        known = [kind for kind, own in (("an AVIF", AVIF), ("a HEIC", HEIC)) if {*own} & {*brands}]
        return f"{known[0]} {OR_NOT_READ}" if known else VIDEO
    if content[4:8] in QUICKTIME or (content[:4] == b"RIFF" and content[8:12] == b"AVI "):
        return VIDEO
    if content.startswith(b"\0\0\2\0") and content[4:6] != b"\0\0" and content[9:10] == b"\0":
        return f"CUR, a mouse pointer: {SAVE}"
    fitting = [magic for magic in KINDS if content.startswith(magic)]
    return KINDS[max(fitting, key=len)] if fitting else "not a picture in any known format"


def _text(content: bytes) -> bytes:
    return content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()


def _brands(content: bytes) -> list[bytes]:
    """Of a file in the container of MP4, HEIF and AVIF: what it says it conforms to, the main one first."""
    if content[4:8] != b"ftyp":
        return []
    length = min(int.from_bytes(content[:4], "big"), 256)
    return [content[8:12], *(content[at : at + 4] for at in range(16, length, 4))]
