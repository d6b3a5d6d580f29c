"""Pictures prepared at another size: from the originals, and as preprocess would have stored them."""

import hashlib
from io import BytesIO

import pytest
from PIL import Image

from tests.dataset.encoded import encoded
from transfer.dataset.drawn import draw
from transfer.dataset.other_size import pictures_at
from transfer.dataset.packing import pack
from transfer.dataset.pictures import prepare
from transfer.errors import InputError

LIMITS = {"min_size": 16, "max_pixels": 10**7}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_streams_are_those_of_the_originals_in_the_order_asked_for(tmp_path):
    originals = {f"cats/{index}.png": encoded(draw("cats", index, 0)) for index in range(3)}
    (tmp_path / "raw/train").mkdir(parents=True)
    pack([*originals.items(), ("cats/broken.png", b"no picture")], tmp_path / "raw/train/all.zip")
    wanted = [originals["cats/2.png"], originals["cats/0.png"], originals["cats/2.png"]]
    with pictures_at(96, map(sha256, wanted), tmp_path / "raw", tmp_path) as jpeg:
        for row, content in enumerate(wanted):
            assert jpeg(row) == prepare(content, size=96, **LIMITS).jpeg
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


def test_a_picture_below_the_limits_that_was_kept_by_hand_is_there_too(tmp_path):
    (tmp_path / "raw/train").mkdir(parents=True)
    blank = encoded(Image.new("RGB", (8, 8), "white"))
    pack([("cats/blank.png", blank)], tmp_path / "raw/train/all.zip")
    with pictures_at(32, [sha256(blank)], tmp_path / "raw", tmp_path) as jpeg:
        assert Image.open(BytesIO(jpeg(0))).size == (32, 32)


def test_an_original_that_is_gone_is_named_as_a_fault_of_the_folder(tmp_path):
    (tmp_path / "raw/train").mkdir(parents=True)
    pack([("cats/0.png", encoded(draw("cats", 0, 0)))], tmp_path / "raw/train/all.zip")
    with (
        pytest.raises(InputError, match=r"raw lacks 1 of the pictures in data/prepared; run `dvc repro preprocess`"),
        pictures_at(32, [sha256(b"another")], tmp_path / "raw", tmp_path),
    ):
        pass
