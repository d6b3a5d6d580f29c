"""`.keras` files whose bytes depend only on the model."""

import json
import re
import tempfile
import zipfile
from pathlib import Path

import keras

from transfer.classes import Classes
from transfer.errors import InputError
from transfer.network import token_layers  # noqa: F401  registers layers that a file may name


def save_model(model: keras.Model, path: Path, classes: Classes | None = None) -> None:
    """Write a `.keras` file whose bytes depend only on the model and the names of its classes.

    Keras writes the time into the archive and its metadata.json, and memory addresses into its config.json, as ids of
    shared objects. Here the time becomes the start of 1980, and ids are numbered in the order in which they occur.

    classes: those of a classifier; they are stored in metadata.json, where Keras ignores them
    """
    with tempfile.TemporaryDirectory() as folder:
        dated = Path(folder) / "model.keras"
        model.save(dated)
        with zipfile.ZipFile(dated) as source, zipfile.ZipFile(path, "w") as target:
            for name in sorted(source.namelist()):
                content = source.read(name)
                if name == "metadata.json":
                    content = _without_time(content, classes)
                elif name == "config.json":
                    content = _with_numbered_ids(content)
                target.writestr(zipfile.ZipInfo(name), content)


def _without_time(metadata: bytes, classes: Classes | None) -> bytes:
    values = json.loads(metadata) | {"date_saved": "1980-01-01@00:00:00"}
    if classes:
        values |= {"classes": classes.names} | ({} if classes.binary else {"positive": None})
    return json.dumps(values).encode()


def _with_numbered_ids(config: bytes) -> bytes:
    numbers: dict[bytes, int] = {}

    def numbered(found: re.Match[bytes]) -> bytes:
        return b'"shared_object_id": %d' % numbers.setdefault(found[1], len(numbers))

    return re.sub(rb'"shared_object_id": (\d+)', numbered, config)


def load_model(path: str | Path) -> keras.Model:
    """Load a `.keras` model, for inference or training; raises InputError if it is missing or broken."""
    try:
        return keras.saving.load_model(path, compile=False)
    except (ValueError, OSError, KeyError, zipfile.BadZipFile) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            f"{path} is not a model that can be read ({reason}); `dvc repro` or `dvc pull` makes it."
        ) from None


def read_classes(path: str | Path) -> Classes:
    """The classes of a model that `save_model` wrote; raises InputError if it names none."""
    try:
        with zipfile.ZipFile(path) as archive:
            metadata = json.loads(archive.read("metadata.json"))
            names = tuple(metadata["classes"])
        return Classes(names, metadata.get("positive", names[-1]))  # where none is named, it is the last
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise InputError(
            f"{path} names no classes: it is no classifier of this workflow, or an old one; `dvc repro` makes it anew."
        ) from None
