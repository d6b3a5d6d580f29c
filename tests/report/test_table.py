"""Results as text: within a terminal's width, and true to the numbers."""

import numpy as np

from tests.analysis.made import predictions
from tests.report import specimen
from transfer.analysis import paired
from transfer.analysis.metrics import measure
from transfer.report import binary_form, multiclass_form, table
from transfer.report.wording import Texts

ENGLISH = Texts("en")
RNG = np.random.default_rng(0)
ACTUAL = RNG.integers(0, 2, 3000)
PROBABILITY = np.clip(ACTUAL * 0.4 + RNG.random(3000) * 0.6, 0, 1).astype(np.float32)


def test_the_table_fits_a_terminal():
    metrics = {name: measure(predictions(ACTUAL, PROBABILITY)) for name in ("head", "finetuned")}
    details = {"a class whose name is longer than its column": ["1", "2"]}
    text = table.text_table(metrics, details, "none.", ENGLISH)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80 and lines[-1] == "Verdict: none."
    (row,) = (line for line in lines if line.startswith("Accuracy"))
    assert row.split()[1:] == [f"{metrics['head'].accuracy:.4f}"] * 2
    assert len(lines[-3]) == len(lines[2]) and lines[-3].startswith("a class whose") and lines[-3].endswith("2")


def test_below_the_metrics_come_counts_of_two_classes_by_their_names_and_recalls_of_several():
    two, five = specimen.results(), specimen.of_classes(("bears", "cats", "dogs", "foxes", "rabbits"))
    confusion = two.models["head"].metrics.confusion
    counts = {label: int(cells[0]) for label, cells in binary_form.details(two, ENGLISH).items()}
    assert counts == {
        "true dogs": confusion.tp,
        "missed dogs": confusion.fn,
        "false dogs": confusion.fp,
        "true cats": confusion.tn,
    }
    recalls = multiclass_form.details(five, ENGLISH)
    assert list(recalls) == [f"Recall, {name}" for name in five.classes.names]
    for model, column in (("head", 0), ("finetuned", 1)):
        expected = [f"{one.recall:.4f}" for one in five.models[model].per_class]
        assert [cells[column] for cells in recalls.values()] == expected
    many = specimen.of_classes(tuple(f"breed {number}" for number in range(21)))
    assert multiclass_form.details(many, ENGLISH) == {}


def test_experiments_of_several_classes_are_compared_too():
    results = specimen.of_classes(("bears", "cats", "dogs"))
    metrics = {model: found.metrics for model, found in results.models.items()}
    lines = table.paired_table(metrics, results.comparison).splitlines()
    assert [line.split("  ")[0] for line in lines[2:4]] == ["accuracy", "log-loss"] and "ROC" not in "".join(lines)
    predictions = {model: found.predictions for model, found in results.models.items()}
    before, after = predictions.values()
    changes = table.changes_table(predictions).splitlines()
    assert any(line.endswith("(P(actual class): head -> finetuned)") for line in changes)
    for line in changes:
        if line.startswith("  "):
            row = list(before.ids).index(line.split()[-1])
            change = f"{before.actual_probability[row]:.3f} -> {after.actual_probability[row]:.3f}"
            assert change in line and before.right[row] != after.right[row]
    spread = table.spread_table([metrics])
    assert "balanced accuracy" in spread and "specificity" not in spread


def test_two_experiments_side_by_side():
    actual = np.arange(40) % 2
    pair = [predictions(actual, p) for p in (actual * 0.6 + 0.2, np.where(np.arange(40) < 6, 0.5, actual * 0.8 + 0.1))]
    metrics = {name: measure(made) for name, made in zip(("one", "two"), pair, strict=True)}
    comparison = paired.compare(*pair, 7)
    lines = table.paired_table(metrics, comparison).splitlines()
    assert lines[0].split() == ["40", "test", "pictures", "one", "two", "difference", "95", "%", "interval"]
    accuracy = next(line for line in lines if line.startswith("accuracy")).split()
    found = comparison.accuracy
    assert accuracy[1:4] == ["1.0000", "0.9250", f"{found.value:+.4f}"]
    assert accuracy[4:] == [f"{found.interval.low:+.4f}", "to", f"{found.interval.high:+.4f}"]
    assert lines[-1].startswith("right: 37 by both, 3 only by one, 0 only by two, 0 by neither; ")


def test_pictures_that_changed_sides_are_listed_lost_ones_first():
    actual, files = np.array([1, 0, 1, 0]), [f"test/{name}.jpg" for name in "abcd"]
    first, second = (
        predictions(actual, p, ids=list("abcd"), files=files) for p in ([0.9, 0.6, 0.2, 0.1], [0.4, 0.3, 0.8, 0.2])
    )
    assert table.changes_table({"one": first, "two": second}).splitlines() == [
        "right by one, wrong by two: 1 (P(dogs): one -> two)",
        "  test/a.jpg  dogs  0.900 -> 0.400  id a",
        "right by two, wrong by one: 2 (P(dogs): one -> two)",
        "  test/c.jpg  dogs  0.200 -> 0.800  id c",
        "  test/b.jpg  cats  0.600 -> 0.300  id b",
    ]
    same = table.changes_table({"one": first, "two": first})
    assert same == "No picture is called rightly by only one of them."


def test_a_spread_is_of_each_model_and_of_their_difference_within_each_run():
    runs = [
        {model: measure(predictions(ACTUAL, np.clip(PROBABILITY + shift, 0, 1))) for model, shift in models}
        for models in ((("head", 0.05), ("finetuned", 0.0)), (("head", -0.05), ("finetuned", 0.02)))
    ]
    head, _, apart = table.spread_table(runs).split("\n\n")
    values = [run["head"].log_loss for run in runs]
    row = next(line for line in head.splitlines() if line.startswith("log-loss")).split()
    assert row[1:] == [f"{value:.4f}" for value in (np.mean(values), np.std(values, ddof=1), min(values), max(values))]
    apart = next(line for line in apart.splitlines() if line.startswith("accuracy")).split()
    gain = [run["finetuned"].accuracy - run["head"].accuracy for run in runs]
    assert apart[1] == f"{np.mean(gain):+.4f}" and apart[3:] == [f"{min(gain):+.4f}", f"{max(gain):+.4f}"]
    one_run = table.spread_table(runs[:1])
    assert " - " in one_run and "nan" not in one_run  # one run has no deviation
