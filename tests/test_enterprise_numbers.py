"""The whole demo enterprise, made once: its statistics equal SQL written by hand, and its lists
take few statements for each role."""

from functools import partial

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from demo.enterprise import making
from demo.enterprise.cast import CAST, FORGE, HEAVY
from portal.models import User
from portal.pages import listings
from portal.sheets import statistics
from portal.sheets.statistics import Subject
from tests import independent_sql as by_hand
from tests.conftest import EMPTY, _point_at, made_quickly
from tests.day import TODAY
from tests.people import fresh
from tests.test_independent_sql import LAST_MONTH, LAST_YEAR, THIS_YEAR, check_table

pytestmark = [pytest.mark.xdist_group("enterprise_demo"), pytest.mark.slow, pytest.mark.each_run]

# Columns that must have values in a year of the group.
COUNTED = {
    *("cadres", "households", "matters", "closed", "closed_share", "in_time_share", "asked"),
    *("talks", "mentoring", "condolence_people", "condolence_yuan", "paired_organizations"),
}
MOST_STATEMENTS, MOST_OF_TODAY = 12, 25
# One user of the cast for each role.
ONE_OF_EACH = {person.role: person.username for person in reversed(CAST)}


@pytest.fixture(scope="module")
def made_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        _point_at(EMPTY)
        with transaction.atomic():
            yield made_quickly(partial(making.make, "enterprise", 1, TODAY))
            transaction.set_rollback(True)


@pytest.fixture
def group(made_once, django_db_blocker):
    with django_db_blocker.unblock(), translation.override("zh-hans-x-group"):
        _point_at(EMPTY)
        yield made_once


# --- 情况统计表 -----------------------------------------------------------------------------------


def check(host, by, period):
    subject = Subject(organ=host, is_hosted=True) if host else Subject()
    found = by_hand.statistics_of_works(host, by, period.first, period.seen_to)
    return check_table(statistics.count(subject, by, period), found)


@pytest.mark.parametrize("period", [THIS_YEAR, LAST_MONTH, LAST_YEAR], ids=str)
def test_the_statistics_of_the_group_by_hand(group, period):
    seen = set()
    for by in ("host", "unit", "organ"):
        seen |= check(None, by, period)

    if period is THIS_YEAR:
        assert seen >= COUNTED


@pytest.mark.parametrize("short", [HEAVY, FORGE])
def test_the_statistics_of_a_subsidiary_by_hand(group, short):
    host = group.places.organs[short]
    for by in ("host", "unit"):
        assert len(check(host, by, THIS_YEAR)) > 8
    names = [
        row.name
        for row in statistics.count(Subject(organ=host, is_hosted=True), "unit", THIS_YEAR).rows
    ]
    workshops = [one.name for one in group.places.workshops if one.host_organ_id == host.pk]
    assert set(names) >= set(workshops)


def test_a_county_reads_no_columns_of_an_enterprise(group):
    own = {"talks", "mentoring"}
    for words, wanted in (
        ("zh-hans-x-group", own),
        ("zh-hans-x-works", own),
        ("en-x-company", own),
        ("zh-hans", set()),
        ("zh-hans-x-city", set()),
        ("zh-hans-x-society", set()),
    ):
        with translation.override(words):
            assert own & {column.key for column in statistics.columns_of()} == wanted, words
            table = statistics.count(Subject(), "organ", THIS_YEAR)
            assert own & {column.key for column in table.columns} == wanted


# --- Statements ----------------------------------------------------------------------------------


def _lists():
    for name in sorted(listings.LISTINGS):
        try:
            yield name, reverse(name)
        except NoReverseMatch:
            continue


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("role", sorted(ONE_OF_EACH))
def test_each_list_and_today_take_few_statements(group, client, role):
    client.force_login(fresh(User.objects.get(username=ONE_OF_EACH[role])))
    dear, opened = {}, 0
    for name, url in (("outreach:today", reverse("outreach:today")), *_lists()):
        # The first request fills the caches.
        status = client.get(url).status_code
        assert status in {200, 302, 403, 404}, (name, status)
        if status != 200:
            continue
        opened += 1
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        if len(queries) > (MOST_OF_TODAY if name == "outreach:today" else MOST_STATEMENTS):
            dear[name] = len(queries)

    assert dear == {}
    assert opened >= 1
