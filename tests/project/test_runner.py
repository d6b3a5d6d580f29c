"""What all stages share when they run."""

import os
import signal
import subprocess
import sys
import time

import pytest

from transfer.project.outputs import atomic_folder
from transfer.project.runner import exit_code

STAGE = '''
"""A stage for the tests."""
import sys, time
from pathlib import Path
from transfer.errors import InputError, NetworkError
from transfer.project.outputs import atomic_folder
from transfer.project.runner import run_stage

def add_arguments(parser):
    parser.add_argument("what", choices=("a", "b"))

def main({given}):
    with atomic_folder("out") as folder:
        (folder / "half").write_text("x")
        {body}

if __name__ == "__main__":
    sys.exit(run_stage(main{options}))
'''


def stage(project, body: str, *arguments: str) -> list[str]:
    """Write a stage called odd, which takes an argument if one is given here; returns its command line."""
    given, options = ("given", ", add_arguments") if arguments else ("", "")
    (project.folder / "stages/odd.py").write_text(STAGE.format(given=given, options=options, body=body))
    return [sys.executable, "-m", "stages.odd", *arguments]


@pytest.mark.parametrize(
    "body, code, said",
    [
        ("raise InputError('the cat is missing; add one.')", 2, "error: the cat is missing; add one.\n"),
        ("raise NetworkError('nobody answers.')", 3, "error: nobody answers.\n"),
        ("raise KeyboardInterrupt", 130, "error: odd was interrupted; nothing half-written is left, run it again.\n"),
        ("raise OSError(28, 'No space left on device')", 1, "error: odd: the disk is full; "),
    ],
)
def test_errors_are_one_line_with_a_code_and_leave_nothing(project, body, code, said):
    done = project.run(*stage(project, body), code=code)
    assert done.stderr.startswith(said) and len(done.stderr.splitlines()) == 1
    assert not [path for path in project.folder.iterdir() if "out" in path.name]
    assert "Traceback" in project.run(*stage(project, body), "--debug", code=None).stderr or code == 130


def test_a_stage_that_takes_arguments_gets_them(project):
    command = stage(project, "print(given.what)", "b")
    assert project.run(*command).stdout == "b\n"
    for wrong in (["c"], []):
        done = project.run(*command[:-1], *wrong, code=2)
        assert "error: " in done.stderr and "what" in done.stderr and done.stdout == ""
    assert "show the traceback of an error" in project.run(*command[:-1], "--help").stdout


@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_reader_that_stops_reading_is_no_error(project, lines):
    words = " ".join(stage(project, f"[print(line) for line in range({lines})]"))
    done = project.run("bash", "-c", f"{words} | head -n 1; echo ${{PIPESTATUS[0]}}")
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["0", "0" if lines == 1 else "141"]


def test_a_fault_of_ours_is_not_hidden(project):
    done = project.run(*stage(project, "1 / 0"), code=1)
    assert "ZeroDivisionError" in done.stderr


def test_output_of_before_stays_until_the_new_one_is_whole(tmp_path):
    with atomic_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), atomic_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("new")
        raise ZeroDivisionError
    assert (tmp_path / "out" / "a").read_text() == "old"
    with atomic_folder(tmp_path / "out") as folder:
        assert not list(folder.iterdir())  # what the failed attempt left is gone
        (folder / "b").write_text("new")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b"]


@pytest.mark.parametrize("arguments", [[], ["a"]], ids=["none", "one"])
def test_a_second_run_is_refused_and_a_killed_one_leaves_no_lock(project, arguments):
    command = stage(project, "print('at work', flush=True); time.sleep(60)", *arguments)
    first = subprocess.Popen(command, cwd=project.folder, env=project.environment, stdout=subprocess.PIPE, text=True)
    try:
        assert first.stdout.readline() == "at work\n"
        done = project.run(*command, code=2)
        assert done.stderr.startswith("error: another run of odd is still at work here;")
    finally:
        first.kill()
        first.wait()
    assert not (project.folder / "out").exists()
    project.run(*stage(project, "pass", *arguments))
    assert (project.folder / "out" / "half").is_file()


def test_a_command_may_run_several_times_at_once(tmp_path, monkeypatch):
    (tmp_path / ".dvc").mkdir()
    monkeypatch.chdir(tmp_path)
    codes = []

    def work() -> int:
        codes.append(exit_code(lambda: 5, "odd"))
        return 4

    assert exit_code(work, "odd") == 4 and codes == [5]
    assert not list((tmp_path / ".dvc").iterdir())  # no lock, then


def test_ctrl_c_is_said_in_a_sentence(project):
    command = stage(project, "print('at work', flush=True); time.sleep(60)")
    running = subprocess.Popen(
        command, cwd=project.folder, env=project.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    running.stdout.readline()
    time.sleep(0.1)
    os.kill(running.pid, signal.SIGINT)
    assert running.communicate()[1] == "error: odd was interrupted; nothing half-written is left, run it again.\n"
    assert running.returncode == 130


CALLBACK = """
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
    except KeyboardInterrupt:
        raise {error} from None
"""
DESTRUCTOR = """
    class Dropped:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0)
    held = Dropped()
    del held
    time.sleep(60)
"""


@pytest.mark.parametrize(
    "body",
    [
        CALLBACK.format(error="RuntimeError('At: a library in C++')"),
        CALLBACK.format(error="NetworkError('a machine was lost')"),
        CALLBACK.replace("raise {error} from None", "pass"),
        DESTRUCTOR,
    ],
    ids=["another error", "an error of ours", "no error", "dropped"],
)
def test_ctrl_c_that_a_library_turned_into_something_else(project, body):
    command = stage(project, f"import os, signal{body.replace(chr(10), chr(10) + ' ' * 4)}")
    done = project.run(*command, code=130)
    assert done.stderr == "error: odd was interrupted; nothing half-written is left, run it again.\n"
    assert "raise" not in body or not (project.folder / "out").exists()


@pytest.mark.parametrize("where", ["before", "after"])
def test_ctrl_c_while_a_stage_is_imported_or_ends(project, where):
    command = stage(project, "pass")
    path, interrupt = project.folder / "stages/odd.py", "import os, signal; os.kill(os.getpid(), signal.SIGINT)\n"
    story = path.read_text()
    path.write_text(
        interrupt + story
        if where == "before"
        else story.replace("if __name__", f"import atexit\natexit.register(lambda: exec({interrupt!r}))\nif __name__")
    )
    done = project.run(*command, code=130)
    assert done.stderr == "error: interrupted; nothing half-written is left, run it again.\n"


def test_a_foreign_interpreter_says_so(project):
    hide = "import sys; sys.modules['keras'] = None; sys.path.insert(0, '.'); import importlib.util as u; "
    hide += "real = u.find_spec; u.find_spec = lambda name: None if name == 'keras' else real(name); import transfer"
    done = project.run(sys.executable, "-c", hide, code=2)
    assert "lacks keras" in done.stderr and "make repro" in done.stderr


def test_elsewhere_than_at_the_root_nothing_is_made(project, tmp_path):
    project.environment["PYTHONPATH"] = str(project.folder)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    project.folder = elsewhere
    done = project.stage("download", code=2)
    assert done.stderr == "error: this is not the project's root; change to the folder that holds dvc.yaml.\n"
    assert not list(elsewhere.iterdir())
