"""Pairings: agreeing, agreements, changes, endings; access to the household; contacts; sheets."""

import re
from datetime import timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.actions import visits
from outreach.models import Household
from pairing.actions import households, pairings
from pairing.forms.pairings import PairingForm
from pairing.ledgers.pairings import PAIRING_LEDGER, REASONS_LEDGER
from pairing.models import Agreement, HouseholdNeed, Pairing, SupportItem
from pairing.rules import pairings as rules
from pairing.succession import pairings as succession
from pairing.views.pairings import due_contacts
from portal.actions import people as people_actions
from portal.actions import reorganisations
from portal.days import workdays
from portal.duties import reminders, todo
from portal.models import AuditEntry, Cadre, Reminder
from portal.pages import finding
from portal.roles import Role
from portal.sheets import ledgers
from portal.trust import privacy
from tests.day import in_days, now
from tests.people import account, organ, unit
from tests.reading import words
from tests.sheets import accepted, bring, problems, undone, workbook

# The last day of an old list: some years ahead.
LATER = f"{timezone.localdate().year + 3}-12-31"


def door(people, serial="12", **changes):
    fields = {"unit": people.village, "serial": serial, "display_name": "李××户"} | changes
    return Household.objects.create(**fields)


def of_unit(people, **changes):
    """The bureau of agriculture helps 柳湾村, with 王建国 as the contact."""
    fields = {
        "level": "unit",
        "organ": people.agriculture,
        "unit": people.village,
        "cadre": people.cadre,
        "starts_on": in_days(-100),
        "ends_on": in_days(200),
        "by": people.office,
    } | changes
    return pairings.agree_pairing(at=now(), **fields)


def of_household(people, **changes):
    """王建国 helps a household of 柳湾村."""
    changes.setdefault("household", None)
    changes["household"] = changes["household"] or door(people)
    return of_unit(people, level="household", **changes)


def agreement_of(people, pairing, **changes):
    fields = {
        "number": "云结〔2026〕1号",
        "signed_on": in_days(0),
        "starts_on": pairing.starts_on,
        "ends_on": pairing.ends_on,
        "aims": "两年内增收",
        "content": "技术培训",
        "ways": "每月一次",
    } | changes
    return pairings.sign_agreement(pairing=pairing, by=people.office, at=now(), **fields)


def end(people, pairing, on=0, ending="solved"):
    return pairings.end_pairing(
        pairing=pairing, on=in_days(on), ending=ending, reason="已脱困", by=people.office, at=now()
    )


def sees(user, pairing):
    return Pairing.objects.visible_to(user).filter(pk=pairing.pk).exists()


def moves(pairing):
    return list(pairing.steps.order_by("at", "pk").values_list("move", flat=True))


# --- Agreeing -----------------------------------------------------------------------------------


def test_a_pairing_keeps_its_place_and_is_seen_by_those_concerned(people):
    pairing = of_unit(people)
    assert (pairing.host_organ, pairing.county) == (people.town_organ, people.county)
    assert moves(pairing) == ["agreed"]
    for one in ("author", "liaison", "host", "office", "supervisor"):
        assert sees(getattr(people, one), pairing), one
    for one in (
        "colleague",
        "desk",
        "handler",
        "neighbour_host",
        "neighbour_liaison",
        "neighbour_office",
        "neighbour_cadre",
        "system",
    ):
        assert not sees(getattr(people, one), pairing), one
    assert AuditEntry.objects.filter(event="pairing.agreed", noun_id=pairing.pk).exists()


@pytest.mark.parametrize("by", ["host", "liaison", "author", "neighbour_office"])
def test_only_the_office_of_the_area_agrees(people, by):
    with pytest.raises(PermissionDenied):
        of_unit(people, by=getattr(people, by))
    assert not Pairing.objects.exists()


def test_both_sides_lie_within_the_scope_of_the_office(people):
    people.weather.division = people.other_county
    people.weather.save()
    with pytest.raises(PermissionDenied, match="县气象站"):
        of_unit(people, organ=people.weather, cadre=None)
    far = unit("望江村", people.weather, people.other_county)
    with pytest.raises(PermissionDenied, match="望江村"):
        of_unit(people, unit=far)


@pytest.mark.parametrize(
    ("who", "field"), [("cadre", "left_on"), ("unit", "ended_on"), ("organ", "ended_on")]
)
def test_nobody_is_paired_with_what_has_ended(people, who, field):
    ended = {"cadre": people.cadre, "unit": people.village, "organ": people.agriculture}[who]
    setattr(ended, field, in_days(-1))
    ended.save()
    with pytest.raises(ValidationError) as refused:
        of_unit(people)
    assert who in refused.value.message_dict


