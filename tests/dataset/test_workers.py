"""Work on all cores keeps the order, and takes few items ahead of those that are used."""

import operator
import os
import signal
import subprocess
import sys
from functools import partial

import pytest

from tests.wiring import ROOT
from transfer.dataset.workers import map_in_order
from transfer.errors import InputError


def test_results_come_in_order_and_items_are_taken_as_needed():
    taken = []

    def items():
        for number in range(200):
            taken.append(number)
            yield number

    results = map_in_order(partial(operator.mul, 3), items())
    assert next(results) == 0
    assert len(taken) < 200
    assert list(results) == [3 * number for number in range(1, 200)]


def test_no_items_and_a_failing_worker():
    assert list(map_in_order(abs, [])) == []
    with pytest.raises(ZeroDivisionError):
        list(map_in_order(partial(operator.truediv, 1), [1, 0, 2]))


def test_a_worker_that_is_killed_is_an_error_in_one_sentence():
    with pytest.raises(InputError, match="worker process was killed"):
        list(map_in_order(signal.raise_signal, [signal.SIGKILL]))


ENDLESS = """
import itertools, os, sys, time
from transfer.dataset.workers import map_in_order

def work(number):
    time.sleep(0.05)
    return os.getpid()

if __name__ == "__main__":
    for pid in map_in_order(work, itertools.count()):
        print(pid, flush=True)
"""


@pytest.mark.parametrize("sent, to_all", [(signal.SIGKILL, False), (signal.SIGINT, True)])
def test_workers_end_with_their_parent_and_in_silence(tmp_path, sent, to_all):
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS)
    parent = subprocess.Popen(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    parent.stdout.readline()
    (os.killpg if to_all else os.kill)(parent.pid, sent)  # Ctrl-C reaches the whole group
    errors = parent.communicate(timeout=20)[1]  # returns when all that could write have ended
    assert errors.count("Traceback") == to_all  # the parent's own, which stages turn into a sentence
