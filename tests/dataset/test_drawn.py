"""The drawn sample: the same everywhere, and never twice."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

from tests.wiring import ROOT
from transfer.dataset.animals import ANIMALS
from transfer.dataset.drawn import CLASSES, Traits, draw
from transfer.dataset.duplicates import find_near
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


def test_every_animal_has_drawings_of_its_own():
    assert CLASSES == ("cats", "dogs", "rabbits", "bears", "foxes")  # the place of a class decides its drawings
    assert len({digest(label, 3, 5) for label in CLASSES}) == 5


def test_what_no_animal_of_a_kind_has_takes_no_random_number():
    """So a trait that is new leaves the drawings of kinds that lack it as they were."""
    used, unused = np.random.default_rng(0), np.random.default_rng(0)
    assert not any(Traits(used).has(0) for _ in range(3))
    assert used.random() == unused.random()


@pytest.mark.parametrize("label", CLASSES)
def test_traits_are_as_frequent_as_they_are_said_to_be(label):
    kind = ANIMALS[label]
    traits = Traits(np.random.default_rng(1))
    assert np.mean([traits.has(kind.pricked_ears) for _ in range(2000)]) == pytest.approx(kind.pricked_ears, abs=0.04)
    assert np.mean([traits.measure(*kind.ear_size) for _ in range(2000)]) == pytest.approx(kind.ear_size[0], abs=0.03)


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
    thumbnails = np.array([list(picture.thumbnail) for picture in found], np.uint8)
    assert len(find_near([picture.id for picture in found], lambda rows: thumbnails[rows])) == 0
