"""The rows of the table: what is compared, and what is to be reached."""

from bench.harness import Row

STAGES = ("download", "preprocess", "feature-extract", "train-head", "finetune", "evaluate")
_TRAINED = "bare training steps on a resident batch, same unfrozen set"

ROWS = {
    "repro": Row(
        "`dvc repro` from prepared pictures to both evaluated models",
        "`bench/reference.py`, one script as in Keras' guide",
        "s",
        target=4,
        loose=0.5,
    ),
    "next-head": Row(
        "next experiment: `head.l2` changed, `dvc repro`", "the reference, run again", "s", target=50, loose=0.5
    ),
    "next-head/alone": Row(
        "the same, up to the head: `dvc repro train-head`", "the reference's head, run again", "s", target=50, loose=0.5
    ),
    "next-finetune": Row(
        "next experiment: `finetune.learning_rate` changed", "the reference, run again", "s", target=3, loose=0.5
    ),
    "extract": Row(
        "`feature-extract`, with reading and writing",
        "bare forward passes, batch resident in memory",
        "pictures/s",
        target=0.95,
        loose=0.6,
    ),
    "finetune/all": Row("`finetune`, an epoch, all blocks, crops", _TRAINED, "pictures/s", target=0.95, loose=0.7),
    "finetune/block": Row("`finetune`, an epoch, upper blocks, crops", _TRAINED, "pictures/s", target=0.95, loose=0.7),
    "finetune/reused": Row(
        "`finetune`, an epoch, upper blocks, no crops", _TRAINED, "pictures/s", target=1.0, loose=0.6
    ),
    "preprocess": Row(
        "`preprocess`, all checks on",
        "Pillow in a `multiprocessing.Pool`: decode and resize",
        "pictures/s",
        target=0.7,
        loose=0.1,
    ),
    "preprocess/phone": Row(
        "a photograph of 12 megapixels, all checks on, in CPU time",
        "Pillow's `draft()` and resize",
        "pictures/s",
        target=0.8,
        loose=0.5,
    ),
    "noop": Row(
        "nothing changed: `dvc repro`", "the same on six trivial stages", "s", target=1.3, loose=2.0, at_most=True
    ),
    **{
        f"startup/{stage}": Row(
            f"start-up of `{stage}`, to its first work",
            "Python, with the libraries that it cannot do without"
            if stage in ("download", "preprocess")
            else '`python -c "import tensorflow"`',
            "s",
            target=1.4 if stage in ("download", "preprocess") else 1.2,
            loose=4.0,
            at_most=True,
        )
        for stage in STAGES
    },
    "sharing": Row(
        "`dvc push` and `dvc pull` of a whole run", "the same, its pictures one file each", "s", target=10, loose=0.8
    ),
    **{
        f"memory/{stage}": Row(
            f"peak memory of `{stage}`, many pictures",
            "few (a tenth)",
            "MiB",
            target=1.15,
            loose=1.35,
            at_most=True,
        )
        for stage in STAGES
    },
    **{
        f"growth/{stage}": Row(
            f"time a picture in `{stage}`, many pictures",
            "few (a tenth)",
            "ms a picture",
            target=1.1,
            loose=1.3,
            at_most=True,
        )
        for stage in STAGES[:3]
    },
}


def chosen(words: list[str]) -> list[str]:
    """The rows that words name, in the table's order: `startup` stands for all of `startup/...`; none for all rows.

    Raises ValueError for a word that names none.
    """
    unknown = [word for word in words if not any(_named(row, word) for row in ROWS)]
    if unknown:
        raise ValueError(f"no row is called {', '.join(unknown)}; there are {', '.join(ROWS)}")
    return [row for row in ROWS if not words or any(_named(row, word) for word in words)]


def _named(row: str, word: str) -> bool:
    return row == word or row.startswith(f"{word}/")
