"""Made-up results, small and complete, for the tests of the report.

`python -m tests.report.specimen FOLDER` writes report and card in each language.
"""

import dataclasses
import functools
import sys
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from tests.analysis.made import CLASSES, predictions, probabilities
from transfer.analysis import examples, paired
from transfer.analysis.candidates import Candidate, rank
from transfer.analysis.doubt import Doubt
from transfer.analysis.hand_labels import HandLabels
from transfer.analysis.learning_curve import LearningCurve
from transfer.analysis.model_results import ModelResults
from transfer.analysis.predictions import Predictions
from transfer.analysis.selection_record import LOG_LOSS, Selection
from transfer.analysis.threshold import ThresholdRule
from transfer.analysis.training import Training
from transfer.analysis.transfer_measures import transfer_measures
from transfer.classes import Classes
from transfer.report import gallery
from transfer.report.model_card import render_card
from transfer.report.page import render_page
from transfer.report.provenance import Provenance
from transfer.report.results import Dataset, Results
from transfer.report.wording import LANGUAGES

PAIR = (("head", 2.7), ("finetuned", 4.0))  # how clearly each model sees the classes


def curve(epochs: int, loss: tuple[float, float], accuracy: tuple[float, float]) -> LearningCurve:
    """A learning curve that closes most of its distance to the second value early."""
    epoch = np.arange(epochs + 1)
    way = 1 - np.exp(-3 * epoch / max(epochs, 1))
    loss, accuracy = (start + (end - start) * way for start, end in (loss, accuracy))
    return LearningCurve(epoch, 0.7 * loss, accuracy + 0.4 * (1 - accuracy), loss, accuracy)


def training(model: str) -> Training:
    """A head of which the last epoch was selected; of any other model an average with the last epoch was."""
    if model == "head":
        made = curve(40, (0.69, 0.25), (0.5, 0.9))
        loss = float(made.val_loss[40])
        tried = ({"l2": 0.01, "epoch": 40, "loss": loss},)
        return Training(made, Selection(LOG_LOSS, loss, 40, tried=tried, l2=0.01), 64)
    made = curve(5, (0.26, 0.1), (0.9, 0.965))
    losses = {0.0: float(made.val_loss[0]), 0.75: 0.085, 1.0: float(made.val_loss[5])}
    tried = tuple({"averaging_weight": weight, "loss": loss} for weight, loss in losses.items())
    return Training(made, Selection(LOG_LOSS, 0.085, 5, 0.75, tried), 32)


