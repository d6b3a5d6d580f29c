"""The same picture twice is found, whatever was done to it, and what goes is what has to go."""

from io import BytesIO

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from stages.dataset.drawn import draw
from stages.dataset.duplicates import judge, near_pairs
from stages.dataset.pictures import decode, prepare

DISTANCE = 4


def learnt(images):
    def content(image):
        stream = BytesIO()
        image.save(stream, "PNG")
        return stream.getvalue()

    found = [prepare(content(image), 32, 1, 10**8) for image in images]
    hashes = np.array([picture.phash for picture in found], np.uint64)
    return [picture.id for picture in found], hashes, np.stack([picture.thumbnail for picture in found])


def test_edits_of_a_picture_are_found_and_others_are_not():
    originals = [draw(label, index, 5) for label in ("cats", "dogs") for index in range(60)]
    first = originals[0]
    stream = BytesIO()
    first.save(stream, "JPEG", quality=40)
    edits = [decode(stream.getvalue()), first.resize((150, 140)), ImageEnhance.Brightness(first).enhance(1.03)]
    _, hashes, thumbnails = learnt(originals + edits)
    pairs = near_pairs(hashes, thumbnails, DISTANCE).tolist()
    assert {tuple(pair) for pair in pairs} >= {(0, 120), (0, 121), (0, 122)}
    assert all(pair[1] >= 120 for pair in pairs), "two different drawings were taken for one"


def test_plain_pictures_share_a_hash_but_are_told_apart():
    _, hashes, thumbnails = learnt([Image.new("RGB", (64, 64), (shade,) * 3) for shade in (10, 60, 200)])
    assert len(set(hashes.tolist())) == 1
    assert len(near_pairs(hashes, thumbnails, DISTANCE)) == 0


@given(st.lists(st.integers(0, 2**64 - 1), max_size=30), st.integers(0, 8), st.randoms(use_true_random=False))
def test_banding_misses_no_pair(values, distance, rng):
    values += [value ^ sum(1 << bit for bit in rng.sample(range(64), rng.randrange(10))) for value in values]
    hashes, thumbnails = np.array(values, np.uint64), np.zeros((len(values), 16, 16), np.uint8)
    expected = [
        [i, j]
        for i in range(len(values))
        for j in range(i + 1, len(values))
        if (values[i] ^ values[j]).bit_count() <= distance
    ]
    assert near_pairs(hashes, thumbnails, distance).tolist() == expected


def verdict(rows):
    """rows: (id, label, is_test); equal ids only, no near pairs."""
    n = len(rows)
    hashes = np.array([hash(name) & 0xFFFF for name, *_ in rows], np.uint64)
    thumbnails = np.array(
        [np.full((16, 16), 20 * (sorted({r[0] for r in rows}).index(name))) for name, *_ in rows], np.uint8
    )
    found = judge(*(list(column) for column in zip(*rows, strict=True)), hashes, thumbnails.reshape(n, 16, 16), 0)
    return {index: reason for index, (reason, _) in found.items()}


def test_one_of_a_kind_stays():
    assert verdict([("a", "cats", False), ("b", "cats", False), ("a", "cats", False)]) == {2: "duplicate"}


def test_train_pictures_that_are_in_test_leak_and_go():
    rows = [("a", "cats", False), ("a", "cats", False), ("b", "cats", False), ("a", "cats", True), ("a", "cats", True)]
    assert verdict(rows) == {0: "leak", 1: "leak", 4: "duplicate"}


def test_one_picture_under_two_labels_goes_everywhere():
    rows = [("a", "cats", False), ("a", "dogs", False), ("a", "cats", True), ("b", "dogs", True)]
    assert verdict(rows) == dict.fromkeys(range(3), "label_conflict")


def test_twenty_five_thousand_take_no_quadratic_time():
    rng = np.random.default_rng(0)
    hashes = rng.integers(0, 2**63, 25_000).astype(np.uint64)
    hashes[1:1000:2] = hashes[0:1000:2] ^ np.uint64(0b1011)
    pairs = near_pairs(hashes, np.zeros((25_000, 16, 16), np.uint8), DISTANCE)
    assert len(pairs) >= 500
