"""Forms in which prepared pictures could be stored, side by side: python bench/stored_form.py ARCHIVE...

For each: bytes, pictures read a second (shuffled, decoded, in batches of 32, on all cores, files in the page cache),
and the time that `dvc push` and `dvc pull` take with a remote that is a folder. Prints a Markdown table.
"""

import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from PIL import Image  # noqa: E402

from transfer.classes import Classes  # noqa: E402
from transfer.dataset.archives import read_pictures  # noqa: E402
from transfer.dataset.pictures import Prepared, try_prepare  # noqa: E402
from transfer.dataset.store import PictureStore, StoreWriter, write_classes  # noqa: E402
from transfer.dataset.workers import map_in_order  # noqa: E402
from transfer.network.inference.batches import picture_batches  # noqa: E402

SIZE, BATCH, SHARDS, REPEATS = 224, 32, 4, 3
Batches = Iterable[tf.Tensor]
Writer = Callable[[Path, list[bytes]], Callable[[np.ndarray], Batches]]  # writes; returns what reads rows in an order


def one_file_each(folder: Path, streams: list[bytes]) -> Callable[[np.ndarray], Batches]:
    paths = [str(folder / f"{number:06d}.jpg") for number in range(len(streams))]
    for path, stream in zip(paths, streams, strict=True):
        Path(path).write_bytes(stream)
    return lambda rows: _decoded(tf.data.Dataset.from_tensor_slices([paths[row] for row in rows]).map(tf.io.read_file))


def tfrecord(folder: Path, streams: list[bytes]) -> Callable[[np.ndarray], Batches]:
    paths = [str(folder / f"{shard}.tfrecord") for shard in range(SHARDS)]
    for shard, path in enumerate(paths):
        with tf.io.TFRecordWriter(path) as writer:
            for stream in streams[shard::SHARDS]:
                writer.write(stream)
    # Its order cannot be given: shards are mixed, then a buffer of a thousand.
    return lambda rows: _decoded(
        tf.data.Dataset.from_tensor_slices(paths).interleave(tf.data.TFRecordDataset).shuffle(1000, seed=0)
    )


def images_bin(folder: Path, streams: list[bytes]) -> Callable[[np.ndarray], Batches]:
    writer = StoreWriter(folder)
    columns = {"id": "0" * 16, "label": "cats", "split": "train", "sha256": "0" * 64}
    for number, stream in enumerate(streams):
        writer.add(stream, {**columns, "file": f"train/cats/{number:06d}.jpg"})
    writer.close()
    write_classes(folder, Classes(("cats", "dogs"), "dogs"))
    store = PictureStore(folder)
    return lambda rows: (pictures for (pictures,) in picture_batches(store.jpeg, rows, BATCH))


def array_record(folder: Path, streams: list[bytes]) -> Callable[[np.ndarray], Batches]:
    from array_record.python.array_record_module import ArrayRecordReader, ArrayRecordWriter

    writer = ArrayRecordWriter(str(folder / "images.array_record"), "group_size:1")
    for stream in streams:
        writer.write(stream)
    writer.close()
    reader = ArrayRecordReader(str(folder / "images.array_record"))

    def read(rows: np.ndarray) -> Batches:
        order = tf.data.Dataset.from_tensor_slices(rows).batch(BATCH)
        many = partial(tf.numpy_function, lambda batch: np.array(reader.read(batch.tolist()), object), Tout=tf.string)
        return _decoded(order.map(lambda batch: many(inp=[batch])).unbatch())

    return read


def encoded_otherwise(kind: str, **options) -> Writer:
    def write(folder: Path, streams: list[bytes]) -> Callable[[np.ndarray], Batches]:
        others = []
        for stream in streams:
            buffer = io.BytesIO()
            Image.open(io.BytesIO(stream)).save(buffer, kind, **options)
            others.append(buffer.getvalue())
        images_bin(folder, others)
        store = PictureStore(folder)
        if kind == "PNG":
            return lambda rows: _decoded(_streams(store, rows), partial(tf.io.decode_png, channels=3))
        return lambda rows: _decoded(
            _streams(store, rows),
            lambda stream: tf.numpy_function(lambda each: np.asarray(Image.open(io.BytesIO(each))), [stream], tf.uint8),
        )

    return write


