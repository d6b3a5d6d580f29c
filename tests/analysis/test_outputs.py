"""Tables, curves and charts: lossless, thin, and the same bytes each time."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import auc, roc_auc_score

from transfer.analysis import curves, predictions
from transfer.analysis.metrics import classification_metrics
from transfer.report import png_charts, table

RNG = np.random.default_rng(0)
ACTUAL = RNG.integers(0, 2, 3000)
PROBABILITY = np.clip(ACTUAL * 0.4 + RNG.random(3000) * 0.6, 0, 1).astype(np.float32)


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=20))
def test_predictions_survive_to_the_bit(tmp_path_factory, values):
    n = len(values)
    names = [f'test/NA/{i},ü".jpg' for i in range(n)]
    written = predictions.tabulate(
        [f"{i:016d}" for i in range(n)], names, np.arange(n) % 2, values, ("NA", "null"), 0.5
    )
    path = tmp_path_factory.mktemp("predictions") / "p.csv"
    predictions.write(written, path)
    read = predictions.read(path)
    assert list(read) == ["id", "file", "actual", "predicted", "probability"]
    assert read["probability"].to_numpy().tobytes() == np.array(values, np.float32).tobytes()
    assert (
        (read["file"] == names).all()
        and (read["id"] == written["id"]).all()
        and (read["actual"] == written["actual"]).all()
    )


def test_thinned_curves_keep_their_area_and_ends():
    roc = curves.roc(ACTUAL, PROBABILITY)
    assert len(roc) <= 200 and roc.iloc[0].tolist() == [0, 0] and roc.iloc[-1].tolist() == [1, 1]
    np.testing.assert_allclose(auc(roc["fpr"], roc["tpr"]), roc_auc_score(ACTUAL, PROBABILITY), atol=2e-3)
    pr = curves.precision_recall(ACTUAL, PROBABILITY)
    assert len(pr) <= 200 and pr["recall"].is_monotonic_increasing and pr["precision"].iloc[0] == 1


def test_calibration_by_hand():
    got = curves.calibration(np.array([1, 0, 1, 1]), np.array([0.05, 0.07, 0.95, 1.0]))
    np.testing.assert_allclose(got, [[0.06, 0.5, 2], [0.975, 1, 2]])


def draw_all(folder):
    folder.mkdir()
    history = pd.DataFrame({"epoch": range(40), "loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.6})
    histories = {"head": history, "finetuned": history.head(4)}
    counts = classification_metrics(ACTUAL, PROBABILITY, 0.5)["confusion"]
    tables = {name: getattr(curves, name)(ACTUAL, PROBABILITY) for name in ("roc", "precision_recall", "calibration")}
    png_charts.write(
        folder / "all.png",
        (12, 7),
        png_charts.learning_curve(histories, "accuracy", "Accuracy"),
        png_charts.learning_curve({"finetuned": history.head(4)}, "loss", "Loss"),
        png_charts.confusion("head", counts, ("cats", "dogs")),
        png_charts.roc({"head": tables["roc"]}, {"head": 0.9}),
        png_charts.precision_recall({"head": tables["precision_recall"]}, {"head": 0.9}),
        png_charts.calibration({"head": tables["calibration"]}),
    )
    return (folder / "all.png").read_bytes()


def test_charts_are_the_same_bytes_each_time(tmp_path):
    content = draw_all(tmp_path / "a")
    assert content == draw_all(tmp_path / "b") and content.startswith(b"\x89PNG")
    assert b"Software" not in content and b"tIME" not in content


def test_the_table_fits_a_terminal():
    metrics = {name: classification_metrics(ACTUAL, PROBABILITY, 0.5) for name in ("head", "finetuned")}
    text = table.text_table(metrics, "dogs", "Verdict: none.")
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80 and lines[-1] == "Verdict: none."
    (row,) = (line for line in lines if line.startswith("accuracy"))
    assert row.split()[1:] == [f"{metrics['head']['accuracy']:.4f}"] * 2


def test_pictures_that_changed_sides_are_listed_lost_ones_first():
    actual, files = np.array([1, 0, 1, 0]), [f"test/{name}.jpg" for name in "abcd"]
    first, second = (
        predictions.tabulate(list("abcd"), files, actual, p, ("cats", "dogs"), 0.5)
        for p in ([0.9, 0.6, 0.2, 0.1], [0.4, 0.3, 0.8, 0.2])
    )
    assert table.changes_table({"one": first, "two": second}, "dogs").splitlines() == [
        "right by one, wrong by two: 1 (P(dogs): one -> two)",
        "  test/a.jpg  dogs  0.900 -> 0.400  id a",
        "right by two, wrong by one: 2 (P(dogs): one -> two)",
        "  test/c.jpg  dogs  0.200 -> 0.800  id c",
        "  test/b.jpg  cats  0.600 -> 0.300  id b",
    ]
    assert table.changes_table({"one": first, "two": first}, "dogs") == "No picture changed sides."


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=20), st.floats(0.01, 0.99))
def test_the_threshold_that_a_table_was_made_with_is_found_in_it(values, threshold):
    made = predictions.tabulate(
        [""] * len(values), [""] * len(values), [0] * len(values), values, ("no", "yes"), threshold
    )
    found = predictions.implied_threshold(made, "yes")
    assert ((made["probability"].astype(float) >= found) == (made["predicted"] == "yes")).all()


def test_a_spread_is_of_each_model_and_of_their_difference_within_each_run():
    runs = [
        {model: classification_metrics(ACTUAL, np.clip(PROBABILITY + shift, 0, 1), 0.5) for model, shift in models}
        for models in ((("head", 0.05), ("finetuned", 0.0)), (("head", -0.05), ("finetuned", 0.02)))
    ]
    head, _, apart = table.spread_table(runs).split("\n\n")
    values = [run["head"]["log_loss"] for run in runs]
    row = next(line for line in head.splitlines() if line.startswith("log-loss")).split()
    assert row[1:] == [f"{value:.4f}" for value in (np.mean(values), np.std(values, ddof=1), min(values), max(values))]
    apart = next(line for line in apart.splitlines() if line.startswith("accuracy")).split()
    gain = [run["finetuned"]["accuracy"] - run["head"]["accuracy"] for run in runs]
    assert apart[1] == f"{np.mean(gain):+.4f}" and apart[3:] == [f"{min(gain):+.4f}", f"{max(gain):+.4f}"]
    assert " - " in table.spread_table(runs[:1])  # one run has no deviation
