"""Row preprocess/phone: one large photograph, all checks on, against Pillow's quickest way to a small one."""

import time
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

from bench.harness import Measured, in_turn
from transfer.dataset.pictures import prepare

WIDTH, HEIGHT, SIZE = 4000, 3000, 224  # pixels
PICTURES = 8
GRAIN = 4  # of 255, the standard deviation: as a sensor leaves it
LIMITS = {"size": SIZE, "min_size": 32, "max_pixels": 300_000_000}


def phone(rounds: int) -> Measured:
    """Pictures a second of CPU time, in one process: neither side's start counts, nor what else the machine does."""
    contents = [photograph(seed) for seed in range(PICTURES)]
    prepare(contents[0], **LIMITS)  # once unmeasured
    draft(contents[0])
    megabytes = sum(map(len, contents)) / len(contents) / 1e6
    sides = in_turn(
        rounds,
        lambda: a_second(lambda content: prepare(content, **LIMITS), contents),
        lambda: a_second(draft, contents),
    )
    note = f"{PICTURES} drawn, {WIDTH} x {HEIGHT} pixels, {megabytes:.1f} MB on average, to {SIZE} pixels"
    return Measured("preprocess/phone", *sides, note=note)


def photograph(seed: int) -> bytes:
    """A JPEG with detail at every scale and the grain of a sensor, as phones write it."""
    random = np.random.default_rng(seed)
    sum_of = np.full((HEIGHT, WIDTH, 3), 128, np.float32)
    for cells in (4, 16, 64, 256, 1024):
        layer = np.clip(random.normal(128, 40, (cells * 3 // 4, cells, 3)), 0, 255).astype(np.uint8)
        sum_of += np.asarray(Image.fromarray(layer).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), np.float32) - 128
    sum_of += random.normal(0, GRAIN, (HEIGHT, WIDTH, 1))
    stream = BytesIO()
    Image.fromarray(np.clip(sum_of, 0, 255).astype(np.uint8)).save(stream, "JPEG", quality=85)
    return stream.getvalue()


def draft(content: bytes) -> None:
    image = Image.open(BytesIO(content))
    image.draft("RGB", (SIZE, SIZE))
    image.convert("RGB").resize((SIZE, SIZE), Image.Resampling.BICUBIC)


def a_second(work: Callable[[bytes], object], contents: list[bytes]) -> float:
    """How many are done in a second of CPU time."""
    start = time.process_time()
    for content in contents:
        work(content)
    return len(contents) / (time.process_time() - start)
