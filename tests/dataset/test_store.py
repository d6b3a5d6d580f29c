"""The stored form: what is written is read, from any row, in any process."""

import json
import pickle

import numpy as np
import pytest

from transfer.classes import Classes
from transfer.dataset.array_rows import ArrayRows
from transfer.dataset.drawn import draw
from transfer.dataset.pictures import encode, resize
from transfer.dataset.spool import Spool
from transfer.dataset.store import PictureStore, StoreWriter, read_classes, read_manifest, write_classes
from transfer.errors import InputError


@pytest.fixture
def folder(tmp_path):
    writer = StoreWriter(tmp_path)
    for index in range(5):
        columns = {"id": f"{index:016d}", "file": f"train/cats/NA {index},ü.jpg", "label": "NA", "target": index % 2}
        columns |= {"split": "train", "sha256": "0" * 64, "width": 300, "height": 200}
        writer.add(encode(resize(draw("cats", index, 0), 48)), columns)
    writer.close()
    write_classes(tmp_path, Classes(("NA", "Ää"), "Ää"))
    return tmp_path


def test_rows_in_any_order(folder):
    store = PictureStore(folder)
    assert len(store) == 5
    for row in (4, 0, 2):
        assert store.jpeg(row) == encode(resize(draw("cats", row, 0), 48))
        assert store.picture(row).shape == (48, 48, 3) and store.picture(row).dtype == np.uint8


def test_the_manifest_is_read_as_written(folder):
    manifest = read_manifest(folder)
    assert list(manifest["id"]) == [f"{index:016d}" for index in range(5)]  # text, not a number
    assert list(manifest["label"]) == ["NA"] * 5  # a class may be called so
    assert manifest["offset"].iloc[1] == manifest["bytes"].iloc[0]


def test_classes_are_read_as_written(folder):
    assert PictureStore(folder).classes == read_classes(folder) == Classes(("NA", "Ää"), "Ää")
    assert json.loads((folder / "classes.json").read_text("utf-8")) == {"names": ["NA", "Ää"], "positive": "Ää"}
    write_classes(folder, Classes(("b", "c", "a")))
    assert read_classes(folder) == Classes(("b", "c", "a"), None)


def test_it_can_be_sent_to_another_process(folder):
    store = pickle.loads(pickle.dumps(PictureStore(folder)))
    assert store.picture(3).shape == (48, 48, 3)


def test_a_missing_store_says_what_makes_it(tmp_path):
    for read in (PictureStore, read_classes):
        with pytest.raises(InputError, match="dvc repro preprocess"):
            read(tmp_path)


def test_spool(tmp_path):
    spool = Spool(tmp_path / "spool")
    places = [spool.add(content) for content in (b"one", b"", b"three")]
    assert places == [0, 1, 2]
    assert [spool.read(place) for place in reversed(places)] == [b"three", b"", b"one"]
    spool.close()
    assert not list(tmp_path.iterdir())


def test_spooled_rows(tmp_path):
    spool = Spool(tmp_path / "spool")
    for content in (b"ab", b"cd", b"ef"):
        spool.add(content)
    assert spool.rows([2, 0]).tolist() == [list(b"ef"), list(b"ab")]


def test_rows_of_a_file_are_those_of_the_array(tmp_path):
    array = np.arange(60, dtype=np.float32).reshape(12, 5)
    np.save(tmp_path / "rows.npy", array)
    rows = ArrayRows(tmp_path / "rows.npy")
    assert len(rows) == 12 and rows.shape == (12, 5)
    for chosen in (slice(3, 7), slice(8, 20), slice(12, 16), np.array([11, 0, 0, 4]), np.array([], int)):
        np.testing.assert_array_equal(rows[chosen], array[chosen])
        assert rows[chosen].dtype == np.float32
