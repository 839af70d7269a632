"""Every figure about months of stays, recomputed by SQL from the rows, through random changes.

The SQL follows the wording of the definitions and shares no code with the portal: it lists the
months of each stay and takes the newest word on each.
"""

import importlib
import random
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from outreach.actions import stay_months, stays
from outreach.models import MonthWord, Stay
from outreach.stay_days import last_of, month_of, months, months_of, summary
from portal.sheets import statistics
from portal.sheets.periods import Period
from portal.sheets.statistics import Subject
from tests.day import TODAY, now
from tests.outreach.test_stays import stay_of

pytestmark = pytest.mark.each_run

KEYS = (
    "stay_months_met",
    "stay_months_missed",
    "stay_months_open",
    "stay_days_attested",
    "stay_days_months",
)
# A month of a stay belongs to the period in which its calendar month ends, once that day has come.
ROWS = """
    SELECT s.id AS stay, s.{row} AS row, d.month,
           (SELECT w.is_met FROM outreach_monthword w
            JOIN outreach_staymonth t ON t.id = w.month_id
            WHERE t.stay_id = s.id AND t.month = d.month ORDER BY w.id DESC LIMIT 1) AS is_met,
           (SELECT w.days FROM outreach_monthword w
            JOIN outreach_staymonth t ON t.id = w.month_id
            WHERE t.stay_id = s.id AND t.month = d.month ORDER BY w.id DESC LIMIT 1) AS days
    FROM outreach_stay s
    JOIN (
        SELECT month::date, (month + interval '1 month' - interval '1 day')::date AS ends
        FROM generate_series('2023-01-01'::timestamp, '2030-12-01', '1 month') month
    ) d ON d.ends BETWEEN %(first)s AND least(%(last)s::date, %(today)s::date)
       AND d.ends >= s.starts_on AND d.month <= coalesce(s.ended_on, s.ends_on)
    WHERE s.state <> 'cancelled' AND s.kind <> 'leader' AND s.county_id = %(county)s
"""
FIGURES = """
    SELECT row, count(*) FILTER (WHERE is_met), count(*) FILTER (WHERE NOT is_met),
           count(*) FILTER (WHERE is_met IS NULL), sum(days), count(days)
    FROM ({rows}) months GROUP BY row
"""


def recomputed(county, period, row):
    """{row: figures} by the SQL above."""
    wanted = {
        "first": period.first,
        "last": period.last,
        "today": period.today or period.last,
        "county": county.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIGURES.format(rows=ROWS.format(row=row)), wanted)
        return {key: tuple(numbers) for key, *numbers in cursor.fetchall()}


def check(county, period):
    """Compare the statistics by organ and by area, each row and the total; return the total."""
    for by, row in (("organ", "organ_id"), ("area", "township_id")):
        table = statistics.count(Subject(county), by, period)
        at = [[c.key for c in table.columns].index(key) for key in KEYS]
        found = recomputed(county, period, row)
        for one in table.rows:
            shown = tuple(one.cells[i] for i in at)
            assert shown == found.pop(one.key, (0, 0, 0, None, 0)), (by, one.name, period)
        assert not found
        shown = [table.total.cells[i] for i in at]
        rows = list(recomputed(county, period, row).values())
        assert shown[:3] + shown[4:] == [sum(r[i] for r in rows) for i in (0, 1, 2, 4)]
        given = [r[3] for r in rows if r[3] is not None]
        assert shown[3] == (sum(given) if given else None)
    return dict(zip(KEYS, shown, strict=True))


