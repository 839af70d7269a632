"""三门干部: what counts, what overlaps, what is unknown, and who sees it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.actions import people as actions
from portal.choosing import three_gates
from portal.choosing.three_gates import State
from portal.models import AuditEntry, AvoidancePair, Cadre, Experience
from tests.people import organ

TODAY = date(2026, 11, 1)
Kind = Experience.OrganKind


def worked(cadre, kind, start, end=None):
    return Experience.objects.create(
        cadre=cadre, organ_kind=kind, started_on=start, ended_on=end, place=f"{kind}处"
    )


def hint(cadre, on=TODAY):
    return three_gates.hint(Cadre.objects.get(pk=cadre.pk), on)


def test_nothing_entered_is_unknown_and_never_assumed(people):
    assert hint(people.cadre).state == State.UNKNOWN


def test_an_organ_of_no_place_is_unknown(people):
    cadre = Cadre.objects.create(name="无名", organ=organ("某会"))
    worked(cadre, Kind.VILLAGE, date(2010, 1, 1), date(2020, 1, 1))

    assert hint(cadre).state == State.UNKNOWN


def test_who_works_in_a_township_is_not_asked(people):
    for one in (people.town_organ, people.station):
        cadre = Cadre.objects.create(name="张三", organ=one)
        worked(cadre, Kind.STUDY, date(2010, 9, 1), date(2014, 6, 30))

        assert hint(cadre).state == State.NOT_APPLICABLE


def test_from_school_to_the_organ_is_a_three_gate_cadre(people):
    worked(people.cadre, Kind.STUDY, date(2010, 9, 1), date(2014, 6, 30))
    worked(people.cadre, Kind.COUNTY, date(2014, 7, 1))

    found = hint(people.cadre)

    assert (found.state, found.months, found.least, found.spans) == (State.YES, 0, 24, ())
    assert "2年" in found.basis


@pytest.mark.parametrize(
    ("end", "state"), [(date(2014, 6, 29), State.YES), (date(2014, 6, 30), State.NO)]
)
def test_two_years_below_are_enough_to_the_day(people, end, state):
    worked(people.cadre, Kind.VILLAGE, date(2012, 7, 1), end)

    assert hint(people.cadre).state == state


def test_stretches_that_overlap_count_once(people):
    worked(people.cadre, Kind.VILLAGE, date(2012, 1, 1), date(2013, 6, 30))
    worked(people.cadre, Kind.TOWNSHIP, date(2012, 7, 1), date(2013, 8, 31))

    assert hint(people.cadre).months == 20


def test_full_time_study_is_taken_out(people):
    worked(people.cadre, Kind.TOWNSHIP, date(2010, 1, 1), date(2012, 12, 31))
    worked(people.cadre, Kind.STUDY, date(2011, 1, 1), date(2011, 12, 31))

    assert hint(people.cadre).months == 24


def test_a_county_counts_for_the_organs_above_it_alone(people):
    worked(people.cadre, Kind.COUNTY, date(2010, 1, 1), date(2015, 1, 1))
    in_city = Cadre.objects.create(name="市里", organ=organ("市农业农村局", place=people.city))
    worked(in_city, Kind.COUNTY, date(2010, 1, 1), date(2015, 1, 1))

    assert hint(people.cadre).state == State.YES
    assert hint(in_city).state == State.NO
    assert [span.kind for span in hint(in_city).spans] == ["county"]


def test_what_runs_counts_until_today_and_what_lies_ahead_not_at_all(people):
    worked(people.cadre, Kind.ENTERPRISE, date(2026, 5, 2))
    worked(people.cadre, Kind.VILLAGE, date(2027, 1, 1), date(2030, 1, 1))

    assert hint(people.cadre).months == 6


def test_the_page_shows_it_to_the_office_alone(people, client):
    worked(people.cadre, Kind.COUNTY, date(2014, 7, 1))
    url = reverse("cadre", args=[people.cadre.pk])
    pages = {}
    for who in ("office", "author", "liaison", "host", "supervisor"):
        client.force_login(getattr(people, who))
        client.cookies["django_language"] = "en"
        pages[who] = client.get(url).content.decode()

    shown = [who for who, page in pages.items() if "three-gate" in page or "三门" in page]
    assert shown == ["office"]


# --- Spouse, home, skills, avoidance ------------------------------------------------------------


def place(people, cadre, by=None, **changes):
    facts = {"spouse": None, "home_division": None, "skills": []} | changes
    return actions.change_placing(cadre=cadre, by=by or people.office, **facts)


def spouses(*cadres):
    return [Cadre.objects.get(pk=one.pk).spouse_id for one in cadres]


def test_a_couple_is_entered_once_and_stands_with_both(people):
    place(people, people.cadre, spouse=people.cadre2, skills=["water", "law"])

    assert spouses(people.cadre, people.cadre2) == [people.cadre2.pk, people.cadre.pk]
    assert Cadre.objects.get(pk=people.cadre.pk).skills == ["law", "water"]
    assert AuditEntry.objects.filter(event="cadre.placing_changed").count() == 2

    place(people, people.cadre2)
    assert spouses(people.cadre, people.cadre2) == [None, None]


def test_nobody_has_two_spouses_or_themselves(people):
    place(people, people.cadre, spouse=people.cadre2)

    for spouse in (people.cadre, people.cadre2):
        with pytest.raises(ValidationError):
            place(
                people,
                people.neighbour,
                spouse=people.neighbour if spouse == people.cadre else spouse,
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        Cadre.objects.filter(pk=people.neighbour.pk).update(spouse=people.neighbour)


def test_a_changed_spouse_frees_the_earlier_one(people):
    place(people, people.cadre, spouse=people.cadre2)
    place(people, people.cadre, spouse=people.neighbour)

    noted = AuditEntry.objects.filter(event="cadre.placing_changed", noun_id=people.cadre2.pk)
    assert noted.count() == 2
    assert spouses(people.cadre, people.cadre2, people.neighbour) == [
        people.neighbour.pk,
        None,
        people.cadre.pk,
    ]


def test_a_home_is_a_county_or_lies_in_one(people):
    place(people, people.cadre, home_division=people.village_place)
    with pytest.raises(ValidationError):
        place(people, people.cadre, home_division=people.city)


@pytest.mark.parametrize("who", ["author", "liaison", "host", "neighbour_office"])
def test_the_office_of_the_area_alone_enters_them(people, who):
    with pytest.raises(PermissionDenied):
        place(people, people.cadre, by=getattr(people, who))
    with pytest.raises(PermissionDenied):
        avoid(people, people.cadre, by=getattr(people, who), unit=people.village)


def avoid(people, cadre, by=None, **of):
    return actions.add_avoidance(cadre=cadre, by=by or people.office, at=timezone.now(), **of)


def test_an_avoidance_stands_once_whichever_way_and_can_end(people):
    pair = avoid(people, people.cadre2, other=people.cadre)
    with pytest.raises(ValidationError):
        avoid(people, people.cadre, other=people.cadre2)

    actions.end_avoidance(pair=pair, by=people.office, at=timezone.now())
    avoid(people, people.cadre, other=people.cadre2)

    assert AvoidancePair.objects.count() == 2


def test_an_avoidance_is_ended_from_either_side(people):
    """The row names the older entry first, here one of another county."""
    far = organ("望江县水利局", place=people.other_county)
    other = Cadre.objects.create(name="远方", organ=far)
    near = Cadre.objects.create(name="近处", organ=people.water)
    pair = avoid(people, near, other=other)
    assert pair.cadre == other

    with pytest.raises(PermissionDenied):
        actions.end_avoidance(pair=pair, by=people.author, at=timezone.now())
    actions.end_avoidance(pair=pair, by=people.office, at=timezone.now())

    pair.refresh_from_db()
    assert pair.ended_by == people.office


def test_an_avoidance_names_a_cadre_or_a_unit(people):
    avoid(people, people.cadre, unit=people.village)
    for of in ({}, {"other": people.cadre2, "unit": people.village}, {"other": people.cadre}):
        with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
            avoid(people, people.cadre, **of)


def test_avoidances_are_on_the_page_of_the_office_alone(people, client):
    avoid(people, people.cadre, unit=people.other_village)
    url = reverse("cadre", args=[people.cadre.pk])
    seen = []
    for who in ("office", "author", "liaison", "supervisor"):
        client.force_login(getattr(people, who))
        if "上坪村" in client.get(url).content.decode():
            seen.append(who)

    assert seen == ["office"]


def test_the_forms_keep_what_was_typed_and_say_what_is_wrong(people, client):
    client.force_login(people.office)
    placing = reverse("edit_placing", args=[people.cadre.pk])
    avoidance = reverse("add_avoidance", args=[people.cadre.pk])

    wrong = client.post(placing, {"home_division": people.city.pk, "skills": ["water"]})
    good = client.post(placing, {"spouse": people.cadre2.pk, "skills": ["water"]})
    nothing = client.post(avoidance, {})
    entered = client.post(avoidance, {"unit": people.village.pk})

    assert [r.status_code for r in (wrong, good, nothing, entered)] == [422, 302, 422, 302]
    pair = AvoidancePair.objects.get()
    client.post(reverse("end_avoidance", args=[people.cadre.pk, pair.pk]))
    pair.refresh_from_db()
    assert pair.ended_by == people.office
