"""Projects to measure in: the working tree's files in a temporary folder, with params and a DVC cache of their own."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml

from bench.harness import ROOT, watched

DVC = str(Path(sys.executable).parent / "dvc")


class Project:
    """A folder in which stages, `git` and `dvc` run as for a user without settings of their own."""

    def __init__(self, folder: Path, params: dict):
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{f"GIT_{who}_{what}": "bench@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
            "DVC_GLOBAL_CONFIG_DIR": str(folder / ".dvc" / "none"),
            "DVC_SITE_CACHE_DIR": str(folder / ".dvc" / "tmp" / "site"),
        }
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file() and name != "dvc.lock" and not name.startswith(("metrics/", "plots/", "tests/")):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, folder / name)
        self.set(params)
        self.seconds("git", "init", "-q")
        self.seconds("git", "add", "-A")
        self.seconds("git", "commit", "-q", "-m", "bench")

    def set(self, values: dict) -> None:
        """Set params by dotted name."""
        path = self.folder / "params.yaml"
        params = yaml.safe_load(path.read_text())
        for name, value in values.items():
            *sections, key = name.split(".")
            section = params
            for part in sections:
                section = section[part]
            section[key] = value
        path.write_text(yaml.safe_dump(params, sort_keys=False))

    def seconds(self, *command: str) -> float:
        return watched(list(command), self.folder, self.environment, every=None)[0]

    def repro(self, *targets: str, runs: tuple[str, ...] | None = None) -> float:
        """Seconds of `dvc repro`; `runs`: the stages that have to run, and not be taken from a cache."""
        taken, _, said = watched([DVC, "repro", *targets], self.folder, self.environment, every=None)
        ran = tuple(re.findall(r"^Running stage '(.+)':", said, re.MULTILINE))
        if runs is not None and ran != runs:
            raise RuntimeError(f"dvc repro ran {ran}, not {runs}")
        return taken

    def stage(self, name: str, *arguments: str) -> tuple[float, float]:
        """Run a stage by hand: seconds, and peak MiB of it and its workers."""
        command = [sys.executable, "-m", f"stages.{name.replace('-', '_')}", *arguments]
        return watched(command, self.folder, self.environment)[:2]

    def archives(self, split: str) -> list[Path]:
        return sorted((self.folder / "data/raw" / split).iterdir())

    def unpacked(self, folder: Path) -> tuple[Path, Path]:
        """The pictures as they came, one file each, a folder a class: of train and of test."""
        found = []
        for split in ("train", "test"):
            for archive in self.archives(split):
                with zipfile.ZipFile(archive) as opened:
                    opened.extractall(folder / split)
            inside = folder / split
            while len(inner := [path for path in inside.iterdir() if path.is_dir()]) == 1:
                (inside,) = inner  # a folder around the classes' folders
            found.append(inside)
        return tuple(found)
