"""Run preprocess or feature_extract with the pictures shared out among the processes of a Ray cluster: the same bytes.

RAY_ADDRESS names the cluster, whose hosts share the project's folder; without it Ray starts one on this machine. The
stage's own code does everything, and decides here what is decided over all pictures; Ray takes the place of its loop.
`dvc commit STAGE` then records the outputs as the stage's.
"""

import argparse
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from transfer.dataset.archives import member_ranges
from transfer.dataset.rejects import Rejects
from transfer.errors import InputError
from transfer.project.params import load_params
from transfer.project.runner import exclusive_lock

MEMBERS, BATCHES = 512, 8  # of a shard: members of an archive; batches for the backbone
AHEAD = 2  # shards on their way for each process
Engine = Callable[[Callable, Iterable], Iterable]  # `map`, or what does the same elsewhere


def main(given: argparse.Namespace) -> None:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        raise InputError("Ray is not installed; run `make repro EXTRAS=ray` once.") from None
    with exclusive_lock(given.stage):
        # As many processes as cores, of one thread each: by itself TensorFlow takes all cores for every one of them.
        threads = {"env_vars": {"TF_NUM_INTRAOP_THREADS": "1"}}
        ray.init(runtime_env=threads, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        try:
            STAGES[given.stage](map_by_ray)
        finally:
            ray.shutdown()


def map_by_ray(work: Callable[[Any], Any], shards: Iterable[Any]) -> Iterator[Any]:
    """`map` by Ray: what is lost with a process or a host is done again; few results are in memory at a time.

    Raises what `work` raises, and InputError if a shard is lost four times.
    """
    import ray

    # Tasks, not actors: those of a host that is gone move to another, where an actor would wait for room.
    task = ray.remote(max_retries=3)(_done)
    ahead = AHEAD * int(ray.cluster_resources()["CPU"])
    shards, work, root = iter(shards), ray.put(work), Path.cwd()
    pending = deque(task.remote(root, work, shard) for shard in islice(shards, ahead))
    try:
        while pending:
            yield ray.get(pending.popleft())
            pending.extend(task.remote(root, work, shard) for shard in islice(shards, 1))
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    except ray.exceptions.RayError as error:
        raise InputError(f"a shard was lost again and again ({str(error).splitlines()[0]}); see Ray's logs.") from None


def _done(root: Path, work: Callable[[Any], Any], shard: Any) -> Any:
    os.chdir(root)
    return work(shard)


def preprocess(engine: Engine) -> None:
    from stages import preprocess as stage

    def checked(work: Callable, archives: list[Path], rejects: Rejects) -> Iterator[stage.Outcome]:
        shards = ((archive, part) for archive in archives for part in member_ranges(archive, MEMBERS))
        for outcomes, passed_over in engine(partial(_checked, work), shards):
            rejects.rows += passed_over
            yield from outcomes

    stage.main(checked)


def _checked(work: Callable, shard: tuple[Path, range]) -> tuple[list, list]:
    """In a worker, which reads its part of the archive itself."""
    from stages.preprocess import arrivals

    archive, part = shard
    rejects = Rejects()
    return [work(item) for item in arrivals(archive, rejects, part)], rejects.rows


def feature_extract(engine: Engine) -> None:
    from stages import feature_extract as stage
    from transfer.network.inference.batches import fill_last_batch

    def features(rows: np.ndarray, _: str) -> Iterator[np.ndarray]:
        # Cut between batches, the last one filled up first: each is the batch that the stage would make.
        full, size = fill_last_batch(rows, stage.BATCH), BATCHES * stage.BATCH
        left = len(rows)
        for part in engine(_extracted, np.split(full, range(size, len(full), size))):
            yield part[:left]
            left -= len(part)

    stage.main(features)


def _extracted(rows: np.ndarray) -> np.ndarray:
    """In a worker: the features of some rows of the store, float32 (n, width)."""
    return np.concatenate(list(_backbone()(rows, "")))


@cache  # one for all shards that come to this process
def _backbone() -> Callable[[np.ndarray, str], Iterator[np.ndarray]]:
    from stages import feature_extract as stage

    return stage.set_up(load_params())[1]


STAGES = {"preprocess": preprocess, "feature_extract": feature_extract}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stage", choices=STAGES)
