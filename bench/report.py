"""What `make bench` leaves: results.json, a table and a chart of it in README.md."""

import json
import re
from pathlib import Path

from bench.rows import ROWS

FOLDER = Path(__file__).resolve().parent
BEGIN, END = "<!-- results: written by make bench -->", "<!-- end of results -->"


def read(path: Path) -> dict[str, dict]:
    return json.loads(path.read_text()) if path.is_file() else {}


def write(results: dict[str, dict], folder: Path = FOLDER) -> None:
    """Write results.json and chart.png, and put table, machine and commit between the marks of README.md.

    results: by row, as from `harness.result`; what stands in README.md outside the marks stays as it is.
    """
    results = {row: results[row] for row in ROWS if row in results}
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    chart(results, folder / "chart.png")
    lines = [BEGIN, *table(results), "", "![Ratio against target, by row](chart.png)", "", *provenance(results)]
    if missing := [f"`{row}`" for row in ROWS if row not in results]:
        lines += ["", f"Not measured yet: {', '.join(missing)}."]
    lines.append(END)
    readme = folder / "README.md"
    text = readme.read_text() if readme.is_file() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    readme.write_text(before + "\n".join(lines) + rest.partition(END)[2])


def table(results: dict[str, dict]) -> list[str]:
    """Lines of a Markdown table; ratios with their range over the rounds."""
    head = ["row", "measure", "ours", "against", "theirs", "ratio (range)", "to reach", "reached"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for row, found in results.items():
        ours, theirs = (f"{_number(found[side]['median'])} {found['unit']}" for side in ("ours", "theirs"))
        cells = [
            f"`{row}`",
            found["what"] + (f" ({found['note']})" if found["note"] else ""),
            ours,
            found["against"],
            theirs,
            f"**{_number(found['ratio'])}** ({_number(found['lowest'])} to {_number(found['highest'])})",
            f"{'at most' if found['at_most'] else 'at least'} {found['target']:g}",
            "yes" if found["met"] else "**no**",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 10 else f"{value:.2f}"


def provenance(results: dict[str, dict]) -> list[str]:
    """A line for each machine and commit that rows were measured on."""
    groups: dict[str, list[str]] = {}
    for row, found in results.items():
        machine = found["machine"]
        where = (
            f"Measured at commit {found['commit']} on {machine['cores']} cores of {machine['cpu']}, "
            f"{machine['memory_GiB']:g} GiB, {machine['system']}, Python {machine['python']}, "
            f"TensorFlow {machine['tensorflow']}, Keras {machine['keras']}, DVC {machine['dvc']}"
        )
        groups.setdefault(where, []).append(row)
    if len(groups) == 1:
        return [f"{where}." for where in groups]
    return [f"- {where}: {', '.join(f'`{row}`' for row in rows)}." for where, rows in groups.items()]


def chart(results: dict[str, dict], path: Path) -> None:
    """How far each row is from its target: 1 is the target, right of it is better, the line is the range."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    rows = list(results.items())
    figure, axes = pyplot.subplots(figsize=(10, 1.3 + 0.34 * len(rows)), layout="constrained")
    for place, (_, found) in enumerate(rows):
        low, middle, high = sorted(_reached(found, found[key]) for key in ("lowest", "ratio", "highest"))
        colour = "#1b7837" if found["met"] else "#b2182b"
        axes.barh(place, middle - 1, left=1, height=0.62, color=colour, alpha=0.85)
        axes.plot([low, high], [place, place], color="black", linewidth=1.2, solid_capstyle="butt")
        sign = "≤" if found["at_most"] else "≥"
        text = f"{_number(found['ratio'])} ({sign} {found['target']:g})"
        outside = middle >= 1
        axes.annotate(
            text,
            (max(high, 1) if outside else min(low, 1), place),
            (5 if outside else -5, 0),
            textcoords="offset points",
            va="center",
            ha="left" if outside else "right",
            fontsize=8,
        )
    axes.axvline(1, color="black", linewidth=1)
    axes.set_yticks(range(len(rows)), [row for row, _ in rows], fontsize=9)
    axes.invert_yaxis()
    axes.set_xscale("log")
    values = [_reached(found, found[key]) for _, found in rows for key in ("lowest", "highest")]
    axes.set_xlim(min(values, default=1) / 2, max(values, default=1) * 2)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("times the target (1: just reached; green: reached, red: not); beside each bar the ratio (target)")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    pyplot.close(figure)


def _reached(found: dict, ratio: float) -> float:
    return found["target"] / ratio if found["at_most"] else ratio / found["target"]


def explained(readme: str) -> set[str]:
    """The rows that README.md explains: `### row` headings below the results."""
    return set(re.findall(r"^### `([\w/-]+)`", readme.partition(END)[2], re.MULTILINE))