def test_a_household_that_left_the_list_and_days_the_wrong_way_round_are_refused(people):
    with pytest.raises(ValidationError) as refused:
        of_household(people, household=door(people, ended_on=in_days(-1)))
    assert "household" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        of_unit(people, ends_on=in_days(-101))
    assert "ends_on" in refused.value.message_dict


def test_one_helps_one_and_several_only_where_all_agree(people):
    home = door(people)
    first = of_household(people, household=home)
    with pytest.raises(ValidationError, match="王建国"):
        of_household(people, household=home, cadre=people.cadre2)
    with pytest.raises(ValidationError):
        of_household(people, household=home, cadre=people.cadre2, mode="many")
    with pytest.raises(ValidationError):
        of_household(people, household=home)
    end(people, first, on=-1)
    of_household(people, household=home, mode="many", starts_on=in_days(0))
    of_household(people, household=home, mode="many", starts_on=in_days(0), cadre=people.cadre2)
    with pytest.raises(ValidationError) as twice:
        of_household(people, household=home, mode="many", starts_on=in_days(0))
    assert "cadre" in twice.value.message_dict


def test_why_two_are_not_paired_is_said_on_the_day_that_is_asked_about(people):
    of_household(people, household=door(people), ends_on=in_days(20))
    facts = {
        "level": "household",
        "mode": "one",
        "organ": people.agriculture,
        "unit": people.village,
        "cadre": people.cadre,
        "household": Household.objects.get(),
        "starts_on": in_days(5),
        "ends_on": in_days(60),
    }

    def said(on):
        return "".join(sentence for _field, sentence in rules.obstacles(Pairing(**facts), on=on))

    last = in_days(20)
    assert f"{last:%Y-%m-%d}" not in said(last)
    assert f"{last:%Y-%m-%d}" in said(last - timedelta(days=400))


def test_the_database_refuses_the_same_two_twice(people):
    pairing = of_unit(people, mode="many")
    with pytest.raises(IntegrityError), transaction.atomic():
        Pairing.objects.create(
            **{
                f.attname: getattr(pairing, f.attname)
                for f in Pairing._meta.concrete_fields
                if not f.primary_key
            }
        )


def test_a_cadre_has_so_many_households_and_no_more(people):
    for n in range(5):
        of_household(people, household=door(people, serial=str(n)))
    with pytest.raises(ValidationError) as refused:
        of_household(people, household=door(people, serial="9"))
    assert "5" in refused.value.message_dict["cadre"][0]


def test_the_form_says_what_is_wrong_where_it_was_typed(people, browse):
    home = door(people)
    of_household(people, household=home)
    post = {
        "cadre": people.cadre2.pk,
        "unit": people.village.pk,
        "household": "12",
        "mode": "one",
        "starts_on": in_days(0),
        "ends_on": in_days(30),
    }
    url = reverse("pairing:new_pairing", args=["household"])
    shown = browse("office").post(url, post)
    assert shown.status_code == 422
    assert "王建国" in words(shown)
    assert "household" in shown.context["form"].errors
    shown = browse("office").post(url, post | {"household": "77"})
    assert "77" in shown.context["form"].errors["household"][0]
    assert Pairing.objects.count() == 1
    post |= {"mode": "one", "starts_on": in_days(201), "ends_on": in_days(300), "household": "12"}
    assert browse("office").post(url, post).status_code == 302
    assert Pairing.objects.count() == 2


def test_who_comes_second_is_told_who_was_first(people, browse, monkeypatch):
    """A race: the form was validated before the first pairing was agreed."""
    of_unit(people)
    monkeypatch.setattr(PairingForm, "_add_obstacles", lambda form, cleaned: None)
    post = {
        "organ": people.water.pk,
        "unit": people.village.pk,
        "mode": "one",
        "starts_on": in_days(0),
        "ends_on": in_days(30),
    }
    shown = browse("office").post(reverse("pairing:new_pairing", args=["unit"]), post)
    assert shown.status_code == 422
    assert "县农业农" in shown.context["form"].errors["unit"][0]
    assert Pairing.objects.count() == 1


# --- Agreements, renewal, changes, the end ------------------------------------------------------


