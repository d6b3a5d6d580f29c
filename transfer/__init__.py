"""The library: nouns that the stages call, and the commands of `python -m transfer`.

dataset: pictures, from where they lie to a store of prepared ones    network: backbones, heads, training, inference
analysis: metrics, comparisons, findings; numbers only                report: page, model card, charts, tables
project: params, runs, outputs, revisions                            commands: one module a command
"""

import sys
import time
from importlib.util import find_spec

STARTED = time.monotonic()  # seconds; a stage imports this before anything that takes time

# A stage that DVC starts with another interpreter than the project's fails here, in one sentence.
_missing = [name for name in ("pydantic", "yaml", "numpy", "keras", "tensorflow") if find_spec(name) is None]
if _missing:
    print(
        f"error: {sys.executable} lacks {', '.join(_missing)}: it is not this project's environment; "
        "run `make repro`, or `. .venv/bin/activate` before calling dvc or a stage by hand.",
        file=sys.stderr,
    )
    raise SystemExit(2)
