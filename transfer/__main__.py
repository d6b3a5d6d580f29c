"""The command line: `python -m transfer COMMAND`, in an activated environment `transfer COMMAND`."""

import argparse
import sys
from functools import partial
from importlib import import_module

from transfer.project.runner import exit_code

COMMANDS = {  # one module of transfer.commands each
    "check": "check params.yaml, and that a local source is there",
    "predict": "call the class of pictures",
    "demo": "show a model in a browser, on a page where pictures are dropped",
    "export": "write a model for another runtime: SavedModel, ONNX, LiteRT",
    "compare": "compare two experiments on the same test pictures",
    "experiments": "list the experiments of this commit: figures, and the params that changed",
    "review": "find labels that seem wrong, and make a page to look at them",
    "sweep": "run several seeds, and summarise them",
    "verify": "check that the committed result is whole, and what it claims to be",
    "gpu-check": "try everything that a GPU is used for, and write docs/gpu.md",
    "worker": "work with the first machine of a cluster, in each stage that it starts",
    "sharded": "run a stage on the processes of a Ray cluster",
}


def main(argv: list[str] | None = None) -> int:
    """Run the command that `argv` names (None: of this process), and return its exit code."""
    argv = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(
        prog="transfer",
        usage="%(prog)s COMMAND [arguments]",
        description="Commands around the workflow that `dvc repro` runs.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="commands:\n" + "\n".join(f"  {name:<11} {what}" for name, what in COMMANDS.items()),
    )
    parser.add_argument("command", metavar="COMMAND", choices=COMMANDS, help="one of those below; COMMAND --help: more")
    name = parser.parse_args(argv[:1]).command
    command = import_module(f"transfer.commands.{name.replace('-', '_')}")  # no other: some of them import TensorFlow
    own = argparse.ArgumentParser(prog=f"transfer {name}", description=command.__doc__)
    own.add_argument("--debug", action="store_true", help="show the traceback of an error")
    command.add_arguments(own)
    given = own.parse_intermixed_args(argv[1:])  # options may stand between the positional arguments
    return exit_code(partial(command.main, given), name, given.debug)


if __name__ == "__main__":
    sys.exit(main())
