"""Checksums of files."""

import hashlib
from pathlib import Path


def sha256(path: Path) -> str:
    """The sha256 of a file, hexadecimal."""
    return checksum(path, "sha256")


def checksum(path: Path, algorithm: str) -> str:
    """The checksum of a file, hexadecimal; algorithm: one of hashlib's, by name."""
    return checksums(path, algorithm)[0]


def checksums(path: Path, *algorithms: str) -> list[str]:
    """Several checksums of a file, hexadecimal, which is read once and in pieces.

    algorithms: names that hashlib knows
    """
    digests = [hashlib.new(algorithm) for algorithm in algorithms]
    with path.open("rb") as file:
        while piece := file.read(2**20):
            for digest in digests:
                digest.update(piece)
    return [digest.hexdigest() for digest in digests]