def test_agreements_follow_each_other_and_never_overlap(people):
    pairing = of_unit(people)
    agreement_of(people, pairing)
    with pytest.raises(PermissionDenied):
        agreement_of(people, pairing)
    renewal = {"number": "2号", "signed_on": in_days(0), "aims": "a", "content": "b"}
    with pytest.raises(ValidationError):
        pairings.renew_pairing(
            pairing=pairing, ends_on=pairing.ends_on, by=people.office, at=now(), **renewal
        )
    pairings.renew_pairing(
        pairing=pairing, ends_on=in_days(500), by=people.office, at=now(), **renewal
    )
    pairing.refresh_from_db()
    assert pairing.ends_on == in_days(500)
    assert [a.starts_on for a in pairing.agreements.order_by("pk")] == [in_days(-100), in_days(201)]
    assert moves(pairing) == ["agreed", "signed", "renewed"]
    with pytest.raises(PermissionDenied):
        pairings.renew_pairing(
            pairing=pairing, ends_on=in_days(600), by=people.liaison, at=now(), **renewal
        )


def test_no_term_is_longer_than_anybody_agrees(people, browse):
    pairing = of_unit(people)
    far = timezone.localdate().replace(year=9999)
    with pytest.raises(ValidationError, match="10年"):
        of_unit(people, unit=people.other_village, ends_on=far)
    with pytest.raises(ValidationError, match="10年"):
        pairings.change_pairing_end(
            pairing=pairing, ends_on=far, reason="误填", by=people.office, at=now()
        )
    assert (
        browse("office").get(reverse("pairing:renew_pairing", args=[pairing.pk])).status_code == 200
    )


def test_the_planned_end_moves_with_a_reason_and_never_into_the_past(people):
    pairing = of_unit(people)
    change = {"pairing": pairing, "reason": "延长", "by": people.office, "at": now()}
    pairings.change_pairing_end(ends_on=in_days(250), **change)
    for wrong in (250, -1):
        with pytest.raises(ValidationError):
            pairings.change_pairing_end(ends_on=in_days(wrong), **change)
    with pytest.raises(PermissionDenied):
        pairings.change_pairing_end(**(change | {"by": people.host}), ends_on=in_days(260))


def test_somebody_else_goes_on_and_promises_pass_along(people):
    pairing = of_household(people)
    item = SupportItem.objects.create(
        pairing=pairing,
        unit=people.village,
        organ=people.agriculture,
        host_organ=people.town_organ,
        kind="policy",
        what="讲政策",
        promised_for=in_days(20),
        noted_by=people.author,
        promised_on=timezone.localdate(),
        created_at=timezone.now(),
    )
    change = {
        "pairing": pairing,
        "starts_on": in_days(0),
        "reason": "调整",
        "by": people.office,
        "at": now(),
    }
    with pytest.raises(ValidationError):
        pairings.change_pairing_cadre(cadre=people.cadre, **change)
    with pytest.raises(ValidationError, match="今天之后"):
        pairings.change_pairing_cadre(cadre=people.cadre2, **change | {"starts_on": in_days(1)})
    assert sees(people.author, pairing)
    new = pairings.change_pairing_cadre(cadre=people.cadre2, **change)
    pairing.refresh_from_db()
    item.refresh_from_db()
    assert (pairing.state, pairing.ended_on, pairing.ending) == ("ended", in_days(-1), "changed")
    assert (new.replaces, new.cadre, new.household) == (pairing, people.cadre2, pairing.household)
    assert item.pairing == new
    assert not sees(people.author, pairing)
    assert sees(people.colleague, new)
    with pytest.raises(PermissionDenied):
        pairings.change_pairing_cadre(cadre=people.neighbour, **change)


def test_a_pairing_ends_once_and_what_has_not_begun_is_cancelled(people):
    pairing = end(people, of_unit(people))
    assert pairing.state == "ended"
    with pytest.raises(PermissionDenied):
        end(people, pairing)
    with pytest.raises(ValidationError):
        end(people, of_unit(people, unit=people.other_village), on=5)
    later = of_unit(people, starts_on=in_days(5), cadre=None)
    with pytest.raises(PermissionDenied):
        end(people, later)
    cancel = {"pairing": later, "reason": "机构调整", "by": people.office, "at": now()}
    assert pairings.cancel_pairing(**cancel).state == "cancelled"
    with pytest.raises(PermissionDenied):
        pairings.cancel_pairing(**cancel)


def test_the_plan_of_a_year_is_written_by_who_helps_and_written_anew(people):
    pairing = of_unit(people)
    for by in (people.author, people.liaison, people.office):
        plan = pairings.keep_plan(
            pairing=pairing, year=in_days(0).year, aims=by.name, by=by, at=now()
        )
    assert pairing.plans.get() == plan
    with pytest.raises(PermissionDenied):
        pairings.keep_plan(
            pairing=pairing, year=in_days(0).year, aims="x", by=people.host, at=now()
        )
    with pytest.raises(ValidationError):
        pairings.keep_plan(pairing=pairing, year=2001, aims="x", by=people.office, at=now())


