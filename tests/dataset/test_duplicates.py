"""The same picture twice is found, however it was edited, and the right one is dropped."""

from collections import Counter
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter

from transfer.dataset import duplicates
from transfer.dataset.drawn import draw
from transfer.dataset.duplicates import choose_dropped
from transfer.dataset.pictures import decode, prepare

DISTANCE = 4


def near_groups(hashes, thumbnails, distance):
    return duplicates.near_groups(hashes, thumbnails, distance, np.arange(len(hashes)))


def fingerprints(images):
    """Ids, hashes and thumbnails of images, as `choose_dropped` takes them."""

    def content(image):
        stream = BytesIO()
        image.save(stream, "PNG")
        return stream.getvalue()

    found = [prepare(content(image), 32, 1, 10**8) for image in images]
    hashes = np.array([picture.phash for picture in found], np.uint64)
    return [picture.id for picture in found], hashes, np.array([list(picture.thumbnail) for picture in found], np.uint8)


def as_jpeg(image, quality):
    stream = BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return decode(stream.getvalue())


EDITS = {
    "compressed": lambda image: as_jpeg(image, 40),
    "smaller": lambda image: image.resize((150, 140)),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.08),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(1)),
    "cropped": lambda image: image.crop((1, 1, image.width - 1, image.height - 1)),
}
ORIGINALS = [draw(label, index, 5) for label in ("cats", "dogs") for index in range(30)]


@pytest.fixture(scope="module")
def originals():
    return fingerprints(ORIGINALS)


@pytest.mark.parametrize("edit", EDITS)
def test_edits_of_a_picture_are_found_and_others_are_not(originals, edit):
    _, hashes, thumbnails = originals
    _, edited_hashes, edited_thumbnails = fingerprints([EDITS[edit](image) for image in ORIGINALS[:20]])
    groups = near_groups(
        np.concatenate([hashes, edited_hashes]), np.concatenate([thumbnails, edited_thumbnails]), DISTANCE
    )
    assert (groups[:60] == np.arange(60)).all(), "two different drawings were taken for one"
    assert (groups[60:] == np.arange(20)).mean() >= 0.9


def test_plain_pictures_share_a_hash_but_are_not_the_same():
    _, hashes, thumbnails = fingerprints([Image.new("RGB", (64, 64), (shade,) * 3) for shade in (10, 60, 200)])
    assert len(set(hashes.tolist())) == 1
    assert near_groups(hashes, thumbnails, DISTANCE).tolist() == [0, 1, 2]


@given(st.lists(st.integers(0, 2**64 - 1), max_size=20), st.integers(0, 8), st.randoms(use_true_random=False))
def test_banding_misses_no_pair(values, distance, rng):
    values += [value ^ sum(1 << bit for bit in rng.sample(range(64), rng.randrange(10))) for value in values]
    expected = list(range(len(values)))
    for i, one in enumerate(values):
        for j, other in enumerate(values):
            if (one ^ other).bit_count() <= distance:
                joined = {expected[i], expected[j]}
                expected = [min(joined) if group in joined else group for group in expected]
    thumbnails = np.zeros((len(values), 256), np.uint8)
    assert near_groups(np.array(values, np.uint64), thumbnails, distance).tolist() == expected


def reasons(rows):
    """Why each row is dropped, by its index. rows: (id, label, is_test); the same picture only where ids are equal."""
    names = sorted({name for name, *_ in rows})
    thumbnails = np.array([[40 * names.index(name)] * 256 for name, *_ in rows], np.uint8)
    hashes = np.zeros(len(rows), np.uint64)
    found = choose_dropped(*(list(column) for column in zip(*rows, strict=True)), hashes, thumbnails, 0)
    return {index: reason for index, (reason, _) in found.items()}


def test_one_of_a_kind_stays():
    assert reasons([("a", "cats", False), ("b", "cats", False), ("a", "cats", False)]) == {2: "duplicate"}


def test_train_pictures_that_are_in_test_leak_and_go():
    rows = [("a", "cats", False), ("a", "cats", False), ("b", "cats", False), ("a", "cats", True), ("a", "cats", True)]
    assert reasons(rows) == {0: "leak", 1: "leak", 4: "duplicate"}


def test_one_picture_under_two_labels_goes_everywhere():
    rows = [("a", "cats", False), ("a", "dogs", False), ("a", "cats", True), ("b", "dogs", True)]
    assert reasons(rows) == dict.fromkeys(range(3), "label_conflict")


def test_near_copies_of_train_pictures_in_test_leak():
    ids, hashes, thumbnails = fingerprints([ORIGINALS[0], ORIGINALS[1], as_jpeg(ORIGINALS[0], 60)])
    found = choose_dropped(ids, ["cats"] * 3, [False, False, True], hashes, thumbnails, DISTANCE)
    assert found == {0: ("leak", 2)}


@pytest.fixture
def compared(monkeypatch):
    """How many pairs of hashes, and how many pairs of thumbnails, are compared."""
    compared = Counter()
    bitwise_count, look_alike = np.bitwise_count, duplicates._look_alike

    def counting_hashes(differences):
        compared["hashes"] += len(differences)
        return bitwise_count(differences)

    def counting_thumbnails(thumbnails, brightness, one, others):
        compared["thumbnails"] += len(others)
        return look_alike(thumbnails, brightness, one, others)

    monkeypatch.setattr(np, "bitwise_count", counting_hashes)
    monkeypatch.setattr(duplicates, "_look_alike", counting_thumbnails)
    return compared


@pytest.mark.parametrize("placeholders, share", [(0, 0.01), (5000, 0.25)])
def test_few_pairs_of_25000_are_compared_even_if_thousands_are_one_picture(compared, placeholders, share):
    n = 25_000
    hashes = np.random.default_rng(0).integers(0, 2**63, n).astype(np.uint64)
    hashes[1:1000:2] = hashes[0:1000:2] ^ np.uint64(0b1011)
    hashes[1000 : 1000 + placeholders] = hashes[1000]  # "picture not available"
    groups = near_groups(hashes, np.zeros((n, 256), np.uint8), DISTANCE)
    assert (groups[1:1000:2] == groups[0:1000:2]).all()
    assert (groups[1000 : 1000 + placeholders] == 1000).all()
    assert compared["hashes"] < share * n * (n - 1) / 2
    assert 500 <= compared["thumbnails"] < 2 * (500 + placeholders)
