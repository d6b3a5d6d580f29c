"""Training that survives: killed anywhere, it goes on after its last finished epoch, to the same bytes."""

import errno
import random
import time

import numpy as np
import pytest

from tests.network import small
from transfer.network.training.checkpoint import Checkpoint, training_identity

ARRAYS = {"a": np.arange(3.0), "b.0": np.ones((2, 2), np.float32)}


def same(one, other) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_what_was_saved_comes_back(tmp_path):
    checkpoint = Checkpoint(tmp_path / "checkpoint", "mine")
    assert checkpoint.load() is None
    checkpoint.save(ARRAYS)
    assert same(checkpoint.load(), ARRAYS)
    checkpoint.save({"a": np.zeros(1)})
    assert same(checkpoint.load(), {"a": np.zeros(1)})
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]
    checkpoint.remove()
    checkpoint.remove()
    assert not list(tmp_path.iterdir())


def test_one_of_another_training_is_not_used(tmp_path):
    Checkpoint(tmp_path / "checkpoint", "mine").save(ARRAYS)
    assert Checkpoint(tmp_path / "checkpoint", "yours").load() is None


@pytest.mark.parametrize("keep", [0, 100, -40])
def test_a_damaged_one_is_not_used(tmp_path, keep):
    checkpoint = Checkpoint(tmp_path / "checkpoint", "mine")
    checkpoint.save(ARRAYS)
    checkpoint.path.write_bytes(checkpoint.path.read_bytes()[:keep])
    assert checkpoint.load() is None


def test_a_full_disk_leaves_the_old_one(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "checkpoint", "mine")
    checkpoint.save(ARRAYS)

    def full(file, **arrays):
        file.write(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save({"a": np.zeros(1)})
    assert same(checkpoint.load(), ARRAYS)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_only_one_process_writes(tmp_path):
    Checkpoint(tmp_path / "checkpoint", "mine", writes=False).save(ARRAYS)
    assert not list(tmp_path.iterdir())


def test_identity_depends_on_values_files_and_code(tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("one")
    first = training_identity((1, "a"), [file])
    assert training_identity((1, "a"), [file]) == first
    assert training_identity((2, "a"), [file]) != first
    file.write_text("two")
    assert training_identity((1, "a"), [file]) != first
    file.write_text("one")
    changed = tmp_path / "head.py"
    changed.write_text("changed")
    monkeypatch.setattr("transfer.network.training.checkpoint.__file__", str(changed))
    assert training_identity((1, "a"), [file]) != first


@pytest.mark.slow
@pytest.mark.parametrize("units, kills", [(1, 10), (3, 4)])
def test_killed_at_some_moments_it_ends_in_the_same_bytes(tmp_path, units, kills):
    context, moments = small.processes(), random.Random(0)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    child = context.Process(target=small.train, args=(whole, 3, units))
    child.start()
    child.join()
    assert child.exitcode == 0 and (whole / "checkpoint").is_file()

    def age() -> float:
        return (broken / "checkpoint").stat().st_mtime_ns if (broken / "checkpoint").is_file() else 0

    for kill in range(kills):
        before, child = age(), context.Process(target=small.train, args=(broken, 3, units))
        child.start()
        while age() == before and child.is_alive():  # one epoch more, so that kills go all through the training
            time.sleep(0.002)
        time.sleep(moments.uniform(0, 0.05))
        assert child.is_alive(), f"it ended before kill {kill}"
        child.kill()
        child.join()
    child = context.Process(target=small.train, args=(broken, 3, units))
    child.start()
    child.join()
    assert child.exitcode == 0
    for name in ("model.keras", "history.npy", "checkpoint"):
        assert (whole / name).read_bytes() == (broken / name).read_bytes(), name
