"""Figures stored as deltas: their sums, for whom, and their agreement with the records."""

from collections import Counter
from datetime import timedelta
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone, translation

from outreach.actions import follow_ups, matters, visits
from outreach.figures import (
    MATTERS,
    MATTERS_CLOSED,
    MATTERS_ON_TIME,
    MATTERS_OPEN,
    VISITS,
    WORDS_OF_SAMPLE,
)
from outreach.models import FollowUp, Matter, Visit
from portal.models import FigureDelta, FigureTotal
from portal.sheets import figures
from portal.sheets.figures import REGISTRY, Scope
from tests.outreach.changes import Changes

pytestmark = pytest.mark.each_run

OURS = [figure for figure in REGISTRY.values() if figure.noun._meta.app_label == "outreach"]


def scopes(people):
    """Scopes of both kinds: summed ones (county, organ, all) and those counted live."""
    return [
        Scope(people.office, division=people.county),
        Scope(people.liaison, organ=people.agriculture),
        Scope(people.office, division=people.town),
        Scope(people.host, host=people.town_organ),
        Scope(people.office, division=people.county, organ=people.agriculture),
    ]


def counted_live(figure, scope, **days):
    with mock.patch.object(Scope, "is_summed", False):
        return figures.counts(figure, scope, **days)


def check_all(people):
    """Compare every figure in every scope with its live count and its list."""
    for scope in scopes(people):
        for figure in OURS:
            live = counted_live(figure, scope)
            assert figures.counts(figure, scope) == live, (figure.code, scope)
            assert live.total() == figure.rows(scope.user, figure.query | scope.query).count()


@pytest.mark.parametrize(
    ("seed", "steps"), [(5, 60), pytest.param(20261124, 200, marks=pytest.mark.long)]
)
def test_figures_agree_with_the_records_through_every_change(people, seed, steps):
    changes = Changes(people, seed=seed)
    changes.visit()
    for number in range(steps):
        changes.step()
        if number % 40 == 20:
            check_all(people)
        if number % 50 == 0:
            with transaction.atomic():
                figures.roll_up()

    check_all(people)
    assert set(figures.rebuild(check=True).values()) == {0}
    assert {
        "take_up",
        "assign",
        "sign",
        "report",
        "pass_review",
        "confirm",
        "word:sample",
        "word:word",
        "take_back",
    } <= changes.done
    assert all(figures.counts_of(OURS, scopes(people)[0]).values()), "nothing untried"


def test_a_number_moves_with_the_change_that_moved_it(people):
    scope = Scope(people.office, division=people.county)
    assert figures.counts(MATTERS, scope).total() == 0

    matter = people.matter(category="06")
    assert figures.counts(MATTERS, scope) == {"06": 1}
    assert figures.counts(MATTERS_OPEN, scope) == {"running": 1}

    people.move(matter, "take_up", people.host, organ=people.town_organ)
    people.move(matter, "ask_suspended", people.host, text="汛期后再办")
    people.move(matter, "confirm", people.host2)
    assert figures.counts(MATTERS_OPEN, scope) == {"suspended": 1}


def test_totals_and_deltas_add_up_before_and_after_the_roll_up(people):
    scope = Scope(people.office, division=people.county)
    people.visit(matters=[{}])
    before = figures.counts(MATTERS_OPEN, scope, by="day")
    with transaction.atomic():
        assert figures.roll_up() == 3
    assert not FigureDelta.objects.exists()
    people.visit(matters=[{}])

    after = figures.counts(MATTERS_OPEN, scope, by="day")
    assert after == Counter({cell: 2 * n for cell, n in before.items()})
    assert set(figures.rebuild(check=True).values()) == {0}


def test_totals_stand_for_province_city_county_organ_and_all(people):
    people.visit()
    with transaction.atomic():
        figures.roll_up()

    kept = set(FigureTotal.objects.values_list("division", "organ"))
    assert kept == {
        (None, None),
        (people.province.pk, None),
        (people.city.pk, None),
        (people.county.pk, None),
        (None, people.agriculture.pk),
    }
    assert figures.counts(VISITS, Scope(people.office)).total() == 1