# --- The door of a household --------------------------------------------------------------------


def test_a_household_opens_with_the_pairing_and_closes_with_it(people, browse):
    home = door(people, unit=people.other_village)
    url = reverse("pairing:helped_household", args=[home.pk])
    assert browse("author").get(url).status_code == 404
    pairing = of_household(people, household=home, unit=people.other_village)
    assert browse("author").get(url).status_code == 200
    assert home in Household.objects.visible_to(people.author)
    assert browse("colleague").get(url).status_code == 404
    end(people, pairing)
    assert browse("author").get(url).status_code == 404
    assert browse("author").get(pairing.get_absolute_url()).status_code == 404
    assert home not in Household.objects.visible_to(people.author)
    assert browse("neighbour_host").get(url).status_code == 200


def test_a_pairing_that_is_to_begin_opens_no_door_yet(people, browse):
    home = door(people)
    of_household(people, household=home, starts_on=in_days(3), cadre=people.cadre2)
    url = reverse("pairing:helped_household", args=[home.pk])
    assert browse("colleague").get(url).status_code == 404


def note(people, home, category="work", by=None, expires_on=None):
    return households.note_difficulty(
        household=home, category=category, expires_on=expires_on, by=by or people.host, at=now()
    )


def test_difficulties_are_shut_away_and_each_look_is_noted(people, browse):
    home = door(people)
    of_household(people, household=home)
    note(people, home)
    note(people, home)
    assert HouseholdNeed.objects.count() == 0
    with privacy.opened(households=[home.pk]):
        assert HouseholdNeed.objects.count() == 1
    url = reverse("pairing:helped_household", args=[home.pk])
    page = browse("author").get(url)
    assert "就业困难" not in words(page)
    shown = browse("author").post(reverse("pairing:reveal_difficulties", args=[home.pk]))
    assert "就业困难" in words(shown)
    looks = AuditEntry.objects.filter(event="household.difficulties_revealed", noun_id=home.pk)
    assert looks.count() == 1
    households.drop_difficulty(household=home, category="work", by=people.host)
    assert households.reveal_difficulties(household=home, by=people.author) == []


@pytest.mark.parametrize("by", ["author", "office", "supervisor", "liaison", "neighbour_host"])
def test_only_the_host_notes_a_difficulty(people, by):
    home = door(people)
    of_household(people, household=home)
    with pytest.raises(PermissionDenied):
        note(people, home, by=getattr(people, by))
    if by != "author":
        with pytest.raises(PermissionDenied):
            households.reveal_difficulties(household=home, by=getattr(people, by))


def test_a_difficulty_runs_for_one_year_at_most(people):
    home = door(people)
    with pytest.raises(ValidationError):
        note(people, home, expires_on=in_days(400))
    with pytest.raises(IntegrityError), transaction.atomic(), privacy.opened(households=[home.pk]):
        HouseholdNeed.objects.create(
            household=home,
            category="work",
            expires_on=in_days(400),
            noted_by=people.host,
            noted_on=timezone.localdate(),
        )


# --- Contacts -----------------------------------------------------------------------------------


def due(people, user=None):
    return list(due_contacts(user or people.author, in_days(0)))


def test_a_contact_is_counted_from_the_visit_that_was_written(people):
    home = door(people)
    pairing = of_household(people, household=home)
    village = of_unit(people)
    assert set(due(people)) == {pairing, village}
    people.visit()
    assert due(people) == [pairing]
    seen = people.visit(by=people.colleague, companions=[people.cadre], households=[home])
    assert due(people) == []
    row = Pairing.objects.select_related("household").get(pk=pairing.pk)
    assert (row.last_contact_on, row.contact_due_on(60)) == (in_days(0), in_days(60))
    assert pairing.contact_ids == [seen.pk]


def test_a_young_pairing_and_who_asks_for_peace_are_not_due(people):
    of_household(people, household=door(people, do_not_disturb=True))
    of_household(people, household=door(people, serial="3"), starts_on=in_days(-59))
    of_unit(people, cadre=None)
    assert due(people) == []
    Pairing.objects.filter(household__serial="3").update(starts_on=in_days(-60))
    assert len(due(people)) == 1
    assert due(people, people.colleague) == []


def test_the_to_do_list_leads_to_the_visit_form_filled_in(people, browse):
    home = door(people)
    of_household(people, household=home)
    kind = todo.kind_for(people.author, "pairing_contact")
    assert todo.counts(people.author)["pairing_contact"] == 1
    (row,) = todo.queue(people.author, size=5, kinds=[kind]).rows
    item = row.item
    assert item.due == in_days(-40)
    form = browse("author").get(item.act_url).context["form"]
    assert form.initial["unit"] == people.village
    assert (form.initial["households"], form.initial["purposes"]) == ("12", ["pairing"])
    assert reverse("pairing:contact_route") in words(browse("author").get(reverse("todo")))


