"""Which classes are taken for which."""

import numpy as np

from transfer.analysis.examples import MOST_PAIRS
from transfer.analysis.per_class import confusion_table, most_confused
from transfer.report.results import Results
from transfer.report.wording import Texts

MOST_CLASSES = 30  # in a table of confusion that can be read
MOST_PICTURES = 4  # of each pair of classes


def confusion_tables(results: Results, texts: Texts) -> dict[str, list[dict]]:
    """By model, a row for each actual class: its name, and by predicted class a count and its share of the row.

    Empty where there are too many classes to read it.
    """
    if len(results.classes) > MOST_CLASSES:
        return {}
    names = [texts.name("class", name) for name in results.classes.names]
    tables = {}
    for model, found in results.models.items():
        counts = confusion_table(found.predictions)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        tables[model] = [
            {"name": name, "cells": list(zip(row.tolist(), share.tolist(), strict=True))}
            for name, row, share in zip(names, counts, shares, strict=True)
        ]
    return tables


def confused_pairs(results: Results, texts: Texts) -> list[dict]:
    """The pairs of classes that all models together confuse most: how often each does, and some of the pictures.

    Of an actual and a predicted class each; the most frequent first.
    """
    tables = {model: confusion_table(found.predictions) for model, found in results.models.items()}
    pairs = {
        (actual, predicted)
        for found in results.models.values()
        for actual, predicted, _ in most_confused(found.predictions, MOST_PAIRS)
    }
    ordered = sorted(pairs, key=lambda pair: (-sum(table[pair] for table in tables.values()), pair))
    names = [texts.name("class", name) for name in results.classes.names]
    return [
        {
            "actual": names[actual],
            "predicted": names[predicted],
            "n": int(next(iter(tables.values()))[actual].sum()),
            "counts": {model: int(table[actual, predicted]) for model, table in tables.items()},
            "pictures": _pictures(results, actual, predicted),
        }
        for actual, predicted in ordered[:MOST_PAIRS]
    ]


def _pictures(results: Results, actual: int, predicted: int) -> list[dict]:
    """Some pictures of a class that a model took for another, with the models that did; those with a picture only."""
    taken: dict[str, dict] = {}
    for model, found in results.models.items():
        made = found.predictions
        for row in np.flatnonzero((made.actual == actual) & (made.predicted == predicted)):
            if made.ids[row] in results.pictures:
                entry = taken.setdefault(made.ids[row], {"file": made.files[row], "models": []})
                entry["models"].append(model)
    shown = sorted(taken.items(), key=lambda item: (-len(item[1]["models"]), item[0]))[:MOST_PICTURES]
    return [{"picture": results.pictures[id_].thumbnail, **entry} for id_, entry in shown]
