"""Set-up: what is missing is said in a sentence, and what is there is not installed again."""

import os
import shutil
import sys

import pytest

LOCKED = ".venv/bin/python -m pip install"


def make(project, *arguments: str, code: int = 0):
    for name in ("MAKEFLAGS", "MAKELEVEL", "EXTRAS", "PYTHON"):  # of the make that runs these tests
        project.environment.pop(name, None)
    return project.run("make", *arguments, code=code)


def pretend_installed(project, extras: str = "") -> None:
    """A finished environment, as far as make can see."""
    folder = project.folder / ".venv"
    folder.mkdir()
    for name in ("extras", "installed", "installed-dev"):
        (folder / name).write_text(f"{extras}\n")


def pretend_newer(project, lock: str) -> None:
    stamp = (project.folder / ".venv" / "installed").stat().st_mtime_ns
    path = project.folder / "requirements" / f"{lock}.lock"
    os.utime(path, ns=(stamp + 10**9, stamp + 10**9))


def test_help_lists_the_targets(project):
    listed = [line.split()[0] for line in make(project).stdout.splitlines()]
    assert {"repro", "env", "test", "test-fast", "bench", "bench-smoke", "lint", "lock", "clean", "help"} <= set(listed)


def test_a_missing_interpreter(project):
    done = make(project, "repro", "PYTHON=python9.9", code=2)
    assert done.stderr.startswith("error: python9.9 is missing; ")


@pytest.mark.parametrize("version", ["(3, 9)", "(3, 14)"])
def test_an_interpreter_too_old_or_too_new(project, version):
    fake = project.folder / "fake-python"
    fake.write_text(
        f"#!/bin/sh\nexec '{sys.executable}' -c 'import sys; sys.version_info = {version}; exec(sys.argv[2])' \"$@\"\n"
    )
    fake.chmod(0o755)
    done = make(project, "repro", f"PYTHON={fake}", code=2)
    said = version.strip("()").replace(", ", ".")
    assert done.stderr.startswith(f"error: TensorFlow 2.21 has no build for Python {said}; ")
    assert not (project.folder / ".venv").exists()


def test_an_interpreter_without_venv(project):
    fake = project.folder / "fake-python"
    fake.write_text(f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexec \'{sys.executable}\' "$@"\n')
    fake.chmod(0o755)
    assert " lacks the venv module; " in make(project, "repro", f"PYTHON={fake}", code=2).stderr


def test_a_folder_that_is_no_clone(project):
    shutil.rmtree(project.folder / ".git")
    assert make(project, "repro", code=2).stderr.startswith("error: this is no Git clone")
    assert not (project.folder / ".venv").exists()


@pytest.mark.parametrize("target", ["repro", "test", "lint"])
def test_a_second_call_installs_nothing(project, target):
    pretend_installed(project)
    assert LOCKED not in make(project, "-n", target).stdout
    pretend_newer(project, "cpu")
    assert f"{LOCKED} --quiet" in make(project, "-n", target).stdout


@pytest.mark.parametrize(
    "before, asked, locks, anew",
    [
        ("", "gpu", "gpu", True),
        ("gpu", "cpu", "cpu", True),
        ("gpu s3", "cpu", "cpu s3", True),
        ("", "s3", "cpu s3", False),
        ("gpu", "export", "gpu export", False),
        ("s3", "drive ssh", "cpu drive s3 ssh", False),
    ],
)
def test_extras_add_up_but_the_two_builds_of_tensorflow_never_share_an_environment(project, before, asked, locks, anew):
    pretend_installed(project, before)
    planned = make(project, "-n", "test", f"EXTRAS={asked}").stdout
    assert ("rm -rf .venv\n" in planned) == anew
    assert "".join(f" -r requirements/{lock}.lock" for lock in locks.split()) + "\n" in planned
    assert f'echo "{locks.removeprefix("cpu").strip()}" > .venv/extras' in planned
    assert "-r requirements/dev.lock" in planned  # not lost with the old environment


def test_extras_are_remembered(project):
    pretend_installed(project, "gpu")
    pretend_newer(project, "gpu")
    planned = make(project, "-n", "repro").stdout
    assert "-r requirements/gpu.lock" in planned and "cpu.lock" not in planned and "rm -rf" not in planned


def test_sweep_verify_and_bench_pass_on_what_they_are_told(project):
    pretend_installed(project)
    assert "-m bench noop startup\n" in make(project, "-n", "bench", "ROWS=noop startup").stdout
    assert "-m bench --smoke" in make(project, "-n", "bench-smoke").stdout
    assert "-m transfer sweep --seeds 4 5\n" in make(project, "-n", "sweep", "SEEDS=4 5").stdout
    assert make(project, "-n", "verify").stdout.rstrip().endswith("-m transfer verify")
    assert "-m transfer verify --full\n" in make(project, "-n", "verify", "FULL=1").stdout


def test_evaluate_prints_the_table_and_make_does_not_print_it_again(project):
    pretend_installed(project)
    assert "results.txt" not in make(project, "-n", "repro").stdout
    assert "results.txt" in (project.folder / "stages/evaluate.py").read_text()
