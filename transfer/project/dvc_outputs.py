"""What DVC keeps of a clone: its outputs, as dvc.lock names them, and its settings."""

from dataclasses import dataclass
from pathlib import Path

from dvc.repo import Repo


@dataclass(frozen=True)
class Output:
    """An output of a stage: the hash that dvc.lock has for it, if any, and whether DVC (not Git) keeps its content."""

    hash: str | None
    cached: bool


def tracked_outputs(repo: Repo) -> dict[str, Output]:
    """The outputs of all stages, by path, sorted."""
    outs = {Path(out.fs_path).relative_to(repo.root_dir).as_posix(): out for out in repo.index.outs}
    return {name: Output(outs[name].hash_info.value, outs[name].use_cache) for name in sorted(outs)}


def locked_outputs(clone: Path) -> dict[str, Output]:
    """`tracked_outputs` of the clone in a folder, as its files are now."""
    with Repo(str(clone)) as repo:
        return tracked_outputs(repo)


def configure_clone(clone: Path, sections: dict[str, dict]) -> None:
    """Replace sections of a clone's own DVC settings, which Git does not keep."""
    with Repo(str(clone)) as repo, repo.config.edit("local") as local:
        for section, entries in sections.items():
            local[section] = entries
