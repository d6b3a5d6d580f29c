"""Every reason that the code gives has its meaning and its remedy."""

import re

import pytest

from tests.wiring import ROOT
from transfer.dataset.reasons import REASONS, REPEATED, explain
from transfer.dataset.rejects import Rejects, kept_if_stopped
from transfer.errors import InputError

GIVEN = r'(?:Rejected\(|on_skip\(name, |problem = \(|return |Labelling\(.*?, |path, \()"([a-z_]+)", (?:f?"|message)'


def test_every_reason_is_explained():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "transfer" / "dataset").glob("*.py")]
    given = {reason for source in sources for reason in re.findall(GIVEN, source)}
    assert {"damaged", "blank", "undecodable", "encrypted", "no_class_folder", "unsafe_name"} <= given
    assert given <= REASONS.keys() and {*REPEATED} <= REASONS.keys()


def test_the_most_frequent_reason_comes_first():
    rejects = Rejects([("a", "empty", "x"), ("b", "html", "y"), ("c", "html", "z")])
    assert explain(rejects).startswith("html 2; e.g. b (y): ") and "; empty 1; e.g. a (x): " in explain(rejects)


def test_the_table_survives_a_run_that_stops_and_only_such_a_run(tmp_path):
    table = tmp_path / "set_aside.csv"
    rejects = Rejects([("a", "empty", "x")])
    with pytest.raises(InputError), kept_if_stopped(rejects, table):
        rejects.add("b", "html", "y")
        raise InputError("too many")
    assert Rejects.read(table).rows == [("a", "empty", "x"), ("b", "html", "y")]
    with kept_if_stopped(rejects, table):
        pass
    assert not table.exists()
    with pytest.raises(InputError), kept_if_stopped(Rejects(), table):
        raise InputError("a mistyped class")
    assert not table.exists()
