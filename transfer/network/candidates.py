"""Candidates for the source model: a backbone, at a picture size of its own if need be."""

import re
from dataclasses import dataclass

from transfer.errors import InputError
from transfer.network.catalogue import find_backbone

WRITTEN = re.compile(r"([a-z0-9_]+?)(?:-(\d+))?")  # DVC keeps @ for itself, which would have been the natural mark
SMALLEST, LARGEST = 32, 1024  # pixels


@dataclass(frozen=True)
class Candidate:
    """One candidate.

    backbone: its name in the catalogue
    size: of the pictures that it is tried on, pixels; None: that of the run
    """

    backbone: str
    size: int | None

    @classmethod
    def parse(cls, text: str) -> "Candidate":
        """From a name such as efficientnet_lite2, or efficientnet_lite2-320 for pictures of 320 pixels.

        Raises InputError for another form, an unknown backbone or a size out of range.
        """
        written = WRITTEN.fullmatch(text)
        if not written:
            raise InputError(
                f"candidates has {text!r}; write the name of a backbone, and a picture size after a hyphen if it is to "
                "be tried at another: efficientnet_lite2-320."
            )
        size = written[2] and int(written[2])
        if size and not SMALLEST <= size <= LARGEST:
            raise InputError(f"candidates has {text!r}; picture sizes are from {SMALLEST} to {LARGEST} pixels.")
        find_backbone(written[1])
        return cls(written[1], size)