def picture(shade: int, size: int = 64) -> bytes:
    """A JPEG with some structure in it."""
    rows, columns = np.mgrid[:size, :size]
    pixels = np.stack([rows * 255 // size, columns * 255 // size, np.full_like(rows, shade)], axis=2).astype(np.uint8)
    Image.fromarray(pixels).save(stream := BytesIO(), "JPEG")
    return stream.getvalue()


def efficiency() -> pd.DataFrame:
    """Two draws of two sizes, and all pictures."""
    columns = {"pictures_per_class": [50, 50, 100, 100, 150], "draw": [0, 1, 0, 1, 0]}
    values = {"accuracy": [0.8, 0.84, 0.9, 0.9, 0.95], "log_loss": [0.5, 0.4, 0.3, 0.32, 0.2]}
    return pd.DataFrame(columns | values)


def tested(model: str, actual, probability, **named) -> ModelResults:
    """A model with these probabilities of the positive class on the test split."""
    made = predictions(actual, probability, **named)
    return results_of(training(model), made, made.take(np.arange(min(50, len(made)))))


def results_of(trained: Training, test: Predictions, validation: Predictions) -> ModelResults:
    """The results of a model of which one test picture is unlike those it was trained on."""
    usual = np.sort(validation.matrix[np.arange(len(validation)), validation.actual].astype(np.float32))
    far = np.linspace(0, 0.5, len(validation))
    distances = np.append(np.resize(far, len(test) - 1), 1)
    return ModelResults.of(trained, test, validation, Doubt.of(test, validation, distances, usual, far, 0.9, 0.05))


@functools.cache
def results(
    n: int = 300,
    clarity: tuple[tuple[str, float], ...] = PAIR,
    alike: bool = False,
    rejects: int = 11,
    shot: bytes | None = None,
) -> Results:
    """Results of models that see two classes with some clarity each; all models are one if `alike`."""
    actual = np.arange(n) % 2
    files = file_names(actual, CLASSES)
    models = {}
    for seed, (model, clear) in enumerate(clarity):
        p = probabilities(actual, 3.0, 0) if alike else probabilities(actual, clear, seed)
        models[model] = tested(model, actual, p, files=files)
    return of_models(models, rejects, shot)


@functools.cache
def of_classes(
    names: tuple[str, ...],
    n: int = 300,
    clarity: tuple[tuple[str, float], ...] = PAIR,
    lacking: str = "",
    shot: bytes | None = None,
) -> Results:
    """Results of models that see several classes with some clarity each, alphabetical neighbours less than others.

    lacking: a class of which the test split has no picture
    """
    classes = Classes.of(names)
    there = [index for index, name in enumerate(classes.names) if name != lacking]
    actual = np.resize(there, n)
    ids, files = [f"{index:016x}" for index in range(n)], file_names(actual, classes)
    models = {}
    for seed, (model, clear) in enumerate(clarity):
        p = shares(actual, len(classes), clear, seed)
        made = Predictions.of(ids, files, actual, p, classes, 0.5)
        models[model] = results_of(training(model), made, made.take(np.arange(min(50, n))))
    results = of_models(models, 0, shot)
    if lacking:
        results.dataset.summary["counts"]["test"][lacking] = 0
        results.dataset.summary["missing_in_test"] = [lacking]
    return results


def shares(actual: np.ndarray, classes: int, clarity: float, seed: int) -> np.ndarray:
    """The probability of each class, float32 (n, classes), of a model that sees each picture's class through noise."""
    noise = np.random.default_rng(seed).normal(size=(len(actual), classes))
    near = np.abs(actual[:, None] - np.arange(classes)) == 1
    logits = clarity * ((actual[:, None] == np.arange(classes)) + 0.5 * near) + noise
    raised = np.exp(clarity / 2 * logits)
    return (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)


def file_names(actual: np.ndarray, classes: Classes) -> list[str]:
    named = [classes.names[target] for target in actual]
    return [f"test/{name}/{name.removesuffix('s')}.{index:05d}.jpg" for index, name in enumerate(named)]


def of_models(models: dict[str, ModelResults], rejects: int, shot: bytes | None) -> Results:
    """Results of a run that left these models."""
    made = {model: found.predictions for model, found in models.items()}
    first, *others = models
    names, n = made[first].classes.names, len(made[first])
    counts = {split: dict.fromkeys(names, n // len(names)) for split in ("train", "validation", "test")}
    return Results(
        models=models,
        comparisons={(first, other): paired.compare(made[first], made[other], 7) for other in others},
        files={model: f"models/{model}/model.keras" for model in models},
        threshold_rule=ThresholdRule(),
        dataset=Dataset(
            source="sample",
            summary={
                "counts": counts | {"all": 3 * n},
                "drawn": {"validation": 0.2},
                "rejects": {"near_duplicate": rejects, "all": rejects} if rejects else {"all": 0},
                "size": {side: {"min": 200, "median": 310.5, "max": 420} for side in ("width", "height")},
            },
            image_size=224,
            sheets={"train": picture(90, 256)},
            alike=(2, picture(120, 256)),
        ),
        provenance=Provenance(
            params={
                "seed": 7,
                "head": {"l2": [0.001, 0.01, 0.1]},
                "finetune": {"unfreeze": "all", "learning_rate": 3e-4},
            },
            versions={"python": "3.11.7", "keras": "3.15.1", "tensorflow-cpu": "2.21.0"},
            hardware={"processor": "x86_64, 2 cores", "accelerator": "none"},
            commands=["git clone ADDRESS project && cd project", "make repro"],
        ),
        # The last model stands in for the baseline where there is none.
        transfer=transfer_measures(models, n, others[-1]),
        efficiency={"head": efficiency()},
        pictures={
            id_: gallery.Picture(
                shot or picture(int(id_, 16) % 256),
                {model: shot or picture(40 * place) for place, model in enumerate(models)},
            )
            for id_ in examples.worth_showing(made)
        },
    )


def with_candidates(*names: str) -> Results:
    """The same results, with these candidates, the best first, the second hardly worse; one more was not to be had."""
    draws = np.random.default_rng(0).gamma(1, 0.2, 200)
    noise = np.random.default_rng(1).normal(0, 0.05, 200)
    candidates = [
        Candidate(
            name,
            224,
            10**7 // (place + 1),
            40.0 * 2**place,
            draws + place * (0.02 * place - 0.015 + noise),
            draws < 0.7,
            [""] * 200,
        )
        for place, name in enumerate(names)
    ]
    return dataclasses.replace(results(), candidates=rank(candidates, {"resnet50": "offline."}, 7))


def in_doubt() -> Results:
    """The same results, but for models of whose sets few pictures decide, or none.

    The head's sets lack the right class, and it cannot reach an accuracy or answer.
    """
    found, other = results().models["head"], results().models["finetuned"]
    first, second = found.doubt.abstentions
    doubt = dataclasses.replace(
        found.doubt,
        coverage=dataclasses.replace(found.doubt.coverage, covered=10, calibration=30),
        abstentions=(
            dataclasses.replace(first, probability=None, answered=0, right=0),
            dataclasses.replace(second, answered=0, right=0),
        ),
    )
    none = dataclasses.replace(other.doubt, coverage=dataclasses.replace(other.doubt.coverage, calibration=5))
    return with_models(
        results(), head=dataclasses.replace(found, doubt=doubt), finetuned=dataclasses.replace(other, doubt=none)
    )


def with_hand_labels() -> Results:
    """The same results, after three test pictures were given other labels by hand."""
    made = results()
    actual = {model: found.predictions for model, found in made.models.items()}
    first = actual["head"]
    record = [
        {"id": id_, "split": "test", "given": first.classes.names[1 - target], "label": first.classes.names[target]}
        for id_, target in zip(first.ids[:3], first.actual[:3], strict=True)
    ]
    return dataclasses.replace(made, hand_labels=HandLabels.of(record, actual, {}))


def from_source(source: str) -> Results:
    """The same results, of pictures from another source."""
    return dataclasses.replace(results(), dataset=dataclasses.replace(results().dataset, source=source))


def with_summary(**values: object) -> Results:
    """The same results, with some values of the summary changed."""
    dataset = dataclasses.replace(results().dataset, summary=results().dataset.summary | values)
    return dataclasses.replace(results(), dataset=dataset)


def with_group_hint(pattern: str) -> Results:
    """The same results, of pictures that seem to belong together."""
    hint = {"pattern": pattern, "share": 0.934, "chance": 0.041}
    dataset = dataclasses.replace(results().dataset, group_hint=hint)
    return dataclasses.replace(results(), dataset=dataset)


def with_models(results: Results, **changed: ModelResults) -> Results:
    """The same results, with some models changed."""
    return dataclasses.replace(results, models=results.models | changed)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    written = {"": results(), "-five": of_classes(("bears", "cats", "dogs", "foxes", "rabbits"))}
    for form, language in product(written, LANGUAGES):
        (folder / f"{language}{form}.html").write_text(render_page(written[form], language), encoding="utf-8")
        (folder / f"{language}{form}.md").write_text(render_card(written[form], language), encoding="utf-8")
