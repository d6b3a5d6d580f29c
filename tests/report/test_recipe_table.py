"""What several trainings come to, in lines for a terminal."""

import numpy as np

from tests.analysis.made import predictions, probabilities
from transfer.report.recipe_table import recipe_table

ACTUAL = np.arange(200) % 2


def trainings(clarity: float, seeds: range) -> list:
    return [predictions(ACTUAL, probabilities(ACTUAL, clarity, seed)) for seed in seeds]


def test_every_recipe_and_the_difference_have_a_line_with_an_interval():
    runs = {"head": trainings(2.0, range(6)), "finetuned": trainings(4.0, range(10, 16))}
    lines = recipe_table(runs, 7).splitlines()
    assert lines[0].startswith("the recipe: 6 trainings, 200 pictures")
    labels = [line[:44].strip() for line in lines[1:]]
    assert labels == [
        *(f"{model}, {name}" for model in ("head", "finetuned") for name in ("accuracy", "log-loss")),
        *(f"finetuned - head, {name}" for name in ("accuracy", "log-loss")),
    ]
    accuracy = np.mean([run.right.mean() for run in runs["head"]])
    assert f"{accuracy:.4f}" in lines[1] and " to " in lines[1]
    mean, low, _, high = lines[5][44:].split()
    assert 0 < float(low) < float(mean) < float(high)


def test_few_trainings_are_said_to_be_few():
    assert "The intervals of 3 trainings are too narrow" in recipe_table({"head": trainings(2.0, range(3))}, 7)
