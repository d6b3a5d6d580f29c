"""Measure the workflow side by side with what else one might run: python -m bench [ROW...]

Prints a table, and writes results.json, README.md and chart.png beside this file; rows that are not named keep what was
measured before. BENCH_TRAIN and BENCH_TEST name archives of photographs; without them pictures are drawn.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import claims, report
from bench.experiments import experiments
from bench.growing import growing
from bench.harness import Sizes, commit, result
from bench.network import network
from bench.preparing import preprocess
from bench.processes import noop, startup
from bench.rows import ROWS, chosen
from bench.sharing import sharing

# What measures which rows. `network` comes last: TensorFlow stays in memory.
GROUPS = {
    noop: ["noop"],
    startup: ["startup"],
    preprocess: ["preprocess"],
    sharing: ["sharing"],
    experiments: ["repro", "next-head", "next-finetune"],
    growing: ["memory", "growth"],
    network: ["extract", "finetune"],
}
CLAIMS = "claims"  # which is a simulation, with no time in it
SMOKE = [
    "noop",
    "startup/preprocess",
    "startup/finetune",
    "preprocess",
    "preprocess/phone",
    "repro",
    "extract",
    "finetune/reused",
]
SMOKE += ["memory/preprocess", "memory/feature-extract", "growth/preprocess"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", help=f"all if none is named; of {', '.join([*ROWS, CLAIMS])}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--smoke", action="store_true", help="a selection, small; fails on a broken ratio, writes nothing"
    )
    given = parser.parse_args()
    if CLAIMS in given.rows:
        claims.main([])
        given.rows.remove(CLAIMS)
        if not given.rows:
            return 0
    try:
        rows = chosen(given.rows or (SMOKE if given.smoke else []))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    at, results, broken = commit(), {}, []
    with TemporaryDirectory(prefix="bench-") as folder:
        for measure, words in GROUPS.items():
            mine = [row for row in rows if row.split("/")[0] in words]
            if not mine:
                continue
            start = time.perf_counter()
            place = Path(folder) / measure.__name__
            place.mkdir()
            for found in measure(sizes(given.smoke), place, 1 if given.smoke else given.rounds, mine):
                results[found.row] = result(ROWS[found.row], found, at)
                if not given.smoke:
                    report.write(report.read(report.FOLDER / "results.json") | results)
                elif not ROWS[found.row].met(results[found.row]["ratio"], ROWS[found.row].loose):
                    broken.append(found.row)
            print(f"{', '.join(mine)}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    print("\n".join(report.table({row: results[row] for row in rows})))
    for row in broken:
        limit = f"{'above' if ROWS[row].at_most else 'below'} {ROWS[row].loose:g}"
        print(f"error: the ratio of {row} is {results[row]['ratio']:.2f}, {limit}", file=sys.stderr)
    return bool(broken)


def sizes(smoke: bool) -> Sizes:
    train, test = (os.environ.get(name) or None for name in ("BENCH_TRAIN", "BENCH_TEST"))
    if smoke:
        pixels = {"size": 64, "network_size": 64, "grown_size": 32}
        return Sizes(None, None, drawn=600, head_epochs=20, epochs=1, batches=8, few=100, many=1000, **pixels)
    if (train is None) != (test is None):
        sys.exit("error: BENCH_TRAIN and BENCH_TEST go together")
    paths = [path and str(Path(path).expanduser().resolve()) for path in (train, test)]
    pixels = {"size": 128, "network_size": 224, "grown_size": 64}
    return Sizes(*paths, drawn=2500, head_epochs=20, epochs=3, batches=20, few=2500, many=25000, **pixels)


if __name__ == "__main__":
    sys.exit(main())