def test_nobody_fills_in_a_household_that_is_shut(people, browse):
    home = door(people, unit=people.other_village)
    url = f"{reverse('outreach:new_visit')}?household={home.pk}&purpose=pairing&purpose=nonsense"
    initial = browse("neighbour_cadre").get(url).context["form"].initial
    assert (initial["households"], initial["purposes"]) == ("", ["pairing"])


def test_the_route_goes_village_by_village_by_numbers_alone(people, browse):
    of_household(people)
    of_unit(people)
    of_unit(people, unit=people.other_village, cadre=people.cadre)
    page = browse("author").get(reverse("pairing:contact_route"))
    assert [stop["unit"] for stop in page.context["stops"]] == [
        people.village,
        people.other_village,
    ]
    paper = words(browse("author").get(reverse("pairing:print_contact_route")))
    assert "12号" in paper
    assert "李××" not in paper


def test_the_cadre_and_who_renews_are_reminded_once_a_day(people):
    pairing = of_household(people, ends_on=in_days(20))
    day = in_days(0)
    while not workdays.is_working_day(day):
        day += timedelta(days=1)
    for _again in range(2):
        reminders.tell(day=day, at=reminders.morning_of(day), by="test")
    told = set(
        Reminder.objects.filter(noun="pairing", noun_id=pairing.pk).values_list("kind", "user")
    )
    assert ("pairing_contact_due", people.author.pk) in told
    assert {("pairing_ends", one.pk) for one in (people.office, people.liaison)} <= told
    assert not {user for _kind, user in told} & {people.host.pk, people.neighbour_office.pk}
    assert Reminder.objects.filter(noun="pairing").count() == len(told)
    titled = reminders.with_titles(people.author, Reminder.objects.filter(user=people.author))
    assert "柳湾村" in {one.title.rpartition(" ")[2] for one in titled}


def test_pairings_that_are_handed_over_are_told_apart_without_the_household(people, browse):
    of_unit(people)
    of_household(people, household=door(people, serial="7788"))

    page = words(browse("liaison").get(reverse("handing_over", args=[people.cadre.pk])))

    assert "柳湾村 · 单位与基层单位" in page and "柳湾村 · 干部与困难群众" in page
    assert "7788" not in page


def test_a_contact_stands_by_its_day_among_all_that_was_reminded_of(people, browse):
    """The day is computed from an interval, which the database turns into a timestamp."""
    pairing = of_household(people)
    key = "00000000-0000-4000-8000-000000000001"
    draft = visits.keep_draft(key=key, by=people.author, content={}, at=timezone.now())
    for kind, row in (("draft", draft), ("pairing_contact_due", pairing)):
        Reminder.objects.create(
            user=people.author,
            kind=kind,
            noun=row._meta.model_name,
            noun_id=row.pk,
            day=in_days(0),
            link="/",
        )

    rows, others = todo.told(people.author)

    assert [one.item.due for one in rows] == [in_days(-40), None]
    assert not others
    assert browse("author").get(reverse("todo") + "?tab=told").status_code == 200


# --- Pages --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three_pairings(standing):
    standing(_three_pairings)


def _three_pairings(people):
    of_unit(people)
    of_household(people)
    end(people, of_unit(people, unit=people.other_village))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 2),
        ({"level": "household"}, 1),
        ({"mode": "many"}, 0),
        ({"q": "农业农村"}, 2),
        ({"q": "柳湾"}, 2),
        ({"q": "李××"}, 0),
        ({"contact": "overdue"}, 2),
        ({"tab": "ended"}, 1),
        ({"tab": "to_begin"}, 0),
        ({"tab": "all"}, 3),
        ({"tab": "ending"}, 0),
    ],
)
def test_the_list_is_what_its_address_says(three_pairings, browse, query, count):
    page = browse("office").get(reverse("pairing:pairings"), query)
    assert len(page.context["page"]) == count


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_three(
    people, browse, django_assert_num_queries, row_count
):
    for n in range(row_count):
        of_household(people, household=door(people, serial=str(n)))
    url = reverse("pairing:pairings")
    signed_in = browse("office")
    signed_in.get(url)
    with django_assert_num_queries(LIST_QUERIES):
        page = signed_in.get(url)
    assert len(page.context["page"]) == row_count


LIST_QUERIES = 9