def npy(folder: Path, streams: list[bytes]) -> Callable[[np.ndarray], Batches]:
    shape = (len(streams), SIZE, SIZE, 3)
    pictures = np.lib.format.open_memmap(folder / "images.npy", "w+", np.uint8, shape)
    for row, stream in enumerate(streams):
        pictures[row] = np.asarray(Image.open(io.BytesIO(stream)))
    pictures.flush()

    def read(rows: np.ndarray) -> Batches:
        order = tf.data.Dataset.from_tensor_slices(rows).batch(BATCH)
        gather = partial(tf.numpy_function, lambda batch: pictures[batch], Tout=tf.uint8)
        return order.map(lambda batch: gather(inp=[batch]), num_parallel_calls=2).prefetch(2)

    return read


def _streams(store: PictureStore, rows: np.ndarray) -> tf.data.Dataset:
    order = tf.data.Dataset.from_tensor_slices(rows)
    return order.map(lambda row: tf.numpy_function(lambda each: store.jpeg(int(each)), [row], tf.string))


_jpeg = partial(tf.io.decode_jpeg, channels=3, dct_method="INTEGER_ACCURATE")


def _decoded(streams: tf.data.Dataset, decode: Callable[[tf.Tensor], tf.Tensor] = _jpeg) -> tf.data.Dataset:
    return streams.map(decode, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True).batch(BATCH).prefetch(2)


FORMS: dict[str, Writer] = {
    "one JPEG file each": one_file_each,
    f"TFRecord of JPEG, {SHARDS} shards": tfrecord,
    "**images.bin of JPEG, q 95, 4:4:4**": images_bin,
    "ArrayRecord of JPEG": array_record,
    "images.bin of WebP, q 95": encoded_otherwise("WEBP", quality=95),
    "images.bin of PNG": encoded_otherwise("PNG"),
    ".npy, uint8": npy,
}


def main() -> None:
    archives = [Path(name) for name in sys.argv[1:]]
    originals = 0
    streams = []
    for archive in archives:
        originals += archive.stat().st_size
        outcomes = map_in_order(
            partial(try_prepare, size=SIZE, min_size=32, max_pixels=10**8), read_pictures(archive, print)
        )
        streams += [outcome.jpeg for _, outcome in outcomes if isinstance(outcome, Prepared)]
    print(f"{len(streams):,} pictures, {originals / 1e6:.1f} MB as they came, {os.cpu_count()} cores\n")
    print("| form | MB | of the originals | pictures/s (spread) | push, s | pull, s | files |")
    print("|---|---|---|---|---|---|---|")
    if find_spec("array_record") is None:  # no dependency of the project: pip install array_record
        FORMS.pop("ArrayRecord of JPEG")
    for form, write in FORMS.items():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "data"
            folder.mkdir()
            read = write(folder, streams)
            sizes = [path.stat().st_size for path in folder.iterdir()]
            rates = sorted(rate(read, len(streams)) for _ in range(REPEATS))
            push, pull = moved(Path(place), folder)
            speed = f"{statistics.median(rates):,.0f} ({rates[0]:,.0f} to {rates[-1]:,.0f})"
            cells = [
                f"{sum(sizes) / 1e6:.1f}",
                f"{sum(sizes) / originals:.2f}",
                speed,
                f"{push:.1f}",
                f"{pull:.1f}",
                len(sizes),
            ]
            print("|", " | ".join(map(str, [form, *cells])), "|", flush=True)


def rate(read: Callable[[np.ndarray], Batches], number: int) -> float:
    rows = np.random.default_rng(0).permutation(number)
    start = time.perf_counter()
    seen = sum(len(batch) for batch in read(rows))
    assert seen == number
    return number / (time.perf_counter() - start)


def moved(place: Path, folder: Path) -> tuple[float, float]:
    """Seconds for `dvc push` of a folder to a remote in another folder, and for `dvc pull` into an empty cache."""

    def run(*command: str) -> float:
        start = time.perf_counter()
        subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - start

    dvc = str(Path(sys.executable).parent / "dvc")
    run("git", "init", "-q")
    run(dvc, "init", "-q")
    run(dvc, "remote", "add", "-q", "-d", "store", str(place / "remote"))
    run(dvc, "add", "-q", "data")
    push = run(dvc, "push", "-q")
    shutil.rmtree(folder)
    shutil.rmtree(place / ".dvc" / "cache")
    return push, run(dvc, "pull", "-q")


if __name__ == "__main__":
    main()
