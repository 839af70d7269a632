"""Needs and offers: recorded by hosts, offered by organs; of a household only the kind."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from outreach.models import Household
from pairing.actions import needs as actions
from pairing.forms.needs import NeedForm
from pairing.ledgers.needs import UNMET_LEDGER
from pairing.models import HelpNeed, HelpResource, Pairing, SupportItem
from pairing.succession import needs as passing
from portal.duties import reminders, todo
from portal.models import AuditEntry, Reminder
from tests.day import in_days, now
from tests.reading import words


def note(people, by=None, **changes):
    facts = {
        "unit": people.village,
        "kind": "technology",
        "what": "渠系维护技术指导",
        "urgency": 2,
        "amount": None,
        "expertise": ["water"],
        "until": in_days(200),
    } | changes
    return actions.note_need(by=by or people.host, at=now(), **facts)


def offer(people, by=None, **changes):
    facts = {
        "organ": people.agriculture,
        "kind": "technology",
        "what": "农技人员下乡",
        "capacity": 3,
        "amount": None,
        "expertise": ["agriculture"],
        "until": in_days(200),
    } | changes
    return actions.offer_help(by=by or people.liaison, at=now(), **facts)


def household(people, serial="001", name="李××户", **more):
    return Household.objects.create(
        unit=people.village, serial=serial, display_name=name, group="三组", **more
    )


def pairing(people, **changes):
    facts = {
        "level": "unit",
        "organ": people.agriculture,
        "starts_on": in_days(-30),
        "ends_on": in_days(300),
        "created_by": people.office,
        "created_at": now(),
    } | changes
    one = Pairing(**facts)
    one.stand_at(people.village)
    one.save()
    return one


# --- Needs -------------------------------------------------------------------------------------


def test_the_host_notes_what_its_own_units_need(people):
    need = note(people)

    assert (need.organ, need.host_organ) == (people.town_organ, people.town_organ)
    assert need.county_id == people.county.pk
    assert AuditEntry.objects.filter(event="help_need.noted", noun_id=need.pk).exists()
    for by in ("neighbour_host", "liaison", "author", "supervisor", "neighbour_office"):
        with pytest.raises(PermissionDenied):
            note(people, by=getattr(people, by), what="别的")


def test_of_a_household_the_kind_alone_is_kept(people):
    need = note(people, household=household(people), what="患病的细节", amount=3000)

    assert (need.what, need.amount, need.expertise, need.group) == ("", None, [], "三组")
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpNeed.objects.filter(pk=need.pk).update(what="写了不该写的")


def test_the_same_need_is_noted_once(people):
    note(people)

    with pytest.raises(ValidationError, match="renew|续"):
        note(people)
    assert note(people, what="水泵一台").pk


@pytest.mark.parametrize("days", [-1, 366])
def test_a_need_lasts_a_year_at_most(people, days):
    with pytest.raises(ValidationError):
        note(people, until=in_days(days))


def test_who_sees_a_need(people):
    unit_need = note(people)
    home_need = note(people, household=household(people))
    pairing(people)

    def seen(name):
        return set(HelpNeed.objects.visible_to(getattr(people, name)))

    assert seen("host") == seen("office") == seen("supervisor") == {unit_need, home_need}
    # The helping organ sees the needs of its unit, but of no household.
    assert seen("liaison") == {unit_need}
    for one in ("author", "neighbour_host", "neighbour_liaison", "neighbour_office", "auditor"):
        assert not seen(one), one


def test_a_cadre_sees_the_need_of_the_household_while_the_pairing_runs(people):
    home = household(people)
    need = note(people, household=home)
    pair = pairing(people, level="household", household=home, cadre=people.cadre)
    assert list(HelpNeed.objects.visible_to(people.author)) == [need]

    Pairing.objects.filter(pk=pair.pk).update(state="ended", ended_on=in_days(-1), ending="solved")

    assert not HelpNeed.objects.visible_to(people.author).exists()


def test_a_supervisor_reads_no_name_of_a_household(people, browse):
    need = note(people, household=household(people))
    other = note(people, what="水泵")
    for address in (reverse("pairing:help_needs"), need.get_absolute_url()):
        assert "李××户" in words(browse("host").get(address))
        assert "李××户" not in words(browse("supervisor").get(address))
    assert other.what in words(browse("supervisor").get(reverse("pairing:help_needs")))


def test_a_need_is_renewed_and_comes_back_after_it_ran_out(people):
    need = note(people, until=in_days(5))
    HelpNeed.objects.filter(pk=need.pk).update(noted_on=in_days(-9), until=in_days(-1))
    need.refresh_from_db()
    assert need.has_run_out(in_days(0))

    actions.renew_need(need=need, by=people.host, at=now(), until=in_days(90), urgency=3)

    need.refresh_from_db()
    assert (need.until, need.urgency, need.has_run_out(in_days(0))) == (in_days(90), 3, False)
    assert AuditEntry.objects.filter(event="help_need.renewed", noun_id=need.pk).count() == 1
    actions.renew_need(need=need, by=people.host, at=now(), until=in_days(90), urgency=3)
    assert AuditEntry.objects.filter(event="help_need.renewed", noun_id=need.pk).count() == 1


@pytest.mark.parametrize("state", ["met", "withdrawn"])
def test_a_need_is_closed_once(people, state):
    need = note(people)
    with pytest.raises(PermissionDenied):
        actions.close_need(need=need, by=people.supervisor, at=now(), state=state)

    actions.close_need(need=need, by=people.host, at=now(), state=state)

    need.refresh_from_db()
    assert (need.state, need.closed_on, need.closed_by) == (state, in_days(0), people.host)
    with pytest.raises(PermissionDenied):
        actions.close_need(need=need, by=people.host, at=now(), state="met")
    with pytest.raises(PermissionDenied):
        actions.renew_need(need=need, by=people.host, at=now(), until=in_days(9), urgency=2)


def test_the_form_keeps_what_was_typed_and_saves_nothing(people, browse):
    sent = {
        "unit_text": "柳湾村",
        "serial": "999",
        "kind": "funds",
        "what": "修路的钱",
        "urgency": "2",
        "until": str(in_days(60)),
        "amount": "-5",
    }
    response = browse("host").post(reverse("pairing:new_help_need"), sent)

    assert response.status_code == 422
    assert "修路的钱" in words(response)
    assert not HelpNeed.objects.exists()


def test_the_form_notes_a_need(people, browse):
    household(people)
    sent = {
        "unit_text": "柳湾村",
        "serial": "001",
        "kind": "talent",
        "urgency": "3",
        "until": str(in_days(60)),
    }
    response = browse("host").post(reverse("pairing:new_help_need"), sent)

    need = HelpNeed.objects.get()
    assert response.url == need.get_absolute_url()
    assert need.household.serial == "001"


def test_the_list_is_narrowed_and_searched(people, browse):
    note(people)
    note(people, kind="funds", what="文化广场建设", urgency=3)
    HelpNeed.objects.filter(kind="funds").update(noted_on=in_days(-100))
    address = reverse("pairing:help_needs")

    def shown(**query):
        page = words(browse("office").get(address, query))
        return [text for text in ("渠系维护", "文化广场") if text in page]

    assert shown() == ["渠系维护", "文化广场"]
    assert shown(q="广场") == shown(kind="funds") == shown(urgency="3") == ["文化广场"]
    assert shown(age="90") == ["文化广场"]
    assert shown(whose="household") == shown(tab="met") == []


def test_a_need_shows_who_helps_and_what_is_done(people, browse):
    need = note(people)
    pair = pairing(people)
    item = SupportItem(
        pairing=pair,
        need=need,
        organ=people.agriculture,
        kind="technology",
        what="派技术员驻点",
        promised_for=in_days(20),
        noted_by=people.liaison,
        promised_on=in_days(0),
        created_at=now(),
    )
    item.stand_at(people.village)
    item.save()

    page = words(browse("host").get(need.get_absolute_url()))

    assert "派技术员驻点" in page
    assert people.agriculture.label in page


def test_the_sheet_of_unmet_needs_names_no_household(people):
    note(people)
    note(people, household=household(people), kind="funds")
    closed = note(people, what="已解决的事")
    actions.close_need(need=closed, by=people.host, at=now(), state="met")

    rows = list(UNMET_LEDGER.sheet(people.office, {}, now()).rows)

    assert len(rows) == 2
    assert {row[5] for row in rows} == {"渠系维护技术指导", ""}
    assert "李××户" not in str(rows)


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_of_needs_costs_the_same(people, browse, django_assert_max_num_queries, row_count):
    for n in range(row_count):
        note(people, household=household(people, serial=f"00{n}"), kind="funds")
    client = browse("host")
    with django_assert_max_num_queries(16):
        assert client.get(reverse("pairing:help_needs")).status_code == 200


def test_what_runs_out_waits_for_the_host_and_is_told_once(people):
    need = note(people, until=in_days(20), household=household(people))
    note(people, until=in_days(90))

    def codes(user):
        return {kind.code: kind.rows(user).count() for kind in todo.kinds_for(user)}

    assert codes(people.host)["help_need_ends"] == 1
    assert codes(people.neighbour_host)["help_need_ends"] == 0
    day = timezone.localdate()
    reminders.tell(day=day, at=reminders.morning_of(day), by="test")
    told = Reminder.objects.filter(kind="help_need_ends")
    assert {one.user for one in told} == {people.host, people.host2}
    assert {one.noun_id for one in told} == {need.pk}


# --- Offers ------------------------------------------------------------------------------------


def test_the_liaison_offers_for_the_own_organ(people):
    one = offer(people)

    assert one.is_on_offer(in_days(0))
    assert AuditEntry.objects.filter(event="help.offered", noun_id=one.pk).exists()
    assert offer(people, by=people.office, organ=people.water).pk
    for by in ("neighbour_liaison", "host", "author", "neighbour_office"):
        with pytest.raises(PermissionDenied):
            offer(people, by=getattr(people, by), what="别的")
    with pytest.raises(ValidationError):
        offer(people)


def test_an_offer_is_changed_and_withdrawn_once(people):
    one = offer(people)
    facts = {
        "kind": "technology",
        "what": "农技人员下乡",
        "amount": None,
        "expertise": ["agriculture"],
        "until": one.until,
    }
    actions.change_offer(resource=one, by=people.liaison, at=now(), capacity=5, **facts)
    one.refresh_from_db()
    assert one.capacity == 5

    actions.withdraw_offer(resource=one, by=people.liaison, at=now())

    assert not HelpResource.objects.on_offer(in_days(0)).exists()
    with pytest.raises(PermissionDenied):
        actions.withdraw_offer(resource=one, by=people.liaison, at=now())
    with pytest.raises(PermissionDenied):
        actions.change_offer(resource=one, by=people.liaison, at=now(), capacity=9, **facts)


def test_an_offer_of_an_absurd_size_is_refused(people, browse):
    sent = {
        "organ_text": "县农业农村局",
        "kind": "funds",
        "what": "帮扶资金",
        "capacity": "501",
        "amount": "999999999",
        "until": str(in_days(60)),
    }
    response = browse("liaison").post(reverse("pairing:new_help_resource"), sent)

    assert response.status_code == 422
    assert not HelpResource.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpResource.objects.bulk_create(
            [
                HelpResource(
                    organ=people.water,
                    kind="funds",
                    what="x",
                    capacity=0,
                    until=in_days(9),
                    noted_by=people.office,
                    offered_on=timezone.localdate(),
                )
            ]
        )


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_of_offers_costs_the_same(
    people, browse, django_assert_max_num_queries, row_count
):
    for n in range(row_count):
        offer(people, what=f"帮扶内容{n}")
    client = browse("office")
    with django_assert_max_num_queries(14):
        assert "帮扶内容0" in words(client.get(reverse("pairing:help_resources")))


# --- Reorganisations ---------------------------------------------------------------------------


def test_needs_and_offers_pass_on_to_who_succeeds(people):
    need, gone = note(people), note(people, what="水泵")
    actions.close_need(need=gone, by=people.host, at=now(), state="met")
    one = offer(people)
    assert [(p.code, p.count) for p in passing.blockers_of(people.agriculture, on=in_days(0))] == [
        ("help_offers", 1)
    ]
    assert passing.blockers_of(people.village, on=in_days(0))[0].count == 1

    passing.pass_on_organ(people.agriculture, people.water, None)
    passing.pass_on_host([people.village], people.town_organ, people.other_town_organ, None)
    passing.pass_on_unit(people.village, people.other_village, None, "")

    need.refresh_from_db()
    gone.refresh_from_db()
    one.refresh_from_db()
    assert (need.unit, need.host_organ) == (people.other_village, people.other_town_organ)
    assert (gone.unit, one.organ) == (people.village, people.water)


def test_the_smallest_amount_is_an_amount(people):
    form = NeedForm({"amount": "0.01"}, user=people.host)
    assert "amount" not in form.errors
    assert "amount" in NeedForm({"amount": "0"}, user=people.host).errors
