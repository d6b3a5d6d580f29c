"""Batches: the pictures of the store, to the bit, in the order asked for."""

import time
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from transfer.dataset.drawn import draw
from transfer.dataset.pictures import decode, encode, resize
from transfer.errors import InputError
from transfer.network.inference.batches import fill_last_batch, picture_batches

STREAMS = [encode(resize(draw("dogs", index, 0), 32)) for index in range(10)]
PICTURES = np.stack([np.asarray(decode(stream)) for stream in STREAMS])


@pytest.mark.parametrize("batch_size", [1, 2, 6])
def test_order_columns_and_bits(batch_size):
    rows = np.array([7, 1, 1, 9, 0, 3])
    got = list(picture_batches(STREAMS.__getitem__, rows, batch_size, rows * 10, np.eye(6, dtype=np.float32)))
    assert [len(pictures) for pictures, *_ in got] == [batch_size] * (6 // batch_size)
    pictures, tens, identity = (np.concatenate(column) for column in zip(*got, strict=True))
    assert np.array_equal(pictures, PICTURES[rows])  # TensorFlow decodes what Pillow decodes, exactly
    assert np.array_equal(tens, rows * 10) and np.array_equal(identity, np.eye(6))


@pytest.mark.parametrize(
    "count, batch_size, expected", [(3, 5, [0, 1, 2, 0, 1]), (4, 2, [0, 1, 2, 3]), (3, 2, [0, 1, 2, 0])]
)
def test_the_last_batch_is_filled_up_from_the_start(count, batch_size, expected):
    assert fill_last_batch(np.arange(count), batch_size).tolist() == expected


def test_no_columns():
    ((pictures,),) = picture_batches(STREAMS.__getitem__, fill_last_batch(np.arange(3), 5), 5)
    assert np.array_equal(pictures[:3], PICTURES[:3])


@pytest.mark.parametrize("source", [STREAMS.__getitem__, PICTURES], ids=["streams", "array"])
def test_no_tuner_makes_the_end_of_a_pass_wait(source):
    assert picture_batches(source, np.arange(4), 2).options().autotune.enabled is False


def test_a_batch_that_devices_cannot_share(monkeypatch):
    monkeypatch.setattr(tf.distribute, "get_strategy", lambda: SimpleNamespace(num_replicas_in_sync=2))
    with pytest.raises(InputError, match="a batch of 7 pictures cannot be shared by 2 devices; take a multiple"):
        picture_batches(STREAMS.__getitem__, np.arange(7), 7)


@pytest.mark.parametrize("kind", ["streams", "array"])
def test_batches_are_read_ahead(kind):
    """Although operations are deterministic, which makes TensorFlow read nothing ahead in a stateful pipeline."""
    read = []

    class Rows(np.ndarray):
        def __getitem__(self, rows):
            read.extend(np.atleast_1d(rows))
            return np.asarray(self)[rows]

    def stream(row: int) -> bytes:
        read.append(row)
        return STREAMS[row % len(STREAMS)]

    source = stream if kind == "streams" else np.zeros((200, 4), np.float32).view(Rows)
    batches = iter(picture_batches(source, np.arange(200), 2))
    next(batches)
    deadline = time.monotonic() + 20
    while len(read) < 6 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert 6 <= len(read) < 200  # two batches more than were asked for, but not all
