"""Reorganisations: ended rows keep their names, grants and people move on, bad input is
reported."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.actions import reorganisations as actions
from portal.models import (
    AuditEntry,
    Cadre,
    Division,
    GrassrootsUnit,
    Organ,
    Reorganisation,
    ReorganisationChange,
    RoleGrant,
    User,
)
from portal.places import divisions as division_list
from portal.roles import Role
from tests.day import today
from tests.people import account, division, fresh, organ, unit
from tests.reading import words

DOCUMENT = "云编〔2026〕3号"


@pytest.fixture
def do(people):
    """One act of the office, today, by the document."""

    def act(kind, noun, **facts):
        given = {
            "noun": noun,
            "by": people.office,
            "at": timezone.now(),
            "on": today(),
            "document": DOCUMENT,
        }
        return getattr(actions, kind)(**given | facts)

    return act


def address(kind, noun, of=None):
    found = reverse("new_reorganisation", args=[kind, noun])
    return f"{found}?of={of.pk}" if of else found


def form(**fields):
    return {"on": today().isoformat(), "document": DOCUMENT, **fields}


# --- what ends and what goes on ----------------------------------------------------------------


def test_a_merger_ends_the_old_rows_and_takes_all_along(people, do):
    cadre = Cadre.objects.create(name="在编", organ=people.town_organ)

    record = do("merge", "organ", sources=[people.town_organ], target=people.other_town_organ)

    old, heir = Organ.objects.get(pk=people.town_organ.pk), people.other_town_organ
    assert (old.ended_on, old.successor, old.name) == (today(), heir, "石桥镇党委")
    people.station.refresh_from_db()
    cadre.refresh_from_db()
    people.village.refresh_from_db()
    assert (people.station.parent, cadre.organ) == (heir, heir)
    assert people.station.path == f"{heir.path}{people.station.pk}/"
    assert people.village.host_organ == heir
    assert User.objects.get(pk=people.host.pk).organ == heir
    told = record.changes.values_list("what", "organ", "unit", "cadre", "from_organ", "to_organ")
    assert set(told) == {
        ("1", old.pk, None, None, None, heir.pk),
        ("2", people.station.pk, None, None, old.pk, heir.pk),
        ("3", None, people.village.pk, None, old.pk, heir.pk),
        ("5", None, None, cadre.pk, old.pk, heir.pk),
    }
    entry = AuditEntry.objects.get(event="reorganisation.merge")
    assert (entry.noun_id, entry.actor_id) == (record.pk, people.office.pk)


def test_roles_pass_from_today_given_by_who_gave_them(people, do):
    grant = people.host.grants.get()
    RoleGrant.objects.filter(pk=grant.pk).update(granted_by=people.security, ends_on="2030-12-31")

    do(
        "merge",
        "organ",
        sources=[people.town_organ],
        target=people.other_town_organ,
        on=today() - timedelta(days=20),
    )

    old, new = people.host.grants.order_by("pk")
    assert (old.ends_on, old.revoked_by) == (today() - timedelta(days=1), people.office)
    assert (new.organ, new.starts_on) == (people.other_town_organ, today())
    assert (new.ends_on, new.granted_by) == (date(2030, 12, 31), people.security)
    assert AuditEntry.objects.filter(event="grant.passed_on", noun_id=new.pk).exists()


def test_a_role_held_in_both_is_not_doubled(people, do):
    people.host.grants.create(role=Role.HOST, organ=people.other_town_organ, starts_on="2020-01-01")

    do("merge", "organ", sources=[people.town_organ], target=people.other_town_organ)

    (grant,) = fresh(people.host).grants_today()
    assert grant.organ == people.other_town_organ


def test_a_role_that_soon_ends_there_does_not_shorten_the_one_that_passes_on(people, do):
    until = today() + timedelta(days=7)
    people.host.grants.create(
        role=Role.HOST, organ=people.other_town_organ, starts_on="2020-01-01", ends_on=until
    )

    do("merge", "organ", sources=[people.town_organ], target=people.other_town_organ)

    later = fresh(people.host).acting(on=until + timedelta(days=1))
    assert [grant.organ for grant in later.grants_today()] == [people.other_town_organ]


def test_two_become_a_new_one_like_the_first(people, do):
    do(
        "merge",
        "organ",
        sources=[people.water, people.roads],
        target=None,
        name="县水利和交通局",
        short_name="水利交通",
    )

    heir = Organ.objects.get(name="县水利和交通局")
    assert (heir.started_on, heir.sort_order, heir.division) == (today(), 21, people.county)
    assert set(heir.predecessors.all()) == {people.water, people.roads}
    assert set(Organ.objects.under(heir)) == {heir, people.water, people.roads}


def test_a_station_and_its_organ_merge_into_one(people, do):
    do("merge", "organ", sources=[people.station, people.town_organ], target=None, name="石桥街道")

    heir = Organ.objects.get(name="石桥街道")
    assert heir.parent is None
    assert set(Organ.objects.under(heir)) == {heir, people.station, people.town_organ}


def test_a_new_name_is_a_new_row_and_names_in_between_stay_flat(people, do):
    do("rename", "organ", source=people.water, name="县水务局", short_name="水务")
    second = Organ.objects.get(name="县水务局")
    do("rename", "organ", source=second, name="县水利和水务局")

    third = Organ.objects.get(name="县水利和水务局")
    assert set(Organ.objects.former_of(third)) == {people.water, second}
    assert Organ.objects.get(pk=people.water.pk).path == f"{third.path}{people.water.pk}/"
    assert fresh(people.handler).grants_today()[0].organ == third


def test_a_new_name_comes_with_its_own_seal(people, do):
    Organ.objects.filter(pk=people.water.pk).update(official_name="中共县水利局党组")
    do("rename", "organ", source=people.water, name="县水务局")
    second = Organ.objects.get(name="县水务局")
    assert second.signed_as == "县水务局"
    do("rename", "organ", source=second, name="县河湖局", official_name="中共县河湖局党组")
    assert Organ.objects.get(name="县河湖局").signed_as == "中共县河湖局党组"


def test_a_moved_organ_stays_the_same_row(people, do):
    do("move", "organ", source=people.station, parent=people.water, division=None)

    people.station.refresh_from_db()
    assert people.station.path == f"{people.water.path}{people.station.pk}/"
    assert people.station.ended_on is None
    change = ReorganisationChange.objects.get()
    assert (change.what, change.from_organ, change.to_organ) == (
        "2",
        people.town_organ,
        people.water,
    )


def test_workshops_go_with_their_works_to_another_host(people, do):
    works = unit("机械厂", people.town_organ, people.town, "soe")
    shop = unit("一车间", people.town_organ, people.town, "soe", parent=works)

    do("move", "unit", source=works, host_organ=people.other_town_organ, parent=None, division=None)

    shop.refresh_from_db()
    assert shop.host_organ == people.other_town_organ
    assert shop.division == people.town


# --- divisions ---------------------------------------------------------------------------------


def test_a_renamed_township_gives_each_village_a_new_row(people, do):
    do("rename", "division", source=people.town, name="石桥街道", code=people.town.code)

    old = Division.objects.get(pk=people.town.pk)
    new = Division.objects.get(name="石桥街道")
    assert (old.valid_to, old.successor, old.name) == (today(), new, "石桥镇")
    village = Division.objects.get(name="柳湾村", valid_to=None)
    assert (village.parent, village.code) == (new, "990101001201")
    assert village.path == f"{new.path}{village.pk}/"
    people.village.refresh_from_db()
    people.town_organ.refresh_from_db()
    assert (people.village.division, people.town_organ.division) == (village, new)
    assert new.former == {"4": [old.pk]}
    assert village.former == {"5": [people.village_place.pk]}
    assert Division.objects.get(pk=people.county.pk).former is None


def test_one_merger_of_townships_merges_their_divisions_too(people, do):
    people.leader = account("leader", "镇领导", None, Role.SUPERVISOR, place=people.town)

    do(
        "merge",
        "organ",
        sources=[people.town_organ],
        target=people.other_town_organ,
        divisions_too=True,
    )

    people.village.refresh_from_db()
    assert people.village.division.parent == people.other_town
    leader = fresh(people.leader)
    assert [g.division for g in leader.grants_today()] == [people.other_town]
    assert Division.objects.get(pk=people.other_town.pk).former == {"4": [people.town.pk]}


def test_a_split_township_shares_its_villages_out(people, do):
    second = division("下坪村", 5, people.town, "990101001202")
    people.leader = account("leader", "镇领导", None, Role.SUPERVISOR, place=people.town)

    do(
        "split",
        "division",
        source=people.town,
        heir=0,
        hosts={second.pk: 1},
        parts=[
            {"name": "石桥街道", "code": "990101003000"},
            {"name": "下坪镇", "code": "990101004000"},
        ],
    )

    here, there = Division.objects.get(name="石桥街道"), Division.objects.get(name="下坪镇")
    moved = Division.objects.get(name="下坪村", valid_to=None)
    assert moved.parent == there
    assert Division.objects.get(name="柳湾村", valid_to=None).parent == here
    assert (here.former, there.former) == ({"4": [people.town.pk]}, {"5": [second.pk]})
    leader = fresh(people.leader)
    assert {g.division for g in leader.grants_today()} == {here, there}


def test_names_in_between_are_remembered(people, do):
    do("merge", "division", sources=[people.town], target=people.other_town)
    do("rename", "division", source=people.other_town, name="青山镇", code=people.other_town.code)

    new = Division.objects.get(name="青山镇")
    assert new.former == {"4": sorted([people.town.pk, people.other_town.pk])}


def test_a_list_that_is_not_up_to_date_does_not_bring_a_merged_township_back(people, do, tmp_path):
    lists = {
        "provinces.csv": ("code,name", "99,云川省"),
        "cities.csv": ("code,name,provinceCode", "9901,岚江市,99"),
        "areas.csv": ("code,name,cityCode,provinceCode", "990101,云岭县,9901,99"),
        "streets.csv": (
            "code,name,areaCode,cityCode,provinceCode",
            "990101001,石桥镇,990101,9901,99",
            "990101002,青山乡,990101,9901,99",
        ),
        "villages.csv": (
            "code,name,streetCode,areaCode,cityCode,provinceCode",
            "990101001201,柳湾村,990101001,990101,9901,99",
        ),
    }
    for name, lines in lists.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    do("merge", "division", sources=[people.town], target=people.other_town)

    division_list.load(tmp_path, on=today(), by="test")

    assert not Division.objects.filter(name="石桥镇", valid_to=None).exists()
    assert Division.objects.get(name="柳湾村", valid_to=None).parent == people.other_town


# --- bad input ---------------------------------------------------------------------------------


def refused(do, field, kind, noun, **facts):
    with pytest.raises(ValidationError) as problem, transaction.atomic():
        do(kind, noun, **facts)
    assert field in problem.value.message_dict
    assert not Reorganisation.objects.exists()


def test_bad_mergers_are_refused(people, do):
    town, other = people.town_organ, people.other_town_organ

    refused(do, "target", "merge", "organ", sources=[town], target=town)
    refused(do, "target", "merge", "organ", sources=[town], target=people.station)
    refused(do, "target", "merge", "organ", sources=[town, other], target=None)
    refused(do, "sources", "merge", "organ", sources=[town], target=None, name="新镇")
    refused(do, "name", "merge", "organ", sources=[town], target=other, name="新镇")
    refused(
        do, "on", "merge", "organ", sources=[town], target=other, on=today() + timedelta(days=1)
    )
    refused(do, "on", "merge", "organ", sources=[town], target=other, on=date(2019, 12, 31))
    refused(do, "sources", "merge", "division", sources=[people.town], target=people.other_place)
    refused(
        do,
        "divisions_too",
        "merge",
        "organ",
        sources=[people.water],
        target=town,
        divisions_too=True,
    )


def test_bad_splits_names_and_moves_are_refused(people, do):
    parts = [{"name": "甲"}, {"name": "乙"}]
    water, station = people.water, people.station

    refused(do, "part_2", "split", "organ", source=water, parts=parts[:1], heir=0, hosts={})
    refused(do, "part_2", "split", "organ", source=water, parts=parts[:1] * 2, heir=0, hosts={})
    refused(do, "heir", "split", "organ", source=water, parts=parts, heir=2, hosts={})
    refused(do, "name", "rename", "organ", source=water, name=water.name)
    refused(do, "name", "rename", "organ", source=water, name=people.roads.name)
    refused(do, "parent", "move", "organ", source=people.town_organ, parent=station, division=None)
    refused(do, "parent", "move", "organ", source=station, parent=people.town_organ, division=None)
    refused(do, "parent", "move", "division", source=people.town, parent=people.city)
    refused(
        do,
        "host_organ",
        "move",
        "unit",
        source=people.village,
        parent=None,
        host_organ=people.town_organ,
        division=None,
    )


def test_what_has_ended_is_not_reorganised_again(people, do):
    do("merge", "organ", sources=[people.water], target=people.roads)
    people.office.__dict__.pop("_grants_today", None)

    for facts in (
        {"sources": [people.water], "target": people.weather},
        {"sources": [people.weather], "target": people.water},
    ):
        with pytest.raises(PermissionDenied):
            do("merge", "organ", **facts)
    with pytest.raises(ValidationError, match="气象|水利"):
        do("move", "organ", source=people.weather, parent=people.water, division=None)


def test_a_long_name_and_post_are_shortened_in_the_experience(people, do):
    Organ.objects.filter(pk=people.agriculture.pk).update(name="农" * 80)
    Cadre.objects.filter(pk=people.cadre.pk).update(post="员" * 60)

    actions.transfer(
        cadre=people.cadre,
        organ=people.water,
        by=people.office,
        at=timezone.now(),
        on=today(),
        document=DOCUMENT,
        since=date(2022, 1, 1),
    )

    before, _after = people.cadre.experiences.order_by("pk")
    assert before.place == f"{'农' * 80} {'员' * 39}"


def test_bad_transfers_are_refused(people):
    facts = {
        "cadre": people.cadre,
        "by": people.office,
        "at": timezone.now(),
        "on": today(),
        "document": DOCUMENT,
        "since": date(2022, 1, 1),
    }
    Organ.objects.filter(pk=people.weather.pk).update(ended_on=today())

    for field, changed in (
        ("organ", {"organ": people.weather}),
        ("organ", {"organ": people.agriculture}),
        ("heir", {"organ": people.water, "heir": people.cadre}),
        ("since", {"organ": people.water, "since": None}),
        ("since", {"organ": people.water, "since": today() + timedelta(days=3)}),
    ):
        with pytest.raises(ValidationError) as problem, transaction.atomic():
            actions.transfer(**facts | changed)
        assert field in problem.value.message_dict
    with pytest.raises(PermissionDenied):
        actions.transfer(**facts | {"organ": people.water, "by": people.neighbour_office})
    assert not Reorganisation.objects.exists()


def test_the_database_refuses(people):
    facts = {"on": today(), "at": timezone.now(), "by": people.office, "title": "x"}

    for wrong, name in (
        ({"kind": "transfer", "noun": "organ", "document": "1"}, "cadres_are_transferred"),
        ({"kind": "merge", "noun": "organ", "document": ""}, "names_its_document"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Reorganisation.objects.create(**facts, **wrong)
    record = Reorganisation.objects.create(**facts, kind="merge", noun="organ", document="1")
    with pytest.raises(IntegrityError, match="one_subject"), transaction.atomic():
        record.changes.create(what="1", organ=people.water, unit=people.village)


# --- pages -------------------------------------------------------------------------------------


def test_a_merger_is_looked_at_changed_and_confirmed(browse, people):
    client = browse("office")
    url = address("merge", "organ")
    sent = form(sources=[people.town_organ.pk], target=people.other_town_organ.pk)

    looked_at = client.post(url, sent)
    changed = client.post(url, sent | {"change": "1"})
    assert Organ.objects.get(pk=people.town_organ.pk).ended_on is None
    done = client.post(url, sent | {"confirmed": "1"})

    assert looked_at.status_code == 200
    assert "石桥镇党委 → 青山乡党委" in words(looked_at)
    assert f'name="target" value="{people.other_town_organ.pk}"' in words(looked_at)
    assert 'name="document"' in words(changed)
    record = Reorganisation.objects.get()
    assert done.url == record.get_absolute_url()
    page = client.get(done.url)
    assert "柳湾村" in words(page)
    assert DOCUMENT in words(page)


def test_a_split_asks_for_each_unit(browse, people):
    second = unit("下坪村", people.town_organ, people.town)
    client, url = browse("office"), address("split", "organ", people.town_organ)

    page = client.get(url)
    wrong = client.post(url, form(part_1="甲街道", part_2="乙镇", heir="3"))
    lost = client.post(
        url, form(part_1="甲街道", part_2="乙镇", heir="1", **{f"to_{second.pk}": "4"})
    )
    client.post(
        url,
        form(part_1="甲街道", part_2="乙镇", heir="2", confirmed="1", **{f"to_{second.pk}": "1"}),
    )

    assert f'name="to_{second.pk}"' in words(page)
    assert (wrong.status_code, lost.status_code) == (422, 422)
    hosts = dict(GrassrootsUnit.objects.values_list("name", "host_organ__name"))
    assert (hosts["下坪村"], hosts["柳湾村"]) == ("甲街道", "乙镇")
    assert Organ.objects.get(pk=people.town_organ.pk).successor.name == "乙镇"


@pytest.mark.parametrize(
    ("kind", "noun", "row", "fields"),
    [
        ("rename", "organ", "water", {"name": "县水务局", "short_name": "水务"}),
        ("rename", "unit", "village", {"name": "柳湾社区"}),
        ("rename", "division", "town", {"name": "石桥街道", "code": "990101001000"}),
        ("move", "organ", "station", {"parent_text": "县水利局"}),
        ("move", "unit", "village", {"host_organ_text": "青山乡党委"}),
        ("transfer", "cadre", "cadre", {"organ_text": "县水利局", "since": "2022-01-01"}),
    ],
)
def test_each_kind_has_its_form_preview_and_record(browse, people, kind, noun, row, fields):
    client, url = browse("office"), address(kind, noun, getattr(people, row))

    asked = client.get(url)
    empty = client.post(url, {})
    looked_at = client.post(url, form(**fields))
    done = client.post(url, form(**fields, confirmed="1"))

    assert (asked.status_code, empty.status_code) == (200, 422)
    assert (looked_at.status_code, done.status_code) == (200, 302)
    assert client.get(done.url).status_code == 200
    assert Reorganisation.objects.get().kind == kind


def test_a_refusal_keeps_what_was_typed(browse, people):
    sent = form(sources=[people.town_organ.pk], target=people.town_organ.pk, note="按方案执行")

    response = browse("office").post(address("merge", "organ"), sent)

    assert response.status_code == 422
    assert "target" in response.context["form"].errors
    assert "按方案执行" in words(response)
    assert not Reorganisation.objects.exists()


def test_the_office_of_another_county_is_refused_with_the_reason(browse, people):
    client = browse("neighbour_office")

    named = client.get(address("rename", "organ", people.water))
    chosen = client.post(
        address("merge", "organ"),
        form(sources=[people.town_organ.pk], target=people.other_town_organ.pk, confirmed="1"),
    )
    cadre = client.get(address("transfer", "cadre", people.cadre))

    assert (named.status_code, chosen.status_code, cadre.status_code) == (403, 422, 403)
    assert not Reorganisation.objects.exists()


def test_without_an_address_the_subject_is_chosen_by_typing(browse, people):
    client, url = browse("office"), address("rename", "organ")

    asked = client.get(url)
    nothing = client.get(url, {"of_text": "没有这个"})
    found = client.get(url, {"of_text": "县水利局"})

    assert 'name="of_text"' in words(asked)
    assert nothing.status_code == 422
    assert found.url == address("rename", "organ", people.water)


@pytest.mark.parametrize("path", ["merge/cadre", "transfer/organ", "abolish/organ", "merge/planet"])
def test_kinds_that_do_not_exist_are_not_found(browse, path):
    assert browse("office").get(f"/reorganisations/new/{path}/").status_code == 404


def test_pages_lead_to_what_can_be_done_and_what_was_done(browse, people, do):
    do("rename", "organ", source=people.water, name="县水务局")
    client = browse("office")
    heir = Organ.objects.get(name="县水务局")

    for row in (heir, people.village, people.town):
        assert reverse("begin_reorganisation") in words(client.get(row.get_absolute_url()))
    assert address("transfer", "cadre", people.cadre) in words(
        client.get(people.cadre.get_absolute_url())
    )
    begun = client.get(reverse("begin_reorganisation"), {"organ": heir.pk})
    assert address("merge", "organ", heir) in words(begun)
    for row in (people.water, heir):
        found = client.get(reverse("reorganisations"), {"organ": row.pk})
        assert "县水利局 → 县水务局" in words(found)
    none = client.get(reverse("reorganisations"), {"organ": people.roads.pk})
    assert "县水利局 → 县水务局" not in words(none)


@pytest.mark.parametrize("row_count", [1, 3])
def test_lists_cost_the_same_for_any_rows(browse, people, do, row_count, django_assert_num_queries):
    for n in range(row_count):
        made = organ(f"目标{n}", parent=people.water, place=people.county)
        unit(f"目标村{n}", people.roads, people.village_place)
        do("rename", "organ", source=made, name=f"新目标{n}")
    merged = do("merge", "organ", sources=[people.roads], target=people.water)
    client = browse("office")
    client.get(reverse("reorganisations"))

    with django_assert_num_queries(11):
        listed = client.get(reverse("reorganisations"), {"q": "目标"})
    with django_assert_num_queries(9):
        page = client.get(merged.get_absolute_url())

    assert len(listed.context["page"]) == row_count
    assert len(page.context["page"]) == row_count + 2
