"""What a run writes: the names and keys that others read, and the same bytes each time."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib.figure import Figure

from tests.analysis.made import CLASSES
from tests.report import specimen
from tests.wiring import ROOT
from transfer.analysis.predictions import Predictions
from transfer.report import result_files
from transfer.report.wording import plain

MODELS = (("head", 2.7), ("finetuned", 4.0), ("scratch", 1.0))


def written(folder, results):
    """All files that a run with these results writes, by name."""
    for kind in ("metrics", "plots", "reports"):
        (folder / kind).mkdir(parents=True)
    result_files.write_metrics(folder / "metrics", results)
    result_files.write_plots(folder / "plots", results, "en")
    result_files.write_report(folder / "reports", results, "en")
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def results():
    return specimen.results(clarity=MODELS)


@pytest.fixture(scope="module")
def files(tmp_path_factory, results):
    return written(tmp_path_factory.mktemp("run") / "a", results)


def test_every_file_has_its_place(files):
    tables = (
        "calibration",
        "history",
        "per_class",
        "precision_recall",
        "predictions",
        "risk_coverage",
        "roc",
        "validation",
    )
    expected = {
        f"metrics/{name}.json"
        for name in ("head", "finetuned", "scratch", "validation", "comparison", "unsure", "transfer")
    }
    expected |= {f"plots/{model}/{name}.csv" for model, _ in MODELS for name in tables}
    expected |= {"plots/learning_curves.csv", "plots/results.png", "plots/sample_efficiency/head.csv"}
    assert set(files) == expected | {"reports/index.html", "reports/model_card.md", "reports/results.txt"}


def test_what_was_not_asked_for_is_not_written(tmp_path):
    bare = specimen.results()
    files = written(tmp_path / "bare", dataclasses.replace(bare, transfer=None, efficiency={}))
    assert not [name for name in files if "transfer" in name or "efficiency" in name or "scratch" in name]


def test_the_table_ends_with_what_the_candidates_say(tmp_path):
    said = {}
    for language in ("en", "es"):
        (tmp_path / language).mkdir()
        result_files.write_report(tmp_path / language, specimen.with_candidates("a", "b"), language)
        said[language] = (tmp_path / language / "results.txt").read_text(encoding="utf-8").splitlines()[-2:]
    assert said["en"][0] == said["es"][0] == ""
    assert said["en"][1].startswith("a has the lowest log-loss of 2 candidates") and "2" in said["es"][1]
    assert said["en"][1] != said["es"][1]


def test_the_same_bytes_each_time(files, tmp_path, results):
    assert files == written(tmp_path / "b", results)
    png = files["plots/results.png"]
    assert png.startswith(b"\x89PNG") and b"Software" not in png and b"tIME" not in png and len(png) > 5_000


def test_the_terminals_table_and_the_chart_are_in_the_language_asked_for(tmp_path, results, monkeypatch):
    result_files.write_report(tmp_path, results, "es")
    table = (tmp_path / "results.txt").read_text(encoding="utf-8")
    assert table.splitlines()[0].split()[-5:] == ["Cabeza", "Ajuste", "fino", "Desde", "cero"]
    (tmp_path / "plots").mkdir()
    drawn = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: drawn.append(figure))
    result_files.write_plots(tmp_path / "plots", results, "es")
    axes = drawn[-1].get_axes()
    words = {word for one in axes for word in (one.get_title(), one.get_xlabel(), one.get_ylabel())}
    assert {"Exactitud", "Pérdida logarítmica", "época (la 0 es antes de entrenar)", "Cabeza: confusión"} <= words
    assert not words & {"Accuracy", "recall", "predicted", "actual", "Precision and recall"}
    assert [tick.get_text() for tick in axes[2].get_xticklabels()] == ["gatos", "perros"]


def test_what_is_written_is_what_was_found(files, results, tmp_path):
    for model, found in results.models.items():
        assert json.loads(files[f"metrics/{model}.json"]) == found.metrics.to_json()
        (tmp_path / "p.csv").write_bytes(files[f"plots/{model}/predictions.csv"])
        read = Predictions.read(tmp_path / "p.csv", CLASSES)
        np.testing.assert_array_equal(read.probability, found.predictions.probability)
    expected = results.comparison.to_json() | {"recommended": "finetuned"}  # as the verdict of this specimen says
    assert json.loads(files["metrics/comparison.json"]) == expected
    assert json.loads(files["metrics/transfer.json"]) == results.transfer.to_json()
    header = files["plots/learning_curves.csv"].decode().splitlines()
    assert header[0] == "epoch,head,finetuned,scratch" and header[-1].endswith(",nan,nan")


@pytest.mark.parametrize("names", [("cats", "dogs"), ("bears", "cats", "dogs", "foxes", "rabbits")])
def test_every_column_that_dvc_plots_is_written_with_values_in_it(tmp_path, names):
    results = specimen.results() if len(names) == 2 else specimen.of_classes(names)
    (tmp_path / "plots").mkdir()
    result_files.write_plots(tmp_path / "plots", results, "en")
    named = set()
    for plot in yaml.safe_load((ROOT / "dvc.yaml").read_text())["plots"]:
        ((_, axes),) = plot.items()
        for axis in (axes["x"], axes["y"]):
            if isinstance(axis, dict):
                named |= {(file, column) for file, column in axis.items() if not column.startswith("${")}
        if isinstance(axes["x"], str):
            named |= {(file, axes["x"]) for file in axes["y"]}
    assert ("plots/finetuned/per_class.csv", "recall") in named and len(named) > 20
    for file, column in named:
        assert pd.read_csv(tmp_path / file)[column].notna().all(), (file, column)


@pytest.mark.parametrize("names", [("cats", "dogs"), ("bears", "cats", "dogs", "foxes", "rabbits")])
def test_the_table_is_in_the_language_of_the_report(tmp_path, names):
    results, tables = specimen.of_classes(names), {}
    for language in ("en", "es"):
        result_files.write_report(tmp_path, results, language)
        tables[language] = (tmp_path / "results.txt").read_text(encoding="utf-8").splitlines()
    english, spanish = tables.values()
    assert len(english) == len(spanish) and max(map(len, spanish[:-1])) <= 80
    for mine, theirs in zip(english[2:-2], spanish[2:-2], strict=True):
        assert mine[22:] == theirs[22:] or "95 %" in mine
    said = "\n".join(spanish)
    assert "Exactitud" in said and "Pérdida logarítmica" in said and "…" not in said and "\nVeredicto: " in said
    foreign = ("Accuracy", "Test set", "pictures", "dogs", "missed", "Verdict:", "McNemar's")
    assert not [word for word in foreign if word in said]


def test_console_page_and_card_give_the_same_verdict(files):
    console = files["reports/results.txt"].decode()
    (verdict,) = (line.removeprefix("Verdict: ") for line in console.splitlines() if line.startswith("Verdict: "))
    assert verdict.startswith("Fine-tuned is more accurate than Head: by ") and verdict.isascii()
    for name in ("reports/index.html", "reports/model_card.md"):
        text = plain(files[name].decode()).replace("&lt;", "<")
        for sentence in verdict.split(". "):
            assert sentence.rstrip(".") in text, (name, sentence)
