"""The bench itself: its verdicts, its table, and that what is committed says what was measured."""

import json
import sys

import pytest

from bench import __main__ as bench
from bench import report
from bench.experiments import compared
from bench.harness import Measured, Row, in_turn, result, watched
from bench.rows import ROWS, chosen

FASTER = Row("ours", "theirs", "s", target=4, loose=2)
RATE = Row("ours", "theirs", "pictures/s", target=0.95, loose=0.7)
MEMORY = Row("many", "few", "MiB", target=1.15, loose=1.3, at_most=True)


@pytest.fixture(autouse=True)
def commit(monkeypatch):
    monkeypatch.setattr(bench, "commit", lambda: "0123456789")


@pytest.mark.parametrize(
    "row, ours, theirs, ratio, met",
    [
        (FASTER, [10, 20, 9], [40, 60, 45], 4, True),
        (FASTER, [10, 20, 15], [39, 60, 45], 3, False),
        (RATE, [95, 90, 96], [100, 100, 100], 0.95, True),
        (RATE, [94, 90, 96], [100, 100, 100], 0.94, False),
        (MEMORY, [115, 120, 90], [100, 100, 100], 1.15, True),
        (MEMORY, [116, 120, 90], [100, 100, 100], 1.16, False),
    ],
)
def test_the_verdict_is_of_the_median_of_each_rounds_ratio(row, ours, theirs, ratio, met):
    found = result(row, Measured("x", ours, theirs), "abc")
    assert (found["ratio"], found["met"]) == (ratio, met)
    assert found["lowest"] <= found["ratio"] <= found["highest"]
    assert found["ours"]["rounds"] == ours and found["machine"]["cores"] >= 1


def test_a_row_that_is_broken_otherwise_is_not_met():
    found = result(FASTER, Measured("x", [1], [9], note="sizes", broken="worse"), "abc")
    assert not found["met"] and found["note"] == "sizes; worse"


def test_sides_are_measured_in_turn():
    seen = []
    ours, theirs = in_turn(3, lambda: seen.append("a") or len(seen), lambda: seen.append("b") or len(seen))
    assert seen == list("ababab") and ours == [1, 3, 5] and theirs == [2, 4, 6]


def test_memory_is_that_of_all_processes(tmp_path):
    hold = "import time; held = bytearray(b'x') * (60 << 20); time.sleep(0.6)"
    both = f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {hold!r}]); {hold}; child.wait()"
    one, two = (watched([sys.executable, "-c", program], tmp_path, every=0.05)[1] for program in (hold, both))
    assert 60 < one < 110 and two > one + 55


def test_a_command_that_fails_says_why(tmp_path):
    with pytest.raises(RuntimeError, match="no such luck"):
        watched([sys.executable, "-c", "raise SystemExit('no such luck')"], tmp_path, every=None)


def test_a_worse_model_is_no_gain():
    good = {"accuracy": 0.98, "log_loss": 0.05, "n": 500}
    poor, same = good | {"accuracy": 0.9}, good | {"accuracy": 0.976}
    assert compared([{"head": good, "finetuned": same}], [{"head": good, "finetuned": good}])[1] == ""
    said, worse = compared([{"head": good, "finetuned": poor}], [{"head": good, "finetuned": good}])
    assert "finetuned 90.0%, 0.050 (reference: 98.0%, 0.050)" in said
    assert worse == "finetuned is worse than the reference's"
    vague = good | {"log_loss": 0.06}
    assert "head is worse" in compared([{"head": vague, "finetuned": good}], [{"head": good, "finetuned": good}])[1]


def test_rows_are_named_by_their_group_too():
    assert chosen(["noop"]) == ["noop"]
    assert chosen(["startup"]) == [row for row in ROWS if row.startswith("startup/")]
    assert chosen([]) == list(ROWS)
    with pytest.raises(ValueError, match="no row is called nop; there are repro"):
        chosen(["noop", "nop"])


def test_each_row_is_measured_by_one_group():
    words = [word for group in bench.GROUPS.values() for word in group]
    assert [words.count(row.split("/")[0]) for row in ROWS] == [1] * len(ROWS)
    assert set(bench.SMOKE) <= set(ROWS)


def some(*rows: str) -> dict[str, dict]:
    return {row: result(ROWS[row], Measured(row, [1.0, 1.1, 1.2], [1.0, 1.0, 1.0]), "abc") for row in rows}


def test_a_row_measured_again_leaves_the_others_and_the_explanations(tmp_path):
    report.write(some("noop", "extract"), tmp_path)
    readme = tmp_path / "README.md"
    readme.write_text(f"# Before\n\n{readme.read_text()}\n### `noop`\n\nBecause.\n")
    again = result(ROWS["extract"], Measured("extract", [5.0], [10.0]), "def")
    report.write(report.read(tmp_path / "results.json") | {"extract": again}, tmp_path)
    text = readme.read_text()
    assert text.startswith("# Before\n\n") and text.endswith("\n### `noop`\n\nBecause.\n")
    assert "**1.10** (1.00 to 1.20) | at most 1.3 | yes |" in text
    assert "**0.50** (0.50 to 0.50) | at least 0.95 | **no** |" in text
    assert "commit abc" in text and "commit def" in text
    assert "Not measured yet: `repro`, " in text
    assert report.explained(text) == {"noop"}
    assert list(json.loads((tmp_path / "results.json").read_text())) == ["extract", "noop"]  # the table's order
    assert (tmp_path / "chart.png").stat().st_size > 5000


@pytest.mark.parametrize("ours, code", [(1.0, 0), (3.0, 1)])
def test_the_smoke_run_fails_on_a_broken_ratio(monkeypatch, capsys, ours, code):
    def noop(sizes, folder, rounds, rows):
        assert sizes.drawn < 1000 and rounds == 1
        yield Measured("noop", [ours], [1.0])

    monkeypatch.setattr(bench, "GROUPS", {noop: ["noop"]})
    monkeypatch.setattr(sys, "argv", ["bench", "--smoke", "noop"])
    monkeypatch.setattr(report, "write", None)  # it has to leave the results alone
    assert bench.main() == code
    said = capsys.readouterr()
    assert "| **3.00** (3.00 to 3.00) |" in said.out or code == 0
    assert ("error: the ratio of noop is 3.00, above 2" in said.err) == bool(code)


def test_an_unknown_row_is_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["bench", "nop"])
    assert bench.main() == 2
    assert capsys.readouterr().err.startswith("error: no row is called nop; there are ")


def test_what_is_committed_is_what_was_measured():
    results = report.read(report.FOLDER / "results.json")
    text = (report.FOLDER / "README.md").read_text(encoding="utf-8")
    assert set(results) <= set(ROWS)
    assert "\n".join(report.table(results)) in text
    assert {row for row, found in results.items() if not found["met"]} <= report.explained(text)


def test_claims_are_rows_of_the_bench(monkeypatch, capsys):
    from bench import __main__, claims

    monkeypatch.setattr(claims, "SIZES", (10,))
    monkeypatch.setattr(claims, "ACCURACIES", (0.97,))
    monkeypatch.setattr("sys.argv", ["bench", "claims"])
    monkeypatch.setattr(claims, "rates", lambda n, accuracy, runs, draws: (0.01, 0.0))
    assert __main__.main() == 0
    assert "| 10 | 97.0 % | 1.0 % | 0.0 % |" in capsys.readouterr().out
