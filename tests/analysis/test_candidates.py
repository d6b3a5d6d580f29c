"""The ranking of candidates: who is best, and who is not told apart from it."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from transfer.analysis.candidates import Candidate, mean_interval, rank, read_candidates, read_ranking


def made(name: str, shift: float, parameters: int = 1000, n: int = 400, groups=None) -> Candidate:
    draws = np.random.default_rng(0).gamma(1, 0.2, n)
    noise = np.random.default_rng(len(name)).normal(0, 0.02, n)
    losses = np.maximum(draws + shift + noise, 0)
    return Candidate(name, 224, parameters, 100.0, losses, losses < 0.6, groups or [""] * n)


def test_the_lowest_log_loss_comes_first_and_only_what_is_shown_to_be_worse_is_told_apart():
    ranking = rank([made("poor", 0.1, 10), made("good", 0.0, 5000), made("likewise", 0.001, 300)], {}, 7)
    assert [one.candidate.name for one in ranking.ranked] == ["good", "likewise", "poor"]
    assert [one.told_apart for one in ranking.ranked] == [False, False, True]
    assert ranking.best.candidate.name == "good" and ranking.smallest.candidate.name == "likewise"
    key, gaps = ranking.finding()
    assert key == "candidates.said" and gaps == {"best": "good", "smallest": "likewise", "count": 3}
    poor = ranking.ranked[2]
    assert poor.difference == pytest.approx(0.1, abs=0.005)
    assert poor.difference_interval.low < poor.difference < poor.difference_interval.high


def test_the_best_may_be_the_smallest():
    ranking = rank([made("poor", 0.1, 10), made("good", 0.0, 500)], {}, 7)
    assert ranking.finding()[0] == "candidates.said_best"
    ranking = rank([made("large", 0.02, 5000), made("good", 0.0, 500)], {}, 7)
    assert ranking.finding()[0] == "candidates.said_smallest"


def test_differences_are_paired():
    """Losses vary far more than their differences do: an interval that is not paired would show nothing."""
    ranking = rank([made("a", 0.0), made("bb", 0.02)], {}, 7)
    one, other = ranking.ranked
    assert other.told_apart
    assert other.log_loss_interval.low < one.log_loss < other.log_loss_interval.high


def test_the_interval_is_that_of_the_mean():
    values = np.random.default_rng(1).normal(3, 2, 500)
    interval = mean_interval(values, [""] * 500, 0)
    low, high = stats.norm.interval(0.95, values.mean(), values.std() / np.sqrt(500))
    assert interval.low == pytest.approx(low, abs=0.03) and interval.high == pytest.approx(high, abs=0.03)


def test_pictures_of_a_group_count_as_one_draw():
    """Five copies of each of 100 pictures say no more than the 100 do."""
    values = np.random.default_rng(1).normal(3, 2, 100)
    copies, groups = np.repeat(values, 5), [str(row // 5) for row in range(500)]
    once, grouped, apart = (
        mean_interval(values, [""] * 100, 0),
        mean_interval(copies, groups, 0),
        mean_interval(copies, [""] * 500, 0),
    )
    assert grouped.high - grouped.low == pytest.approx(once.high - once.low, rel=0.03)
    assert apart.high - apart.low < 0.6 * (once.high - once.low)


def test_what_the_stage_left_is_read(tmp_path):
    about = {"backbone": "a", "picture_size": 224, "parameters": 10, "pictures_per_second": 5.5, "l2": 0.1}
    (tmp_path / "a").mkdir()
    (tmp_path / "a/about.json").write_text(json.dumps(about))
    table = {"id": ["x", "y"], "group": ["007", ""], "loss": [0.5, 0.25], "right": [0, 1]}
    pd.DataFrame(table).to_csv(tmp_path / "a/out_of_fold.csv", index=False)
    (tmp_path / "b").mkdir()
    (tmp_path / "b/about.json").write_text(json.dumps({"backbone": "b", "unavailable": "offline."}))
    (found,), unavailable = read_candidates(tmp_path, ["a", "b"])
    assert (found.name, found.groups, found.losses.tolist()) == ("a", ["007", ""], [0.5, 0.25])
    assert found.right.tolist() == [False, True] and found.megabytes == pytest.approx(4e-5)
    assert unavailable == {"b": "offline."}
    assert read_ranking(tmp_path, ["a", "b"], 7).best.log_loss == 0.375
    assert read_ranking(tmp_path, [], 7) is None


def test_without_any_candidate_there_is_still_an_answer():
    ranking = rank([], {"a": "offline."}, 7)
    assert ranking.to_json() == {"candidates": {}, "unavailable": {"a": "offline."}}