def check_stays(county):
    """Compare what the page and the final sheet say about each stay, and what the month says."""
    period = Period(date(2023, 1, 1), TODAY, TODAY)
    with connection.cursor() as cursor:
        cursor.execute(
            FIGURES.format(rows=ROWS.format(row="id")),
            {"first": period.first, "last": TODAY, "today": TODAY, "county": county.pk},
        )
        found = {key: tuple(numbers) for key, *numbers in cursor.fetchall()}
    for stay in Stay.objects.not_cancelled().monthly():
        if stay.starts_on > TODAY:
            continue
        said = summary(stay, TODAY)
        shown = (said.met, said.missed, said.unattested, said.days, said.with_days)
        assert shown == found.get(stay.pk, (0, 0, 0, None, 0))
        each = months([stay], months_of(stay, TODAY)).values()
        assert sum(one.state == "met" for one in each) == said.met
        assert sum(one.state == "unmet" for one in each) == said.missed


class StayChanges:
    """Random actions on the stays of a few cadres; those that a rule refuses are skipped."""

    def __init__(self, people, seed):
        self.people, self.rng = people, random.Random(seed)

    def step(self):
        acts = [self.publish, self.end, self.lead, self.note]
        act = self.rng.choice([*acts, *[self.attest] * 8, *[self.correct] * 4])
        with suppress(PermissionDenied, ValidationError):
            act()

    def any_stay(self):
        found = list(Stay.objects.not_cancelled().order_by("pk").select_related("cadre", "unit"))
        return self.rng.choice(found or [None])

    def any_month(self, stay):
        return self.rng.choice(months_of(stay, TODAY) or [month_of(TODAY)])

    def publish(self, **changes):
        people, rng = self.people, self.rng
        starts = TODAY - timedelta(days=rng.randrange(-30, 400))
        changes = {"kind": rng.choice(["member", "secretary", "secondment"])} | changes
        stay_of(
            people,
            cadre=rng.choice([people.cadre, people.cadre2, people.neighbour]),
            unit=rng.choice([people.village, people.other_village]),
            starts_on=starts,
            **{"ends_on": starts + timedelta(days=rng.randrange(20, 500))} | changes,
        )

    def lead(self):
        starts = TODAY - timedelta(days=self.rng.randrange(10, 90))
        ends = starts + timedelta(days=4)
        stay_of(self.people, kind="leader", starts_on=starts, ends_on=ends)

    def end(self):
        if stay := self.any_stay():
            on = TODAY - timedelta(days=self.rng.randrange(120))
            basis = {"document": "3号", "reason": "工作需要"}
            stays.end_stay(
                stay=stay, on=on, ending="early", by=self.people.office, at=now(), **basis
            )

    def note(self):
        if stay := self.any_stay():
            self._host_does(
                stay_months.note_days, stay, kind="away", days=self.rng.randrange(1, 9), note="会议"
            )

    def attest(self):
        if stay := self.any_stay():
            said = stay_months.Said(stay, self.any_month(stay), **self._word())
            stay_months.attest_months(said=[said], by=self.people.host, at=now())

    def correct(self):
        if stay := self.any_stay():
            self._host_does(stay_months.correct_month, stay, reason="核对", **self._word())

    def _host_does(self, act, stay, **given):
        act(stay=stay, month=self.any_month(stay), by=self.people.host, at=now(), **given)

    def _word(self):
        days = self.rng.choice([None, None, self.rng.randrange(32)])
        return {"is_met": self.rng.random() < 0.7, "days": days}


@pytest.mark.parametrize(
    ("seed", "steps"), [(3, 60), *(pytest.param(n, 250, marks=pytest.mark.long) for n in range(4))]
)
def test_figures_of_months_agree_with_the_rows_through_random_changes(people, seed, steps):
    changes, seen = StayChanges(people, seed), {}
    year = TODAY.year
    for number in range(steps):
        changes.step()
        if number % 20 == 19:
            periods = (
                Period.named(f"{year}"),
                Period(date(year, 1, 1), date(year, 12, 31), TODAY),
                Period(date(year - 1, 1, 1), TODAY, TODAY),
                Period(date(year, 6, 15), date(year, 9, 10)),
                Period(TODAY - timedelta(days=3), TODAY, TODAY),
            )
            seen = [check(people.county, period) for period in periods][2]
            check_stays(people.county)

    assert all(seen.values()), f"nothing untried: {seen}"


