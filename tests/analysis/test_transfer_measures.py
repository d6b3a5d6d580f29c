"""The three measures of transfer, on curves whose answers are known."""

import numpy as np

from tests.analysis.made import training
from transfer.analysis.binary import BinaryMetrics, Confusion
from transfer.analysis.intervals import Interval
from transfer.analysis.model_results import ModelResults
from transfer.analysis.transfer_measures import Effort, transfer_measures

PICTURES, BATCHES = 100, {"head": 64, "finetuned": 32, "scratch": 16}
TESTED = BinaryMetrics(0.9, Interval(0.8, 0.95), *[0.9] * 10, 50, 0.5, Confusion(1, 1, 1, 1))


def model(name: str, accuracy: list[float], loss: list[float] | None = None, **selected) -> ModelResults:
    loss = loss or [1 - value for value in accuracy]
    selected = {"epoch": int(np.argmin(loss))} | selected
    trained = training(loss, accuracy=accuracy, batch_size=BATCHES[name], **selected)
    return ModelResults(trained, None, TESTED, None, (), None, None)


def measured(head, finetuned, scratch):
    """The measures of three models; a list stands for a model with these validation accuracies."""
    given = {"head": head, "finetuned": finetuned, "scratch": scratch}
    models = {name: model(name, made) if isinstance(made, list) else made for name, made in given.items()}
    return transfer_measures(models, PICTURES)


def test_initial_and_final_performance():
    found = measured([0.5, 0.8], [0.8], [0.5, 0.6]).models
    assert found["head"].initial_accuracy == 0.5 and found["head"].first_epoch_accuracy == 0.8
    assert found["finetuned"].initial_accuracy is None and found["finetuned"].first_epoch_accuracy is None
    for measures in found.values():
        assert measures.final_accuracy == 0.9 and measures.final_accuracy_interval == Interval(0.8, 0.95)


def test_time_to_learn_counts_what_came_before():
    # The head matches 0.7 in its second epoch, with one pass for the features; its third epoch is selected.
    found = measured([0.5, 0.6, 0.7, 0.8], [0.65, 0.75], [0.5, 0.6, 0.7])
    assert found.target_log_loss == 1 - 0.7
    assert found.models["head"].time_to_learn == Effort(2, 100, 2 * 2)
    assert found.models["finetuned"].time_to_learn == Effort(1, 100 + 100, 3 * 2 + 4)
    assert found.models["scratch"].time_to_learn == Effort(2, 200, 2 * 7)


def test_what_is_there_from_the_start_took_no_epoch():
    found = measured([0.75, 0.8], [0.8, 0.9], [0.5, 0.7]).models
    assert found["head"].time_to_learn == Effort(0, 0, 0)
    assert found["finetuned"].time_to_learn == Effort(0, 100, 2)


def test_what_is_never_reached_is_none():
    found = measured([0.5, 0.6], [0.6, 0.65], [0.5, 0.9])
    assert found.models["head"].time_to_learn is None and found.models["finetuned"].time_to_learn is None
    assert found.models["scratch"].time_to_learn == Effort(1, 100, 7)
    written = found.to_json()["head"]
    assert [written[f"{unit}_to_match"] for unit in ("epochs", "pictures", "steps")] == [None] * 3


def test_the_target_is_the_lowest_log_loss_of_the_baseline_whatever_its_accuracy():
    scratch = model("scratch", [0.5, 0.7, 0.9], [0.7, 0.5, 0.6])
    head = model("head", [0.5, 0.95, 0.6], [0.7, 0.55, 0.5])
    found = measured(head, [0.8], scratch)
    assert found.target_log_loss == 0.5 and found.converged
    assert found.models["head"].time_to_learn == Effort(2, 100, 2 * 2)


def test_a_baseline_whose_last_epoch_is_its_best_has_not_converged():
    assert not measured([0.5, 0.75], [0.8], [0.5, 0.6, 0.7]).converged


def test_without_a_baseline_there_is_nothing_to_measure_against():
    assert transfer_measures({"head": model("head", [0.5, 0.6])}, PICTURES) is None


def test_what_is_written():
    written = measured([0.5, 0.6, 0.7, 0.8], [0.65, 0.75], [0.5, 0.6, 0.7]).to_json()
    assert list(written) == ["target_log_loss", "converged", "head", "finetuned", "scratch"]
    assert written["finetuned"] == {
        "initial_accuracy": None,
        "first_epoch_accuracy": 0.75,
        "epochs_to_match": 1,
        "pictures_to_match": 200,
        "steps_to_match": 10,
        "final_accuracy": 0.9,
        "final_accuracy_low": 0.8,
        "final_accuracy_high": 0.95,
    }
