"""The pipeline's verbs, one module per DVC stage, and the nouns they call, in three rooms."""

import sys
from importlib.util import find_spec

# A stage that DVC starts with another interpreter than the project's fails here, in one sentence.
_missing = [name for name in ("pydantic", "yaml", "numpy", "keras", "tensorflow") if find_spec(name) is None]
if _missing:
    print(
        f"error: {sys.executable} lacks {', '.join(_missing)}: it is not this project's environment; "
        "run `make repro`, or `. .venv/bin/activate` before calling dvc or a stage by hand.",
        file=sys.stderr,
    )
    raise SystemExit(2)