def test_days_narrow_a_number_to_its_period(people):
    today = timezone.localdate()
    people.visit(visited_on=today)
    people.visit(visited_on=today - timedelta(days=40))
    scope = Scope(people.office, division=people.county)

    assert figures.counts(VISITS, scope).total() == 2
    assert figures.counts(VISITS, scope, first=today, last=today).total() == 1
    months = figures.counts(VISITS, scope, by="month")
    assert months == counted_live(VISITS, scope, by="month")
    assert len(months) == 2


def test_companions_are_counted_as_the_visit_says(people):
    visit = people.visit(companions=[people.cadre, people.cadre2, people.neighbour])
    scope = Scope(people.office, division=people.county)
    assert Visit.objects.get().companion_count == 2, "its author is nobody's companion"
    assert figures.counts(VISITS, scope) == {"02": 1}

    visits.correct_visit(visit=visit, by=people.author, at=timezone.now(), companions=[])

    assert figures.counts(VISITS, scope) == {"00": 1}


def test_a_reopened_matter_is_closed_no_longer(people):
    scope = Scope(people.office, division=people.county)
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)

    follow_ups.record_word(follow_up=call, by=people.author, at=timezone.now(), word="satisfied")
    assert figures.counts(MATTERS_CLOSED, scope) == {"satisfied": 1}
    assert figures.counts(MATTERS_ON_TIME, scope).total() == 1
    sample = FollowUp.objects.create(
        matter=matter,
        kind="sample",
        caller=people.desk2,
        starts_on=timezone.localdate(),
        due_on=timezone.localdate(),
    )

    follow_ups.record_word(follow_up=sample, by=people.desk2, at=timezone.now(), word="unsatisfied")

    closed = figures.counts_of([MATTERS_CLOSED, MATTERS_ON_TIME], scope)
    assert closed == {MATTERS_CLOSED.code: {}, MATTERS_ON_TIME.code: {}}
    assert figures.counts(WORDS_OF_SAMPLE, scope) == {"unsatisfied": 1}
    assert set(figures.rebuild(check=True).values()) == {0}


def test_a_refused_change_leaves_no_delta(people):
    matter = people.matter()
    before = FigureDelta.objects.count()
    with pytest.raises(matters.RefusedValue), transaction.atomic():
        people.move(matter, "take_up", people.host, organ=people.water)
    assert FigureDelta.objects.count() == before


def test_rows_that_came_past_the_actions_are_counted_and_taken_back(people):
    people.visit(matters=[{}, {"category": "06"}])
    people.awaiting_word()
    FigureDelta.objects.all().delete()
    assert any(figures.rebuild(check=True).values())

    for noun in (Visit, Matter, FollowUp):
        figures.count_stored(noun.objects.all())
    assert set(figures.rebuild(check=True).values()) == {0}

    figures.count_stored(Matter.objects.filter(category="06"), sign=-1)
    scope = Scope(people.office, division=people.county)
    assert figures.counts(MATTERS, scope) == {"01": 2}


def test_figures_are_called_in_the_readers_language():
    with translation.override("en"):
        titles = {code: str(figure.title) for code, figure in REGISTRY.items()}

    assert titles["visits"] == "Visits"
    assert titles["words_sample"] == "Words of independent call-backs"


def test_the_address_of_a_number_opens_its_list(client, people):
    people.visit(matters=[{}, {"category": "06"}])
    people.visit(place=people.other_village, matters=[{}])
    client.force_login(people.office)
    today = timezone.localdate()
    scope = Scope(people.office, division=people.town)

    page = client.get(MATTERS.address(scope, today, today, part="06"))

    assert page.context["total"] == 1
    assert page.context["filter"].unknown == []
    assert [m.category for m in page.context["page"]] == ["06"]
    assert Matter.objects.count() == 3
