"""The people of the demo, on the days of any year."""

from datetime import date
from random import Random

import pytest

from demo import places as demo
from portal.models import Organ
from portal.models.places import OrganKind


@pytest.mark.parametrize("year", [2024, 2026, 2027])
def test_everybody_has_worked_somewhere_before_the_day_of_the_demo(year):
    day, organ = date(year, 2, 28), Organ(name="石桥镇", kind=OrganKind.TOWNSHIP)
    for seed in range(300):
        rng = Random(seed)
        cadre = demo._cadre("某人", None, organ, "股长", 1, day, rng)
        way = list(demo._experience(cadre, day, rng))

        assert int(cadre.birth_month[:4]) + 20 <= int(cadre.work_started[:4]) < year
        assert way[0].started_on.year < year
        assert [one.ended_on is None for one in way] == [False] * (len(way) - 1) + [True]
