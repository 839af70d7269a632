"""Party organisations of organs and units: listed, edited, renamed, ended, succeeded, imported."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from portal.actions import party as actions
from portal.actions import places, reorganisations
from portal.models import AuditEntry, PartyOrganization
from portal.places import succession
from portal.places.pickers import PICKERS
from portal.places.succession import Passed
from tests.day import today
from tests.people import START
from tests.sheets import accepted, bring, problems, undone, workbook


def add(people, name="县水利局机关党支部", by=None, organ=None, unit=None, **facts):
    facts = {
        "kind": "branch",
        "secretary": "刘洋",
        "member_count": 12,
        "sort_order": 10,
        "started_on": START,
    } | facts
    organ = organ or (None if unit else people.water)
    return actions.add_party_organization(
        by=by or people.office, name=name, organ=organ, unit=unit, **facts
    )


def end(people, party, by=None, on=None, successor=None):
    return actions.end_party_organization(
        party=party,
        by=by or people.office,
        at=timezone.now(),
        ended_on=on or today(),
        successor=successor,
    )


def rename(people, party, name, by=None):
    return actions.rename_party_organization(
        party=party, by=by or people.office, at=timezone.now(), on=today(), name=name
    )


@pytest.fixture
def passed_on(monkeypatch):
    """Record what the apps above would be told of a succession."""
    heard = []
    monkeypatch.setattr(
        succession,
        "PARTY_ORGANIZATION_ENDED",
        [lambda old, heir, *, by, at, on: heard.append((old.name, heir.name))],
    )
    return heard


@pytest.fixture
def office(client, people):
    client.force_login(people.office)
    return client


def listed(client, **query):
    response = client.get(reverse("party_organizations"), query)
    return [one.name for one in response.context["page"]]


# --- acts ---------------------------------------------------------------------------------------


def test_one_is_added_with_its_initials_and_in_the_audit(people):
    party = add(people)

    assert (party.initials, party.place) == ("xsljjgdzb", people.water)
    assert AuditEntry.objects.get(event="party_organization.added").noun_id == party.pk


def test_only_the_office_of_the_area_keeps_them(people):
    party = add(people)

    for by in (people.host, people.liaison, people.neighbour_office):
        with pytest.raises(PermissionDenied):
            add(people, "县水利局第二党支部", by=by)
        with pytest.raises(PermissionDenied):
            rename(people, party, "新名", by=by)
        with pytest.raises(PermissionDenied):
            end(people, party, by=by)
        with pytest.raises(PermissionDenied):
            actions.change_party_organization(party=party, by=by, secretary="别人")


def test_a_name_stands_once_at_a_place(people):
    add(people)

    with pytest.raises(ValidationError, match="已有同名|already"):
        add(people)
    add(people, organ=people.roads)
    assert PartyOrganization.objects.count() == 2


@pytest.mark.parametrize("sides", ["both", "none"])
def test_it_stands_in_an_organ_or_a_unit(people, sides):
    both = sides == "both"
    with pytest.raises(ValidationError):
        actions.add_party_organization(
            by=people.office,
            name="党支部",
            kind="branch",
            started_on=START,
            organ=people.water if both else None,
            unit=people.village if both else None,
        )


def test_a_correction_that_changes_nothing_is_no_event(people):
    party = add(people)

    actions.change_party_organization(party=party, by=people.office, secretary="刘洋")
    changed = actions.change_party_organization(
        party=party, by=people.office, secretary="孙立", member_count=13
    )

    assert (changed.secretary, changed.member_count) == ("孙立", 13)
    assert AuditEntry.objects.filter(event="party_organization.changed").count() == 1


def test_a_new_name_takes_over_from_the_old(people, passed_on):
    party = add(people)

    heir = rename(people, party, "县水利局第一党支部")

    party.refresh_from_db()
    assert (party.ended_on, party.successor) == (today(), heir)
    assert (heir.organ, heir.secretary, heir.started_on) == (people.water, "刘洋", today())
    assert passed_on == [("县水利局机关党支部", "县水利局第一党支部")]
    with pytest.raises(PermissionDenied):
        rename(people, party, "又一个名字")


def test_one_ends_in_another_of_its_side(people, passed_on):
    party, heir = add(people), add(people, "县交通局机关党支部", organ=people.roads)
    village = add(people, "柳湾村党支部", unit=people.village)

    with pytest.raises(ValidationError):
        end(people, party, successor=village)
    with pytest.raises(ValidationError):
        end(people, party, successor=party)
    with pytest.raises(ValidationError):
        end(people, party, on=START - timedelta(days=1))
    end(people, party, successor=heir)

    party.refresh_from_db()
    assert (party.successor, passed_on) == (heir, [(party.name, heir.name)])
    with pytest.raises(PermissionDenied):
        end(people, party)


def test_what_holds_something_ends_with_an_heir_alone(people, monkeypatch):
    party, heir = add(people), add(people, "县交通局机关党支部", organ=people.roads)
    held = [lambda ids, on: [Passed("stations", int(party.pk in ids))]]
    monkeypatch.setattr(succession, "PARTY_ORGANIZATION_HELD", held)

    with pytest.raises(ValidationError):
        end(people, party)
    with pytest.raises(ValidationError):
        places.end_organ(organ=people.water, by=people.office, ended_on=today())
    end(people, party, successor=heir)


# --- with the organ or unit ---------------------------------------------------------------------


def test_they_end_with_their_organ_or_unit(people):
    of_organ = add(people, organ=people.weather)
    of_unit = add(people, "上坪村党支部", unit=people.other_village)

    places.end_organ(organ=people.weather, by=people.office, ended_on=today())
    places.end_unit(unit=people.other_village, by=people.office, ended_on=today())

    for party in (of_organ, of_unit):
        party.refresh_from_db()
        assert party.ended_on == today()


def merge(people, noun, source, target):
    return reorganisations.merge(
        noun=noun,
        sources=[source],
        target=target,
        by=people.office,
        at=timezone.now(),
        on=today(),
        document="云编〔2026〕3号",
    )


def test_they_follow_a_merger_and_go_up_in_one_of_their_name(people, passed_on):
    moved = add(people)
    twin = add(people, "机关党支部")
    known = add(people, "机关党支部", organ=people.roads)

    record = merge(people, "organ", people.water, people.roads)

    for party in (moved, twin):
        party.refresh_from_db()
    assert (moved.organ, moved.ended_on) == (people.roads, None)
    assert (twin.ended_on, twin.successor) == (today(), known)
    assert passed_on == [("机关党支部", "机关党支部")]
    assert ["party_organizations", 2] in record.passed


def test_those_of_a_unit_follow_it(people):
    party = add(people, "柳湾村党支部", unit=people.village)

    merge(people, "unit", people.village, people.other_village)

    party.refresh_from_db()
    assert party.unit == people.other_village


# --- pages --------------------------------------------------------------------------------------


def test_the_list_is_searched_and_filtered(people, office):
    add(people)
    add(people, "柳湾村党支部", unit=people.village)
    add(people, "上坪村党总支", unit=people.other_village, kind="general")
    gone = add(people, "旧党支部", organ=people.roads)
    end(people, gone)

    assert listed(office) == ["县水利局机关党支部", "柳湾村党支部", "上坪村党总支"]
    assert listed(office, q="lwc") == listed(office, q="湾村") == ["柳湾村党支部"]
    assert listed(office, side="organ") == ["县水利局机关党支部"]
    assert listed(office, kind="general") == ["上坪村党总支"]
    assert listed(office, area=people.town.pk) == ["柳湾村党支部"]
    assert listed(office, tab="ended") == ["旧党支部"]
    assert listed(office, q="没有这个") == []
    assert listed(office, kind="planet") == []


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_takes_as_many_queries_for_one_row_as_for_three(
    people, office, n, django_assert_num_queries
):
    for number in range(n):
        add(people, f"第{number}党支部", unit=people.village)
    office.get(reverse("party_organizations"))

    with django_assert_num_queries(9):
        office.get(reverse("party_organizations"))


def test_pages_of_organ_and_unit_name_theirs(people, office):
    add(people, "县水利局机关党支部")
    party = add(people, "柳湾村党支部", unit=people.village)

    for place, name in ((people.water, "县水利局机关党支部"), (people.village, "柳湾村党支部")):
        assert name in office.get(place.get_absolute_url()).content.decode()
    assert people.village.name in office.get(party.get_absolute_url()).content.decode()


def test_forms_add_rename_and_end(people, office):
    form = {
        "name": "柳湾村党支部",
        "kind": "branch",
        "unit": people.village.pk,
        "sort_order": "1",
        "started_on": "2024-01-01",
        "secretary": "王大山",
        "member_count": "20",
    }
    added = office.post(reverse("new_party_organization"), form)
    again = office.post(reverse("new_party_organization"), form)
    party = PartyOrganization.objects.get()
    renamed = office.post(
        reverse("rename_party_organization", args=[party.pk]),
        {"name": "柳湾村党总支", "on": today().isoformat()},
    )
    heir = party.__class__.objects.get(name="柳湾村党总支")
    late = office.post(
        reverse("end_party_organization", args=[heir.pk]), {"ended_on": "2099-01-01"}
    )
    ended = office.post(
        reverse("end_party_organization", args=[heir.pk]), {"ended_on": today().isoformat()}
    )

    assert (added.url, again.status_code) == (party.get_absolute_url(), 422)
    assert (renamed.url, late.status_code) == (heir.get_absolute_url(), 422)
    assert ended.status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "planet"}, "kind"),
        ({"member_count": "-1"}, "member_count"),
        ({"unit": ""}, "organ"),
        ({"started_on": "昨天"}, "started_on"),
        ({"name": "长" * 81}, "name"),
        ({"unit": "999999"}, "unit"),
    ],
)
def test_a_form_says_what_is_wrong(people, office, changes, field):
    form = {
        "name": "柳湾村党支部",
        "kind": "branch",
        "unit": people.village.pk,
        "sort_order": "1",
        "started_on": "2024-01-01",
    } | changes

    response = office.post(reverse("new_party_organization"), form)

    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_pickers_offer_the_side_that_is_asked_for(people):
    helper, helped = add(people), add(people, "柳湾村党支部", unit=people.village)
    gone = add(people, "旧党支部", organ=people.roads)
    end(people, gone)

    def offered(kind, text="党支部"):
        return PICKERS[kind].find(people.author, text)

    assert offered("party_organizations") == [helper, helped]
    assert offered("party_organizations_of_organs") == [helper]
    assert offered("party_organizations_of_units", "lwc") == [helped]
    assert PICKERS["party_organizations"].find(people.system, "党支部") == []


# --- import -------------------------------------------------------------------------------------

HEADINGS = ["党组织名称", "类型", "所属单位", "所在村（社区）、企业", "书记", "党员人数"]


def test_a_workbook_of_party_organisations_is_taken_over_and_undone(people):
    batch = bring(
        "party_organizations",
        workbook(
            HEADINGS,
            ["县水利局机关党支部", "党支部", "县水利局", "", "刘洋", 12],
            ["柳湾村党总支", "党总支", "", "石桥镇 柳湾村", "王大山", 51],
        ),
        people.office,
    )
    assert problems(batch) == []

    batch = accepted(batch)

    rows = PartyOrganization.objects.order_by("pk")
    assert [(one.name, one.kind, one.member_count) for one in rows] == [
        ("县水利局机关党支部", "branch", 12),
        ("柳湾村党总支", "general", 51),
    ]
    undone(batch)
    assert not PartyOrganization.objects.exists()


def test_a_workbook_says_which_rows_are_wrong(people):
    batch = bring(
        "party_organizations",
        workbook(
            HEADINGS,
            ["甲", "党支部", "县水利局", "柳湾村", "", ""],
            ["乙", "行星", "县水利局", "", "", ""],
            ["丙", "党支部", "没有这个局", "", "", ""],
            ["丁", "党支部", "县水利局", "", "", "很多"],
            ["戊", "党支部", "县水利局", "", "", 3],
            ["戊", "党支部", "县水利局", "", "", 3],
        ),
        people.office,
    )

    assert {one.row for one in batch.problems.all()} == {2, 3, 4, 5, 7}
    assert not PartyOrganization.objects.exists()


def test_the_template_has_the_headings_of_the_office(people, office):
    response = office.get(reverse("import_template", args=["party_organizations"]))

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    cells = {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    assert set(HEADINGS) <= {str(cell).strip("*＊ ") for cell in cells}
