"""Plant defects of every kind, with known truth, into the real photographs."""

import random
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance


def plant(photographs: Path, folder: Path, defects: int, seed: int) -> dict[str, str]:
    """Unpack the photographs into folder/train and folder/test, plant `defects` files, and disguise as many sound ones.

    Returns the truth: each file that has to be set aside, named as in rejects.csv, and the reason.
    """
    for split in ("train", "test"):
        with zipfile.ZipFile(photographs / f"cats-dogs-{split}.zip") as archive:
            archive.extractall(folder)
    rng = random.Random(seed)
    pictures = {split: sorted((folder / split).rglob("*.jpg")) for split in ("train", "test")}
    sources = rng.sample(pictures["train"], 2 * defects)
    kinds, disguises = list(KINDS), list(DISGUISES.values())
    truth = {}
    for number, source in enumerate(sources[defects:]):
        source.write_bytes(disguises[number % len(disguises)](source.read_bytes()))
    del sources[defects:]
    for junk in ("Thumbs.db", ".DS_Store", "__MACOSX/._cat.1.jpg"):
        (folder / "train" / "cats" / junk).parent.mkdir(exist_ok=True)
        (folder / "train" / "cats" / junk).write_bytes(b"left behind")
    for number, source in enumerate(sources):
        kind = kinds[number % len(kinds)]
        reason, make = KINDS[kind]
        target = source.with_name(f"z{number}-{kind}.jpg")
        if reason == "leak":
            # The same picture, kept in test: what goes is the one in train.
            target = folder / "test" / source.parent.name / target.name
            truth[name(source, folder)] = reason
        elif reason == "label_conflict":
            other = "dogs" if source.parent.name == "cats" else "cats"
            target = folder / "train" / other / target.name
            truth[name(source, folder)] = truth[name(target, folder)] = reason
        else:
            truth[name(target, folder)] = reason
        target.write_bytes(make(source.read_bytes()))
    return truth


def name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _saved(image: Image.Image, kind: str, **options) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def _opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def _flipped(content: bytes) -> bytes:
    damaged = bytearray(_saved(_opened(content), "PNG"))
    damaged[-18] ^= 1  # in the checksum of the pixels: decoders are content without it
    return bytes(damaged)


def _endless(content: bytes) -> bytes:
    progressive = _saved(_opened(content), "JPEG", progressive=True)
    return progressive[:-2] + 1000 * progressive[progressive.rindex(b"\xff\xda") : -2] + progressive[-2:]


def _deep(content: bytes) -> bytes:
    return _saved(Image.fromarray(np.asarray(_opened(content).convert("L"), np.uint16) * 257), "PNG")


def _turned(content: bytes) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return _saved(_opened(content), "JPEG", exif=exif)


def _animated(content: bytes) -> bytes:
    return _saved(_opened(content), "WEBP", save_all=True, append_images=[Image.new("RGB", _opened(content).size)])


KINDS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "empty": ("empty", lambda content: b""),
    "page": ("html", lambda content: b"<!DOCTYPE html><title>Quota exceeded</title>"),
    "noise": ("undecodable", lambda content: bytes(reversed(content))),
    "postscript": ("undecodable", lambda content: _saved(_opened(content), "EPS")),
    "flipped": ("undecodable", _flipped),
    "endless": ("undecodable", _endless),
    "half": ("truncated", lambda content: content[: len(content) // 2]),
    "cut-end": ("truncated", lambda content: content[:-2]),
    "tiny": ("too_small", lambda content: _saved(_opened(content).resize((40, 20)), "JPEG")),
    "bomb": ("too_large", lambda content: _saved(Image.new("1", (20_000, 20_000)), "PNG")),
    "copy": ("duplicate", lambda content: content),
    "other-container": ("duplicate", lambda content: _saved(_opened(content), "BMP")),
    "recompressed": ("near_duplicate", lambda content: _saved(_opened(content), "JPEG", quality=60)),
    "smaller": ("near_duplicate", lambda c: _saved(_opened(c).resize([s * 3 // 4 for s in _opened(c).size]), "PNG")),
    "brighter": ("near_duplicate", lambda c: _saved(ImageEnhance.Brightness(_opened(c)).enhance(1.06), "PNG")),
    "cropped": ("near_duplicate", lambda c: _saved(_opened(c).crop((1, 1, *(s - 1 for s in _opened(c).size))), "PNG")),
    "leak": ("leak", lambda content: content),
    "near-leak": ("leak", lambda content: _saved(_opened(content), "JPEG", quality=70)),
    "conflict": ("label_conflict", lambda content: content),
}

DISGUISES: dict[str, Callable[[bytes], bytes]] = {
    "grey": lambda content: _saved(_opened(content).convert("L"), "JPEG"),
    "four inks": lambda content: _saved(_opened(content).convert("CMYK"), "JPEG"),
    "palette": lambda content: _saved(_opened(content).quantize(256), "GIF"),
    "16 bits": _deep,
    "transparent": lambda content: _saved(_opened(content).convert("RGBA"), "PNG"),
    "turned": _turned,
    "animated": _animated,
    "senseless metadata": lambda content: _saved(_opened(content), "JPEG", exif=b"Exif\0\0II*\0\xff\0\0\0"),
}
