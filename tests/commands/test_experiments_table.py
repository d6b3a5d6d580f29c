"""`python -m transfer experiments`."""

import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.commands.experiments import commit
from tests.conftest import Project
from transfer.commands.experiments import WIDTH, table

ROWS = st.lists(
    st.tuples(
        st.text("abc-1", min_size=1, max_size=60),
        st.lists(st.none() | st.floats(0, 40), min_size=8, max_size=8),
        st.lists(st.text("ab.c", min_size=1, max_size=90).map(lambda key: f"{key} 0.5"), max_size=9),
    ),
    min_size=1,
    max_size=4,
)


@given(ROWS)
def test_it_fits_a_terminal_and_loses_nothing(rows):
    lines = table(rows)
    assert max(map(len, lines)) <= WIDTH
    shown = "".join("".join(lines[4:]).split())
    for _, values, changed in rows:
        assert "".join("-" if value is None else f"{value:.4f}" for value in values) in shown
        assert all("".join(change.split()) in shown for change in changed) or len(rows) > 1


def test_what_it_looks_like():
    assert table(
        [("HEAD", [0.954, 0.917, 0.15, 0.248, 0.963, 0.973, 0.173, 0.096], []), ("failed", [None] * 8, ["a 1"])]
    ) == [
        "            head                        finetuned",
        "            accuracy      log-loss      accuracy      log-loss",
        "experiment   val.   test   val.   test   val.   test   val.   test  changed",
        "---------------------------------------------------------------------------",
        "HEAD       0.9540 0.9170 0.1500 0.2480 0.9630 0.9730 0.1730 0.0960",
        "failed          -      -      -      -      -      -      -      -  a 1",
    ]


@pytest.mark.slow
def test_of_experiments_that_ran(compared):
    lines = compared.transfer("experiments").stdout.splitlines()
    assert max(map(len, lines)) <= WIDTH
    below = next(number for number, line in enumerate(lines) if line.startswith("Models tested"))
    rows = {line.split()[0]: line for line in lines[4:below] if line[0] != " "}
    assert set(rows) == {"HEAD", "frozen", "gentle", "lite1", "reseeded"}
    assert rows["reseeded"].endswith("  seed.data 8")
    assert "finetune.epochs 2" in rows["gentle"]
    # frozen's are HEAD's head, those of reseeded saw other pictures, and a fine-tuned model may be its head unchanged.
    tested = {
        compared.run("git", "show", f"{revision}:plots/{model}/predictions.csv").stdout
        for revision in ("HEAD", commit(compared, "gentle"), commit(compared, "lite1"))
        for model in ("head", "finetuned")
    }
    said = f"Models tested on these 8 test pictures, by all that is in Git: {len(tested)}."
    assert said in " ".join(lines[below:]) and len(tested) >= 2
    accuracy = json.loads((compared.folder / "metrics/head.json").read_text())["accuracy"]
    assert rows["HEAD"].split()[2] == f"{accuracy:.4f}"


@pytest.mark.slow
def test_experiments_of_earlier_commits_are_named(compared, tmp_path):
    shutil.copytree(compared.folder, tmp_path / "project", symlinks=True)
    later = Project(tmp_path / "project")
    later.run("git", "commit", "-q", "--allow-empty", "-m", "Later")
    said = later.transfer("experiments").stdout
    assert [line.split()[0] for line in said.splitlines()[4:5]] == ["HEAD"]
    assert "From earlier commits there are frozen, gentle, lite1, reseeded; `transfer compare`" in said
    assert "earlier" not in compared.transfer("experiments").stdout
