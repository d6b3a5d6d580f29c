"""Made-up results, small and complete, for the tests of the report.

`python -m tests.analysis.specimen FOLDER` writes report and card in each language.
"""

import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from transfer.analysis import examples, paired, predictions, transfer_measures
from transfer.analysis.metrics import classification_metrics
from transfer.report import gallery
from transfer.report.page import Results, model_card, render
from transfer.report.wording import LANGUAGES

CLASSES = ("cats", "dogs")


def probabilities(actual: np.ndarray, clarity: float, seed: int) -> np.ndarray:
    """P(positive), float32 (n,), calibrated, of a model that sees each picture's class through unit noise."""
    seen = (actual - 0.5) * clarity + np.random.default_rng(seed).normal(size=len(actual))
    return (1 / (1 + np.exp(-clarity * seen))).astype(np.float32)


def history(epochs: int, loss: tuple[float, float], accuracy: tuple[float, float]) -> pd.DataFrame:
    """A learning curve that closes most of its distance to the second value early."""
    epoch = np.arange(epochs + 1)
    way = 1 - np.exp(-3 * epoch / max(epochs, 1))
    loss, accuracy = (start + (end - start) * way for start, end in (loss, accuracy))
    columns = {"loss": 0.7 * loss, "accuracy": accuracy + 0.4 * (1 - accuracy)}
    return pd.DataFrame({"epoch": epoch, **columns, "val_loss": loss, "val_accuracy": accuracy})


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


def results(
    n: int = 300,
    clarity: dict[str, float] | None = None,
    alike: bool = False,
    rejects: int = 11,
    dataset: str = "sample",
    shot: bytes | None = None,
) -> Results:
    """Results of models that see the classes with some clarity each; all models are one if `alike`."""
    clarity = clarity or {"head": 2.7, "finetuned": 4.0}
    actual = np.arange(n) % 2
    ids = [f"{index:016x}" for index in range(n)]
    files = [f"test/{CLASSES[label]}/{CLASSES[label][:-1]}.{index:05d}.jpg" for index, label in enumerate(actual)]
    tables, metrics = {}, {}
    for seed, (model, clear) in enumerate(clarity.items()):
        p = probabilities(actual, 3.0, 0) if alike else probabilities(actual, clear, seed)
        tables[model] = predictions.tabulate(ids, files, actual, p, CLASSES, 0.5)
        metrics[model] = classification_metrics(actual, p, 0.5)
    first, *others = clarity
    one = tables[first]["probability"].to_numpy()
    pairs = {
        (first, other): paired.compare(actual, one, tables[other]["probability"].to_numpy(), 0.5, 7) for other in others
    }
    histories = {
        model: history(*((40, (0.69, 0.25), (0.5, 0.9)) if model == "head" else (5, (0.26, 0.1), (0.9, 0.965))))
        for model in clarity
    }
    shown = examples.worth_showing(tables, CLASSES[1])
    tiles = {
        id_: gallery.Picture(
            shot or picture(int(id_, 16) % 256),
            {model: shot or picture(40 * place) for place, model in enumerate(clarity)},
        )
        for id_ in shown
    }
    return Results(
        metrics=metrics,
        comparisons=pairs,
        histories=histories,
        predictions=tables,
        classes=CLASSES,
        threshold=0.5,
        dataset=dataset,
        data={
            "counts": {split: dict.fromkeys(CLASSES, n // 2) for split in ("train", "validation", "test")}
            | {"all": 3 * n},
            "rejects": {"near_duplicate": rejects, "all": rejects} if rejects else {"all": 0},
            "size": {side: {"min": 200, "median": 310.5, "max": 420} for side in ("width", "height")},
        },
        files={model: f"models/{model}/model.keras" for model in clarity},
        size=224,
        provenance={
            "params": {
                "seed": 7,
                "head": {"l2": [0.001, 0.01, 0.1]},
                "finetune": {"unfreeze": "all", "learning_rate": 3e-4},
            },
            "versions": {"python": "3.11.7", "keras": "3.15.1", "tensorflow-cpu": "2.21.0"},
            "hardware": {"processor": "x86_64, 2 cores", "accelerator": "none"},
        },
        commands=["git clone ADDRESS project && cd project", "make repro"],
        pictures=tiles,
        sheets={"train": picture(90, 256)},
        # The last model stands in for the baseline where there is none.
        transfer=transfer_measures.transfer_measures(
            transfer_measures.training_courses(histories, n, dict.fromkeys(clarity, 32)), metrics, [*clarity][-1]
        ),
        efficiency={"head": efficiency()},
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for language in LANGUAGES:
        (folder / f"{language}.html").write_text(render(results(), language), encoding="utf-8")
        (folder / f"{language}.md").write_text(model_card(results(), language), encoding="utf-8")
