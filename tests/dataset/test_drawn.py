"""The drawn sample: the same everywhere, and never twice."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from tests.wiring import ROOT
from transfer.dataset.drawn import CLASSES, draw
from transfer.dataset.duplicates import choose_dropped
from transfer.dataset.pictures import encode, prepare


def digest(label, index, seed):
    return hashlib.sha256(draw(label, index, seed).tobytes()).hexdigest()


def test_the_same_in_another_process():
    code = "import hashlib; from transfer.dataset.drawn import draw; "
    code += "print(hashlib.sha256(draw('dogs', 3, 11).tobytes()).hexdigest())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest("dogs", 3, 11)


def test_label_index_and_seed_all_matter():
    assert len({digest(*which) for which in [("cats", 0, 0), ("dogs", 0, 0), ("cats", 1, 0), ("cats", 0, 1)]}) == 4
    with pytest.raises(ValueError):
        draw("birds", 0, 0)


def test_sizes_vary_as_photographs_do():
    sizes = np.array([draw("cats", index, 2).size for index in range(40)])
    assert (
        sizes.min() >= 200
        and sizes.max() <= 420
        and (sizes[:, 0] > sizes[:, 1]).any()
        and len({*map(tuple, sizes)}) > 35
    )


@pytest.mark.slow
def test_no_two_drawings_are_near_duplicates():
    found = [prepare(encode(draw(label, index, 4)), 32, 1, 10**8) for label in CLASSES for index in range(250)]
    hashes = np.array([picture.phash for picture in found], np.uint64)
    thumbnails = np.array([list(picture.thumbnail) for picture in found], np.uint8)
    n = len(found)
    assert choose_dropped([picture.id for picture in found], ["cats"] * n, [False] * n, hashes, thumbnails, 4) == {}
