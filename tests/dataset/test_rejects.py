"""Nothing that was set aside is lost."""

import csv

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from transfer.dataset.rejects import Rejects, printable


@given(st.lists(st.text(st.characters(), min_size=1), max_size=5))
def test_any_name_survives_the_table_of_rejects(tmp_path_factory, names):
    rejects, path = Rejects(), tmp_path_factory.mktemp("rejects") / "rejects.csv"
    for name in [*names, "carriage\rreturn", "not utf-8 \udcff", "zero\0"]:
        rejects.add(name, "empty", name)
    rejects.write(path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == sorted(printable(file) for file, *_ in rejects.rows)
    assert list(pd.read_csv(path, keep_default_na=False, dtype=str)["file"]) == [row["file"] for row in rows]
