"""Features of candidates for the source model, as DVC's cache keeps them.

Their folders are gone once `candidates` no longer names them: DVC removes what no stage has as an output before it runs
an experiment, but neither its record in dvc.lock nor what is cached.
"""

from pathlib import Path

import yaml

from transfer.project.cache_objects import local_cache, stored_files

STAGE = "candidate-features@"


def kept_candidates() -> dict[str, dict[str, Path]]:
    """By candidate: of each file of its folder, by name, where the cache has it. Files that are gone are left out."""
    try:
        stages = yaml.safe_load(Path("dvc.lock").read_text(encoding="utf-8"))["stages"]
        locked = {name.removeprefix(STAGE): stages[name]["outs"][0] for name in stages if name.startswith(STAGE)}
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return {}
    if not locked:
        return {}
    cache, kept = local_cache(), {}
    for candidate, out in locked.items():
        files = stored_files(out["path"], out["md5"], cache)
        kept[candidate] = {Path(name).name: stored for name, stored in files.items() if stored.is_file()}
    return kept
