"""The people of the demo, on the days of any year."""

import re
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest

from demo import careers
from demo.places import CAST
from portal.models import Organ
from portal.models.places import OrganKind


@pytest.mark.parametrize("year", [2024, 2026, 2027])
def test_everybody_has_worked_somewhere_before_the_day_of_the_demo(year):
    day, organ = date(year, 2, 28), Organ(name="石桥镇", kind=OrganKind.TOWNSHIP)
    for seed in range(300):
        rng = Random(seed)
        cadre = careers.cadre("王建国", None, organ, "组织委员", 1, day, rng)
        way = list(careers.career_of(cadre, day, rng))

        assert int(cadre.birth_month[:4]) + 20 <= int(cadre.work_started[:4]) < year
        assert way[0].started_on.year < year
        assert [one.ended_on is None for one in way] == [False] * (len(way) - 1) + [True]


def test_the_readme_names_people_of_the_demo_once():
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    named = Counter(re.findall(r"^\| [^|]+ \| `(\w+)` \|", readme, re.MULTILINE))

    assert set(named) <= {one.username for one in CAST if one.is_shown}
    assert set(named.values()) == {1}
    roles = {one.role for one in CAST if one.username in named}
    assert roles == {one.role for one in CAST}
