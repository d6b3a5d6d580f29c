"""The commands of the documents run, and print what the documents show.

Each distinct command runs once. What needs whole runs is run by the test that is named beside it, on the same words.
"""

import re
import shutil
import sys
import zipfile

import pytest

from tests.conftest import Project
from tests.repository.documents import DOCUMENTS, Command, assert_printed, commands
from tests.wiring import ROOT

# Patterns of commands that do not run here, and where they run, or why they do not.
ELSEWHERE = {
    r"make [a-z-]+( EXTRAS=[a-z]+)?": ".ci/run",  # sets up an environment first, which is not to be the tests' own
    r"(BENCH_TRAIN=.* )?make bench(-smoke)?": ".ci/run",
    r"dvc exp run -S 'baselines=\[scratch\]'": "tests/pipeline/test_transfer_measures.py",
    r"dvc exp run -S 'sample_efficiency.models=\[head\]'": "tests/pipeline/test_transfer_measures.py",
    r"dvc exp run .*-S backbone\.name=.*": "",  # wants thousands of photographs
    r"dvc exp run -S 'backbone\.name=\[.*": "tests/pipeline/test_source_model.py",
    r"dvc exp run .*(data\.labels=|split\.group=).*": "tests/stages/test_preprocess_labels.py",  # of pictures so called
    r"dvc pull --run-cache|dvc exp (run -n stronger .*|push origin stronger)": "tests/pipeline/sharing/test_remotes.py",
    r"python -m transfer sharded .*": "tests/commands/test_sharded.py",
    r"python -m transfer demo": "tests/commands/test_demo.py",  # it ends with Ctrl-C
    r"python -m transfer export onnx": "tests/commands/test_export.py",
    r"sudo .*": "",  # sets up a machine
}
# What README.md and docs/experiments.md say of experiments runs there, in a queue.
EXPERIMENTS = "tests/commands/test_experiments.py"
# What a command has in place of something of one's own.
STANDS_FOR = {
    r"s3://bucket/path": "{folder}/remote",
    r"photo\.jpg": "{folder}/pictures/photo.jpg",
    r"/path/to/folder": "{folder}/pictures",
    r"/path/(train|test)\.zip": r"{folder}/\1.zip",
    r"/srv/dvc-cache": "{folder}/shared-cache",
    # Own pictures, as far as the stage that checks them; what follows knows no paths.
    r"(data\.local\.test=\S+test\.zip)$": r"\1 preprocess",
    r"(data\.sample\.classes=\S+)$": r"\1 preprocess",
}
ALL: dict[str, list[Command]] = {}
for name in DOCUMENTS:
    for command in commands(name):
        ALL.setdefault(command.text, []).append(command)
OF_EXPERIMENTS = {command.text for command in commands("docs/experiments.md")} | {
    command.text for command in commands("README.md") if "gentle" in command.text
}
HERE = [
    text for text in ALL if text not in OF_EXPERIMENTS and not any(re.fullmatch(pattern, text) for pattern in ELSEWHERE)
]


def test_nothing_is_excused_that_is_not_there():
    for pattern, place in ELSEWHERE.items():
        assert any(re.fullmatch(pattern, text) for text in ALL), pattern
        assert not place or (ROOT / place).is_file(), place
    assert (ROOT / EXPERIMENTS).is_file()
    for pattern in STANDS_FOR:
        assert any(re.search(pattern, text) for text in HERE), pattern
    assert len(HERE) >= 12
    assert not any(text.startswith("make ") for text in HERE)


@pytest.fixture(scope="module")
def documented(finished, tmp_path_factory) -> Project:
    """A tiny project that has run and has an origin, and pictures beside it."""
    folder = tmp_path_factory.mktemp("documented")
    shutil.copytree(finished.folder, folder / "project", symlinks=True)
    project = Project(folder / "project")
    with zipfile.ZipFile(next((project.folder / "data/raw/train").iterdir())) as drawn:
        pictures = [drawn.read(name) for name in drawn.namelist()]
    (folder / "pictures").mkdir()
    (folder / "pictures/photo.jpg").write_bytes(pictures[0])
    for split, own in (("train", pictures[:16]), ("test", pictures[16:])):
        with zipfile.ZipFile(folder / f"{split}.zip", "w") as archive:
            for number, content in enumerate(own):
                archive.writestr(f"photos/{'ants' if number % 2 else 'bees'}/{number}.jpg", content)
    project.run("git", "init", "-q", "--bare", str(folder / "origin.git"))
    project.run("git", "remote", "add", "origin", str(folder / "origin.git"))
    project.run("git", "push", "-q", "-u", "origin", "main")
    with (project.folder / ".git/info/exclude").open("a") as file:
        file.write(".venv\n")
    (project.folder / ".venv").symlink_to(sys.prefix)
    return project


@pytest.mark.slow
@pytest.mark.parametrize("text", HERE)
def test_it_runs_and_prints_what_is_shown(documented, text):
    """In order, in one project, for commands build on those before them; an experiment is taken back."""
    folder, words = str(documented.folder.parent), text
    for pattern, stands_for in STANDS_FOR.items():
        words = re.sub(pattern, stands_for.replace("{folder}", folder), words)
    done = documented.run(shutil.which("bash"), "-e", "-c", words)
    for command in ALL[text]:
        # A model of random weights is unsure of everything.
        printed = re.sub(r"; unsure: .*", "", done.stdout.replace(f"{folder}/pictures/", ""))
        assert_printed(command, printed)
    if words.startswith("dvc exp run"):
        documented.run("git", "checkout", "-q", "params.yaml", "dvc.lock", "metrics", "plots")
        documented.run("dvc", "checkout", "-q")
