"""The command line: what it lists, what each command says of itself, and what it refuses."""

import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import transfer.commands
from transfer.__main__ import COMMANDS, main


def ended(argv: list[str], capsys: pytest.CaptureFixture) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a call that argparse ends."""
    with pytest.raises(SystemExit) as exit_:
        main(argv)
    return exit_.value.code, *capsys.readouterr()


def module_of(name: str) -> ModuleType:
    return import_module(f"transfer.commands.{name.replace('-', '_')}")


def test_every_module_of_the_room_is_a_command():
    modules = {path.stem.replace("_", "-") for path in Path(transfer.commands.__file__).parent.glob("[!_]*.py")}
    assert modules == set(COMMANDS)


@pytest.mark.parametrize("argv", [["--help"], ["-h"]])
def test_help_lists_the_commands_with_what_each_does(argv, capsys):
    code, out, err = ended(argv, capsys)
    assert (code, err) == (0, "")
    assert re.findall(r"^  ([\w-]+) +(.+)$", out.split("\ncommands:\n")[1], re.MULTILINE) == list(COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_answers_help_with_what_its_module_says(name, capsys):
    code, out, err = ended([name, "--help"], capsys)
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: transfer {name} [-h] [--debug]")
    module = module_of(name)
    assert " ".join(module.__doc__.split()) in " ".join(out.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_the_list_is_about_what_the_module_is_about(name):
    """They are worded for two places; the verb, or what it is done to, stands in both."""
    first = re.split(r"[.;:,]", module_of(name).__doc__)[0].lower()
    common = set(re.findall(r"\w{4,}", COMMANDS[name])) & set(re.findall(r"\w{4,}", first))
    assert common, (COMMANDS[name], first)
    assert COMMANDS[name][0].islower() and not COMMANDS[name].endswith(".")


@pytest.mark.parametrize("argv", [["predcit"], ["Predict", "x"], []])
def test_what_is_no_command_is_refused_with_the_names_of_those_there_are(argv, capsys):
    code, out, err = ended(argv, capsys)
    assert (code, out) == (2, "")
    last = err.splitlines()[-1]
    assert last.startswith("transfer: error: ") and "COMMAND" in last
    if argv:
        assert argv[0] in last and all(re.search(rf"\b{name}\b", last) for name in COMMANDS)


def test_as_a_program_it_returns_what_main_returns(project):
    assert project.cold().transfer("check").stdout == ""
    done = project.transfer("nothing", code=2)
    assert "invalid choice: 'nothing'" in done.stderr and "Traceback" not in done.stderr