def test_record_own_page_and_paper_say_what_was_agreed(people, browse):
    pairing = of_unit(people)
    agreement = agreement_of(people, pairing)
    pairings.keep_plan(
        pairing=pairing, year=in_days(0).year, aims="修渠", by=people.office, at=now()
    )
    people.visit(summary="看了东支渠。")
    page = words(browse("author").get(pairing.get_absolute_url()))
    for said in ("云结〔2026〕1号", "技术培训", "修渠", "看了东支渠。", "王建国"):
        assert said in page, said
    assert "柳湾村" in words(browse("author").get(reverse("pairing:my_pairings")))
    url = reverse("pairing:agreement_print", args=[pairing.pk, agreement.pk])
    paper = words(browse("host").get(url))
    for said in ("结对帮扶协议书", "甲方（盖章）", "县农业农村局", "两年内增收"):
        assert said in paper, said
    url = reverse("pairing:year_plan_print", args=[pairing.pk, in_days(0).year])
    assert "修渠" in words(browse("host").get(url))
    other = of_unit(people, unit=people.other_village)
    url = reverse("pairing:agreement_print", args=[other.pk, agreement.pk])
    assert browse("office").get(url).status_code == 404


def test_acts_are_posted_through_their_pages(people, browse):
    pairing = of_unit(people)
    office = browse("office")

    def post(name, args=(), **fields):
        return office.post(reverse(f"pairing:{name}", args=[pairing.pk, *args]), fields)

    text = {"aims": "增收", "content": "培训"}
    assert (
        post(
            "sign_agreement",
            number="1号",
            signed_on=in_days(0),
            starts_on=in_days(-100),
            ends_on=in_days(900),
            **text,
        ).status_code
        == 422
    )
    assert (
        post(
            "sign_agreement",
            number="1号",
            signed_on=in_days(0),
            starts_on=in_days(-100),
            ends_on=in_days(200),
            **text,
        ).status_code
        == 302
    )
    assert (
        post(
            "renew_pairing", number="2号", signed_on=in_days(0), ends_on=in_days(500), **text
        ).status_code
        == 302
    )
    assert post("year_plan", [in_days(0).year], aims="修渠").status_code == 302
    assert post("change_pairing_end", ends_on=in_days(400), reason="x").status_code == 302
    moved = post(
        "change_pairing_cadre", cadre=people.cadre2.pk, starts_on=in_days(0), reason="调整"
    )
    pairing = Pairing.objects.get(replaces=pairing)
    assert moved.url == pairing.get_absolute_url()
    assert Agreement.objects.filter(pairing=pairing).count() == 2
    assert post("end_pairing", on=in_days(0), ending="other", reason="x").status_code == 302
    assert post("end_pairing", on=in_days(0), ending="other", reason="x").status_code == 403


def test_workers_of_an_enterprise_take_the_place_of_households(people, browse):
    plant = unit("一车间", people.town_organ, people.village_place, kind="soe")
    home = door(people, unit=plant, display_name="钱××")
    pairing = of_household(people, household=home, unit=plant)
    assert "困难职工" in words(browse("author").get(pairing.get_absolute_url()))


def test_an_enterprise_group_pairs_without_any_division(people):
    group = organ("云岭矿业集团", "enterprise", order=70)
    mine = organ("一号矿", "enterprise", group, 71)
    boss = account("boss", "冯书记", group, Role.OFFICE, within=group)
    shop = unit("掘进车间", mine, None, kind="soe")
    cadre = Cadre.objects.create(name="高远", organ=group)
    facts = {"level": "unit", "unit": shop, "by": boss, "organ": group, "cadre": cadre}
    assert sees(boss, of_unit(people, **facts))
    with pytest.raises(PermissionDenied, match="县水利局"):
        of_unit(people, **(facts | {"organ": people.water, "cadre": None}))


def test_search_finds_by_unit_and_organ_and_never_by_household(people):
    of_household(people)

    def found(user, text):
        lines = [line for group in finding.find(user, text) for line in group.lines]
        return [line for line in lines if re.match(r"/pairings/[0-9]", line.url)]

    assert found(people.office, "柳湾")
    assert found(people.office, "李××") == []
    assert found(people.neighbour_office, "柳湾") == []


# --- Sheets -------------------------------------------------------------------------------------


def written(ledger, user, tmp_path, **filters):
    target = tmp_path / f"{ledger.name}.xlsx"
    ledgers.write(ledger, user=user, filters=filters, target=target, at=timezone.now())
    rows = list(openpyxl.load_workbook(target).active.iter_rows(values_only=True))
    start = next(n for n, row in enumerate(rows) if row[0] == "序号")
    return rows[start], rows[start + 1 :]


