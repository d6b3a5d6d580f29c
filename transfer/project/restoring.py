"""What a failed stage leaves: its outputs as they were before it, which DVC had removed."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from transfer.project.cache_objects import local_cache, stored_files


@contextmanager
def restored_on_failure() -> Iterator[None]:
    """Run the block of a stage; if it fails, bring back those outputs that are gone and that DVC's cache has whole.

    DVC removes a stage's outputs before it starts it, and knows no way back. dvc.lock still names them.
    """
    try:
        yield
    except BaseException:
        missing = [out for out in _locked_outputs() if not Path(out["path"]).exists()]
        if missing:
            _restore(missing, local_cache())
        raise


def _locked_outputs() -> list[dict]:
    """What dvc.lock has of the outputs of the stage that DVC started this process for; none where it did not."""
    name = os.environ.get("DVC_STAGE", "").rpartition(":")[2]
    try:
        locked = yaml.safe_load(Path("dvc.lock").read_text(encoding="utf-8"))["stages"]
        return [out for out in locked[name]["outs"] if "md5" in out]
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return []


def _restore(missing: list[dict], cache: Path) -> None:
    for out in missing:
        output, is_folder = Path(out["path"]), out["md5"].endswith(".dir")
        files = stored_files(out["path"], out["md5"], cache)
        known = len(files) > 1 or not is_folder
        if known and all(path.is_file() for path in files.values()):
            if is_folder:
                del files[out["path"]]  # the list of its files
            _bring(files, output)
            print(f"note: {output} is as it was before, from DVC's cache.", file=sys.stderr)


def _bring(files: dict[str, Path], output: Path) -> None:
    """Copy the objects of an output to its place, whole or not at all."""
    partial = output.with_name(f".{output.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for name, stored in files.items():
        target = partial / Path(name).relative_to(output)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(stored, target)
    partial.replace(output)