def test_nothing_is_due_before_its_month_is_over(people):
    stay_of(people, starts_on=month_of(TODAY), ends_on=TODAY + timedelta(days=300))
    whole_year = Period(date(TODAY.year, 1, 1), date(TODAY.year, 12, 31), TODAY)

    is_over = last_of(TODAY) == TODAY
    assert check(people.county, whole_year)["stay_months_open"] == int(is_over)


def test_days_are_blank_where_nobody_gave_a_number(people):
    stay = stay_of(people)
    month = month_of(month_of(TODAY) - timedelta(days=1))
    said = [stay_months.Said(stay, month, True)]
    (word,) = stay_months.attest_months(said=said, by=people.host, at=now())
    period = Period(month, last_of(month), TODAY)

    shown = check(people.county, period)
    assert (shown["stay_months_met"], shown["stay_days_attested"]) == (1, None)
    stay_months.correct_month(
        stay=stay, month=month, is_met=True, days=18, reason="补报", by=people.host, at=now()
    )
    assert check(people.county, period)["stay_days_attested"] == 18
    assert MonthWord.objects.count() == 2
    assert MonthWord.objects.newest().exclude(pk=word.pk).count() == 1


# --- What was attested before ---------------------------------------------------------------------

BEFORE = """
    CREATE TEMP TABLE outreach_staymonth (
        id bigint, month date, attested_at timestamptz, attested_by_id bigint, opinion text,
        stay_days int, leave_days int, absent_days int, away_days int);
    CREATE TEMP TABLE outreach_daynote (
        id bigint, month_id bigint, kind text, days int, note text, by_id bigint,
        at timestamptz, is_late boolean);
    CREATE TEMP TABLE outreach_monthword (
        id bigserial, month_id bigint, is_met boolean, days int, remark text, by_id bigint,
        at timestamptz);
    INSERT INTO outreach_staymonth VALUES
        (1, '2026-08-01', '2026-09-01 10:00+8', 7, '情况属实', 31, 3, 8, 2),
        (2, '2026-09-01', '2026-10-01 10:00+8', 7, '', 30, 5, 6, 0),
        (3, '2026-09-01', '2026-10-01 10:00+8', 8, '', 15, 0, 5, 0),
        (4, '2026-10-01', NULL, NULL, '', NULL, NULL, NULL, NULL);
    INSERT INTO outreach_daynote VALUES
        (1, 1, 'absent', 2, '两天为公假', 7, '2026-09-02 10:00+8', TRUE),
        (2, 1, 'absent', -2, '核对后更正', 9, '2026-09-03 10:00+8', TRUE),
        (3, 1, 'away', 1, '漏记', 9, '2026-09-03 11:00+8', TRUE),
        (4, 2, 'absent', 6, '', 7, '2026-09-20 10:00+8', FALSE);
"""


def test_what_was_attested_before_keeps_its_word_and_no_computed_number(db):
    module = importlib.import_module("outreach.migrations.0004_months_have_the_hosts_word")
    with connection.cursor() as cursor:
        cursor.execute(BEFORE)
        cursor.execute(module.WORDS)
        cursor.execute(
            "SELECT month_id, is_met, days, remark, by_id, at::date FROM outreach_monthword"
            " ORDER BY id"
        )
        found = cursor.fetchall()

    assert found == [
        # 20 of 31 days as on the page, 18 with a further absence, and 20 again.
        (1, True, None, "情况属实", 7, date(2026, 9, 1)),
        (1, False, None, "两天为公假", 7, date(2026, 9, 2)),
        (1, True, None, "核对后更正", 9, date(2026, 9, 3)),
        (2, False, None, "", 7, date(2026, 10, 1)),
        # Half a month has half the norm.
        (3, True, None, "", 8, date(2026, 10, 1)),
    ]