def test_the_sheet_has_the_official_headings_and_counts_from_items(people, tmp_path):
    home = door(people)
    pairing = of_household(people, household=home)
    note(people, home)
    for n, state in ((800, "done"), (200, "promised")):
        SupportItem.objects.create(
            pairing=pairing,
            unit=people.village,
            organ=people.agriculture,
            host_organ=people.town_organ,
            kind="funds",
            what=f"种苗{n}",
            amount=n,
            source="own",
            promised_on=in_days(-10),
            promised_for=in_days(20),
            noted_by=people.author,
            state=state,
            done_on=in_days(-1) if state == "done" else None,
            word="satisfied" if state == "done" else "",
            created_at=timezone.now(),
        )
    heads, rows = written(PAIRING_LEDGER, people.host, tmp_path)
    assert heads == (
        "序号",
        "结对类型",
        "帮扶单位/党组织",
        "帮扶责任人",
        "职务",
        "联系电话",
        "帮扶对象",
        "所在乡镇村",
        "结对方式",
        "结对时间",
        "需求",
        "帮扶类别",
        "帮扶措施",
        "投入资金",
        None,
        "完成时限",
        "进展成效",
        "对象评价",
        "备注",
    )
    assert rows[0][13:15] == ("金额（元）", "来源")
    row = dict(zip(heads, rows[1], strict=False))
    assert (row["结对类型"], row["帮扶对象"], row["结对方式"]) == (
        "生活困难群众",
        "李××户 12",
        "一帮一",
    )
    assert (row["投入资金"], row[None]) == (800, "帮扶单位自有经费")
    assert row["完成时限"] == f"{in_days(20):%Y.%m.%d}"
    assert rows[2][0] == "合计" and rows[2][13] == 800
    assert row["帮扶措施"] == "种苗800；种苗200"
    assert row["对象评价"] == "满意"

    heads, rows = written(REASONS_LEDGER, people.host, tmp_path)
    assert "就业困难" in dict(zip(heads, rows[1], strict=False))["困难（薄弱）原因"]
    assert AuditEntry.objects.filter(event="household.difficulties_exported").count() == 1
    _heads, rows = written(REASONS_LEDGER, people.office, tmp_path)
    assert not rows or rows[0][0] != 1


def test_the_sheet_with_difficulties_is_for_the_host_alone(people, browse):
    url = reverse("pairing:export_pairings")
    assert browse("host").post(url, {"reasons": "1"}).status_code == 302
    assert browse("office").post(url, {"reasons": "1"}).status_code == 403


HEADS = (
    "结对类型",
    "帮扶单位/党组织",
    "帮扶责任人",
    "帮扶对象",
    "所在村（社区、单位）",
    "结对方式",
    "结对时间",
    "结束时间",
    "困难原因",
    "投入资金（元）及来源",
)


def test_a_list_of_pairings_comes_in_row_by_row_and_can_be_taken_back(people):
    door(people)
    rows = [
        (
            "生活困难群众",
            "县农业农村局",
            "王建国",
            "李××户12",
            "柳湾村",
            "一帮一",
            "2026-01-01",
            LATER,
            "因病",
            "5000",
        ),
        (
            "单位结对基层单位",
            "县农业农村局",
            "王建国",
            "柳湾村",
            "柳湾村",
            "",
            "2026-01-01",
            LATER,
            "",
            "",
        ),
        (
            "生活困难群众",
            "县农业农村局",
            "王建国",
            "张××户99",
            "柳湾村",
            "一帮一",
            "2026-01-01",
            LATER,
            "",
            "",
        ),
        (
            "困难党员",
            "县农业农村局",
            "赵敏",
            "李××户12",
            "柳湾村",
            "一帮一",
            "2026-01-01",
            LATER,
            "",
            "",
        ),
    ]
    batch = bring("pairings", workbook(HEADS, *rows), people.office)
    assert [cell[-1] for cell, _value, _reason in problems(batch)] == ["4", "5"]
    batch = accepted(batch)
    assert {one.level for one in Pairing.objects.filter(batch=batch)} == {"household", "unit"}
    undone(batch)
    assert not Pairing.objects.exists()


def test_what_was_built_on_an_imported_pairing_keeps_it(people):
    row = (
        "单位结对基层单位",
        "县农业农村局",
        "王建国",
        "柳湾村",
        "柳湾村",
        "",
        "2026-01-01",
        LATER,
        "",
        "",
    )
    batch = accepted(bring("pairings", workbook(HEADS, row), people.office))
    agreement_of(people, Pairing.objects.get())
    undone(batch)
    assert Pairing.objects.count() == 1


# --- Reorganisations ----------------------------------------------------------------------------


