"""What to try on devices, and what came of it: see `device_attempt`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trial:
    """What to try.

    backbone: its name
    size: of the pictures, pixels; None: as it was pre-trained on
    train: fine-tune all blocks; else only extract features
    batch_size, pictures: how many
    devices, precision, jit_compile: as in params
    """

    backbone: str
    size: int | None = None
    train: bool = True
    batch_size: int = 32
    pictures: int = 64
    devices: str | int = "auto"
    precision: str = "float32"
    jit_compile: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a trial.

    devices: that computed, in words
    pictures_per_second: once everything was compiled
    sha256: of the trained weights, or of the features
    """

    devices: str
    pictures_per_second: float
    sha256: str
