"""A pattern is proposed where names say that pictures belong together."""

import re

import pytest

from transfer.dataset.group_patterns import suggest_pattern
from transfer.dataset.pattern_match import group_of


def xrays() -> list[str]:
    places = [f"person{number}_virus_{number * 3 + shot}.jpeg" for number in range(40) for shot in range(2)]
    places += [f"IM-{number:04d}-{shot:04d}.jpeg" for number in range(20) for shot in (1, 2)]
    return places + [f"NORMAL2-IM-{number:04d}-0001.jpeg" for number in range(300, 320)]


@pytest.mark.parametrize(
    "places, pattern",
    [
        ([f"{number:03d}_{shot}.jpg" for number in range(20) for shot in range(3)], r"^(\d+)[-_ ]"),
        ([f"p{number}/{shot}.jpg" for number in range(20) for shot in range(3)], "([^/]+)/[^/]+$"),
        ([f"cat.{number}.jpg" for number in range(60)], ""),
        ([f"img_{number}.jpg" for number in [*range(30), *range(30)]], ""),
        ([f"IMG_2019_{number}.jpg" for number in range(60)], ""),
        ([f"cats/{number}.jpg" for number in range(60)], ""),
        ([f"{number}.jpg" for number in range(60)], ""),
        ([], ""),
    ],
)
def test_a_group_is_suggested_where_names_say_so(places, pattern):
    assert suggest_pattern(places, ["cats"] * len(places)) == pattern


def test_the_suggestion_for_several_kinds_of_names_groups_them_all():
    places = xrays()
    expression = re.compile(suggest_pattern(places, ["ill"] * len(places)))
    groups = [group_of(expression, place) for place in places]
    assert {groups[0], groups[80], groups[-1]} == {"person0", "IM-0000", "IM-0319"}
    assert len({*groups}) == 80
