"""What a source on this machine holds, in a small file that Git keeps, and that `download` depends on.

The folders themselves are only where somebody put them. In a clone that lacks them the record stays as it was
committed, so that what was pulled counts as up to date; where they are there, it is written anew before every run.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

RECORD = Path("data/local.json")


def refresh_record(places: dict[str, str]) -> list[str]:
    """Look at the folders or archives that are there, and write the record where they hold other than it says.

    places: by split, the path of a folder or an archive
    Returns a sentence for each of which another state was recorded.
    """
    before = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}
    paths = {split: Path(place).expanduser() for split, place in places.items()}
    states = {split: state for split, path in paths.items() if os.access(path, os.F_OK) and (state := _state(path))}
    if all(before.get(split) == state for split, state in states.items()):
        return []
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(json.dumps(before | states, indent=2) + "\n", encoding="utf-8")
    return [
        f"{paths[split]} has changed: {_said(before[split])} before, {_said(state)} now."
        for split, state in states.items()
        if split in before and before[split] != state
    ]


def _state(path: Path) -> dict | None:
    """Files, bytes and the hash that DVC would give it; DVC remembers the hashes of files that have not changed."""
    from dvc.fs import localfs  # late: these take a second to import
    from dvc.repo import Repo
    from dvc_data.hashfile.hash import hash_file
    from dvc_data.hashfile.tree import Tree

    place, tree, size = path.absolute(), Tree(), 0
    try:
        with Repo(config={"core": {"no_scm": True}}) as repo:
            if path.is_file():
                meta, content = hash_file(str(place), localfs, "md5", state=repo.state)
                return {"files": 1, "bytes": meta.size, "md5": content.value}
            for file in _files_below(place):
                meta, content = hash_file(os.path.realpath(file), localfs, "md5", state=repo.state)
                tree.add(file.relative_to(place).parts, meta, content)
                size += meta.size or 0
    except OSError:
        return None  # it cannot be read: `download` says why
    tree.digest()
    return {"files": len(tree), "bytes": size, "md5": tree.hash_info.value}


def _files_below(folder: Path) -> Iterator[Path]:
    """What can be read, behind links too, each folder once."""
    seen = {os.path.realpath(folder)}
    for root, folders, names in os.walk(folder, followlinks=True):
        real = {name: os.path.realpath(Path(root, name)) for name in sorted(folders)}
        folders[:] = [name for name, place in real.items() if place not in seen]
        seen |= {*real.values()}
        files = (Path(root, name) for name in sorted(names))
        yield from (file for file in files if os.access(file, os.R_OK) and file.is_file())


def _said(state: dict) -> str:
    return f"{state['files']:,} file{'' if state['files'] == 1 else 's'} of {state['bytes']:,} bytes"
