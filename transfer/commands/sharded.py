"""Run preprocess or feature_extract with the pictures divided among the processes of a Ray cluster: the same bytes.

RAY_ADDRESS names the cluster, whose hosts share the project's folder; without it Ray starts one on this machine. The
stage's own `main` runs here and decides everything that concerns all pictures; only its loop over pictures runs on Ray.
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
from transfer.dataset.pictures import Outcome
from transfer.dataset.raw import read_split
from transfer.dataset.rejects import Rejects
from transfer.errors import InputError
from transfer.project.params import load_params
from transfer.project.runner import exclusive_lock

MEMBERS, BATCHES = 512, 8  # in a shard: members of an archive; batches for the backbone
QUEUED = 2  # shards for each process
Map = Callable[[Callable, Iterable], Iterable]  # `map`, or what does the same on other machines


def main(given: argparse.Namespace) -> None:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        raise InputError("Ray is not installed; run `make repro EXTRAS=ray` once.") from None
    with exclusive_lock(given.stage):
        # As many processes as cores, with one thread each and no GPU: left alone, TensorFlow takes all in each.
        alone = {"env_vars": {"TF_NUM_INTRAOP_THREADS": "1", "CUDA_VISIBLE_DEVICES": "-1"}}
        ray.init(runtime_env=alone, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        try:
            STAGES[given.stage](map_on_ray)
        finally:
            ray.shutdown()


def map_on_ray(work: Callable[[Any], Any], shards: Iterable[Any]) -> Iterator[Any]:
    """`map` on Ray, with few results in memory at a time; shards that are lost with a process or a host run again.

    work: of one shard; called with the project's root as the current directory
    Raises what `work` raises, and InputError if a shard is lost four times.
    """
    import ray

    # Tasks, not actors: tasks of a host that is gone move to another, an actor would wait for a free one.
    task = ray.remote(max_retries=3)(_call_at_root)
    queued = QUEUED * int(ray.cluster_resources()["CPU"])
    shards, work, root = iter(shards), ray.put(work), Path.cwd()
    pending = deque(task.remote(root, work, shard) for shard in islice(shards, queued))
    try:
        while pending:
            yield ray.get(pending.popleft())
            pending.extend(task.remote(root, work, shard) for shard in islice(shards, 1))
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    except ray.exceptions.RayError as error:
        raise InputError(f"a shard was lost again and again ({str(error).splitlines()[0]}); see Ray's logs.") from None


def _call_at_root(root: Path, work: Callable[[Any], Any], shard: Any) -> Any:
    os.chdir(root)
    return work(shard)


def preprocess(map_shards: Map) -> None:
    from stages import preprocess as stage

    def prepare_all(prepare: Callable, archives: list[Path], rejects: Rejects) -> Iterator[Outcome]:
        shards = ((archive, members) for archive in archives for members in member_ranges(archive, MEMBERS))
        for outcomes, rejected in map_shards(partial(_prepare_shard, prepare), shards):
            rejects.rows += rejected
            yield from outcomes

    stage.main(prepare_all)


def _prepare_shard(prepare: Callable, shard: tuple[Path, range]) -> tuple[list[Outcome], list[tuple[str, str, str]]]:
    """In a worker, which reads its members of the archive itself: their outcomes, and the rows of its rejects."""
    archive, members = shard
    rejects = Rejects()
    return [prepare(picture) for picture in read_split(archive, rejects, members)], rejects.rows


def feature_extract(map_shards: Map) -> None:
    from stages import feature_extract as stage
    from transfer.network.inference.batches import fill_last_batch

    def features(rows: np.ndarray, _: str) -> Iterator[np.ndarray]:
        # Shards end where batches end, and the last batch is filled up: each is a batch that the stage would make.
        full, size = fill_last_batch(rows, stage.INFERENCE_BATCH), BATCHES * stage.INFERENCE_BATCH
        left = len(rows)
        for shard in map_shards(_extract_shard, np.split(full, range(size, len(full), size))):
            yield shard[:left]
            left -= len(shard)

    stage.main(features)


def _extract_shard(rows: np.ndarray) -> np.ndarray:
    """In a worker: the features of some rows of the store, float32 (n, width)."""
    return np.concatenate(list(_extractor()(rows, "")))


@cache  # one for all shards of this process
def _extractor() -> Callable[[np.ndarray, str], Iterator[np.ndarray]]:
    from stages import feature_extract as stage

    return stage.set_up(load_params())[1]


STAGES = {"preprocess": preprocess, "feature_extract": feature_extract}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stage", choices=STAGES)