def merge(people, noun, source, target):
    return reorganisations.merge(
        noun=noun,
        sources=[source],
        target=target,
        by=people.office,
        at=now(),
        on=in_days(0),
        document="云编〔2026〕3号",
    )


def test_pairings_go_on_with_the_organ_that_succeeds(people):
    alone = of_unit(people)
    twice = of_unit(people, unit=people.other_village, mode="many")
    own = of_unit(people, unit=people.other_village, organ=people.water, cadre=None, mode="many")
    merge(people, "organ", people.agriculture, people.water)
    for one in (alone, twice, own):
        one.refresh_from_db()
    assert (alone.organ, alone.state) == (people.water, "agreed")
    assert moves(alone) == ["agreed", "reorganised"]
    assert (twice.state, twice.ended_on, own.state) == ("ended", in_days(-1), "agreed")


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_passes_on_in_as_many_statements(people, count, django_assert_num_queries):
    for n in range(count):
        of_household(people, household=door(people, serial=str(n)))
    change = SimpleNamespace(pk=1, by=people.office, at=now(), on=in_days(0), document="云编3号")
    with django_assert_num_queries(9):
        succession.pass_on_organ(people.agriculture, people.water, change)
    assert Pairing.objects.filter(organ=people.water).count() == count


def test_pairings_go_on_where_their_village_went(people):
    mine = of_unit(people)
    home = of_household(people)
    there = of_unit(people, unit=people.other_village, organ=people.water, cadre=None)
    merge(people, "unit", people.village, people.other_village)
    for one in (mine, home, there):
        one.refresh_from_db()
    assert home.unit == people.other_village
    assert mine.state == "ended"
    went = Pairing.objects.get(replaces=mine)
    assert (went.unit, went.mode, there.mode) == (people.other_village, "many", "many")
    assert went.starts_on == in_days(0)


def test_a_transferred_cadre_leaves_to_an_heir_or_keeps_the_household(people):
    home, village = of_household(people), of_unit(people)
    move = {
        "organ": people.roads,
        "by": people.office,
        "at": now(),
        "on": in_days(0),
        "document": "云干〔2026〕3号",
        "since": in_days(-900),
    }
    with transaction.atomic():
        reorganisations.transfer(cadre=people.cadre, heir=people.cadre2, **move)
        new = Pairing.objects.get(replaces=home)
        assert (new.cadre, new.starts_on) == (people.cadre2, in_days(0))
        assert Pairing.objects.get(replaces=village).cadre == people.cadre2
        transaction.set_rollback(True)
    people.cadre.refresh_from_db()
    reorganisations.transfer(cadre=people.cadre, heir=None, **move)
    for one in (home, village):
        one.refresh_from_db()
    assert (home.cadre, village.cadre) == (people.cadre, None)


def test_what_somebody_still_holds_is_said(people, browse):
    of_unit(people)
    assert [one.count for one in succession.blockers_of(people.agriculture, on=in_days(0))] == [1]
    assert [one.count for one in succession.blockers_of(people.village, on=in_days(0))] == [1]
    assert [one.count for one in succession.blockers_of(people.water, on=in_days(0))] == [0]
    page = browse("office").get(reverse("cadre_left", args=[people.cadre.pk]))
    assert "1" in page.context["intro"]
    people_actions.cadre_left(cadre=people.cadre, by=people.office, left_on=in_days(0))
    assert todo.counts(people.office)["pairing_cadre_left"] == 1


def test_what_has_not_begun_does_not_wait_to_be_renewed(people):
    pairing = of_unit(people, starts_on=in_days(2), ends_on=in_days(9))
    assert not rules.may_renew_pairing(people.office, pairing)
    assert todo.counts(people.office)["pairing_ending"] == 0
    Pairing.objects.filter(pk=pairing.pk).update(starts_on=in_days(0))
    assert todo.counts(people.office)["pairing_ending"] == 1


def test_the_cadre_of_a_pairing_changes_from_its_second_day_on(people):
    pairing = of_unit(people, starts_on=in_days(0))
    people_actions.cadre_left(cadre=people.cadre, by=people.office, left_on=in_days(0))
    assert not rules.may_change_cadre(people.office, pairing)
    assert todo.counts(people.office)["pairing_cadre_left"] == 0
    Pairing.objects.filter(pk=pairing.pk).update(starts_on=in_days(-1))
    pairing.refresh_from_db()
    assert rules.may_change_cadre(people.office, pairing)
    assert todo.counts(people.office)["pairing_cadre_left"] == 1


def test_rules_give_their_reason(people):
    pairing = of_unit(people)
    assert rules.may_change_pairing(people.office, pairing)
    assert not rules.may_change_pairing(people.host, pairing)
    assert not rules.may_see_pairings(people.desk)
