"""Divisions, organs and grassroots units as pages: listed, edited, moved, ended."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.actions import places as actions
from portal.models import AuditEntry, Cadre, Division, GrassrootsUnit, Organ
from portal.models.places import UnitKind
from portal.pages.web import PAGE_SIZE
from portal.places.pickers import PICKERS
from portal.roles import Role
from tests.day import in_days, today
from tests.people import START, account, division, fresh, organ, unit
from tests.reading import words


def rows(response):
    return list(response.context["page"])


def unit_form(people, **changes):
    return {
        "name": "大屋村",
        "kind": UnitKind.RURAL,
        "host_organ": str(people.town_organ.pk),
        "division": str(people.town.pk),
        "sort_order": "20",
        "started_on": "2026-01-01",
    } | changes


def organ_form(people, **changes):
    return {
        "name": "县林业局",
        "kind": "government",
        "division": str(people.county.pk),
        "sort_order": "25",
        "started_on": "2026-01-01",
    } | changes


# --- who sees and keeps them -----------------------------------------------------------------


@pytest.mark.parametrize("page", ["units", "organs", "divisions"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("author", 200),
        ("host", 200),
        ("office", 200),
        ("supervisor", 200),
        ("system", 403),
        ("security", 403),
        ("auditor", 403),
        ("recipient", 403),
    ],
)
def test_places_are_open_to_who_works_with_them(browse, page, who, status):
    assert browse(who).get(reverse(page)).status_code == status


@pytest.mark.parametrize("who", ["author", "host", "liaison", "desk", "supervisor", "system"])
def test_only_the_office_keeps_units(browse, people, who):
    client = browse(who)

    added = client.post(reverse("new_unit"), unit_form(people))
    changed = client.post(reverse("edit_unit", args=[people.village.pk]), unit_form(people))
    ended = client.post(
        reverse("end_unit", args=[people.village.pk]), {"ended_on": today().isoformat()}
    )

    assert {added.status_code, changed.status_code, ended.status_code} == {403}
    assert GrassrootsUnit.objects.count() == 2


def test_the_office_of_another_county_keeps_nothing_here(browse, people):
    client = browse("neighbour_office")

    seen = client.get(people.village.get_absolute_url())
    changed = client.post(reverse("edit_unit", args=[people.village.pk]), unit_form(people))
    ended = client.post(reverse("end_organ", args=[people.water.pk]), {"ended_on": "2026-06-01"})
    added = client.post(reverse("new_unit"), unit_form(people))

    assert seen.status_code == 200
    assert (changed.status_code, ended.status_code) == (403, 403)
    # A refusal is an error on the field, so nothing typed is lost.
    assert added.status_code == 422
    assert "大屋村" in words(added)
    assert not GrassrootsUnit.objects.filter(name="大屋村").exists()


def test_the_office_of_an_enterprise_keeps_what_lies_under_its_own_organ(browse, people):
    works = organ("机械厂党委", "enterprise", order=60)
    people.works_office = account("works", "厂办", works, Role.OFFICE, within=works)
    client = browse("works_office")

    inside = client.post(
        reverse("new_unit"),
        unit_form(people, name="机械厂", kind="soe", host_organ=works.pk, division=""),
    )
    outside = client.post(reverse("new_unit"), unit_form(people))

    assert (inside.status_code, outside.status_code) == (302, 422)
    assert GrassrootsUnit.objects.get(name="机械厂").division is None


# --- units -----------------------------------------------------------------------------------


def test_a_unit_is_added_with_path_initials_and_audit(browse, people):
    response = browse("office").post(reverse("new_unit"), unit_form(people))

    made = GrassrootsUnit.objects.get(name="大屋村")
    assert response.url == made.get_absolute_url()
    assert (made.path, made.initials) == (f"/{made.pk}/", "dwc")
    assert AuditEntry.objects.get(event="unit.added").noun_id == made.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "柳湾村"}, "name"),
        ({"kind": "planet"}, "kind"),
        ({"host_organ": ""}, "host_organ"),
        ({"host_organ": "", "host_organ_text": "没有"}, "host_organ"),
        ({"host_organ": "999999"}, "host_organ"),
        ({"sort_order": "-1"}, "sort_order"),
        ({"started_on": "昨天"}, "started_on"),
        ({"name": "长" * 81}, "name"),
    ],
)
def test_a_unit_form_says_what_is_wrong(browse, people, changes, field):
    response = browse("office").post(reverse("new_unit"), unit_form(people, **changes))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert GrassrootsUnit.objects.count() == 2


def test_a_workshop_takes_host_and_division_from_its_works(browse, people):
    works = unit("机械厂", people.town_organ, people.town, "soe")

    browse("office").post(
        reverse("new_unit"),
        unit_form(people, name="一车间", kind="soe", parent=works.pk, host_organ="", division=""),
    )

    shop = GrassrootsUnit.objects.get(name="一车间")
    assert (shop.host_organ, shop.division) == (people.town_organ, people.town)
    assert shop.path == f"{works.path}{shop.pk}/"


def test_a_moved_unit_takes_its_parts_along(people):
    works = unit("机械厂", people.town_organ, people.town, "soe")
    other = unit("农机厂", people.town_organ, people.town, "soe")
    shop = unit("一车间", people.town_organ, people.town, "soe", parent=works)
    team = unit("甲班", people.town_organ, people.town, "soe", parent=shop)

    actions.change_unit(
        unit=shop,
        by=people.office,
        parent=other,
        host_organ=people.town_organ,
        division=people.town,
        name="一车间",
    )

    shop.refresh_from_db()
    team.refresh_from_db()
    assert shop.path == f"{other.path}{shop.pk}/"
    assert team.path == f"{shop.path}{team.pk}/"
    assert set(GrassrootsUnit.objects.under(other)) == {other, shop, team}
    assert list(GrassrootsUnit.objects.under(works)) == [works]


def test_a_part_is_managed_where_the_unit_above_is(people):
    above = organ("华岳公司党委", "party", order=60)
    branch = organ("南江分公司党委", "party", parent=above, order=61)
    works = unit("华岳公司", above, None, "soe")
    facts = {"by": people.office, "parent": works, "division": people.town, "kind": "soe"}
    facts["started_on"] = START

    with pytest.raises(ValidationError, match="华岳公司党委"):
        actions.add_unit(host_organ=people.town_organ, name="机修车间", **facts)
    shop = actions.add_unit(host_organ=branch, name="机修车间", **facts)

    assert shop.host_organ == branch


def test_a_unit_without_a_division_has_that_of_its_host(people):
    facts = {"by": people.office, "parent": None, "host_organ": people.town_organ}
    facts |= {"division": None, "started_on": START}

    for name, kind in (("大屋村", "rural"), ("机械厂", "soe")):
        made = actions.add_unit(name=name, kind=kind, **facts)
        assert made.division == people.town_organ.division


def test_a_village_lies_where_its_host_is(people):
    facts = {"by": people.office, "parent": None, "host_organ": people.town_organ}
    facts |= {"started_on": START, "division": people.other_town}

    with pytest.raises(ValidationError, match="所辖区域"):
        actions.add_unit(name="大屋村", kind="rural", **facts)
    assert actions.add_unit(name="机械厂", kind="soe", **facts).division == people.other_town


def test_nothing_stands_below_itself(browse, people):
    works = unit("机械厂", people.town_organ, people.town, "soe")
    shop = unit("一车间", people.town_organ, people.town, "soe", parent=works)

    response = browse("office").post(
        reverse("edit_unit", args=[works.pk]),
        unit_form(people, name="机械厂", kind="soe", parent=shop.pk),
    )

    assert response.status_code == 422
    assert "parent" in response.context["form"].errors
    works.refresh_from_db()
    assert works.parent is None


def test_saving_a_form_unchanged_writes_nothing(browse, people):
    village = people.village
    form = unit_form(
        people,
        name=village.name,
        division=village.division_id,
        sort_order=village.sort_order,
        started_on=village.started_on.isoformat(),
    )

    response = browse("office").post(reverse("edit_unit", args=[village.pk]), form)

    assert response.status_code == 302
    assert not AuditEntry.objects.filter(event="unit.changed").exists()


def test_an_ended_unit_leaves_the_list_and_the_pickers(browse, people):
    people.area.delete()
    client = browse("office")

    client.post(reverse("end_unit", args=[people.village.pk]), {"ended_on": today().isoformat()})

    assert rows(client.get(reverse("units"))) == [people.other_village]
    assert rows(client.get(reverse("units"), {"tab": "ended"})) == [people.village]
    assert "柳湾村" not in words(client.get(reverse("pick", args=["unit"]), {"unit_text": "柳湾"}))
    assert client.get(reverse("edit_unit", args=[people.village.pk])).status_code == 403


def test_what_holds_parts_or_open_work_does_not_just_end(browse, people):
    works = unit("机械厂", people.town_organ, people.town, "soe")
    unit("一车间", people.town_organ, people.town, "soe", parent=works)
    people.matter()
    client = browse("office")
    ends = {"ended_on": today().isoformat()}

    answers = [
        client.post(reverse(f"end_{noun}", args=[row.pk]), ends)
        for noun, row in (("unit", works), ("unit", people.village), ("organ", people.town_organ))
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert not Organ.objects.exclude(ended_on=None).exists()
    assert not GrassrootsUnit.objects.exclude(ended_on=None).exists()


def test_an_end_before_the_beginning_is_refused(browse, people):
    response = browse("office").post(
        reverse("end_unit", args=[people.village.pk]), {"ended_on": "2019-12-31"}
    )

    assert response.status_code == 422
    assert "ended_on" in response.context["form"].errors


# --- units from divisions --------------------------------------------------------------------


def test_all_villages_of_a_township_become_units_at_once(browse, people):
    division("河西社区居委会", 5, people.town, "990101001001")
    division("大屋村委会", 5, people.town, "990101001202")
    form = {
        "township": people.town.pk,
        "host_organ": people.town_organ.pk,
        "started_on": "2026-01-01",
    }
    client = browse("office")

    client.post(reverse("units_from_divisions"), form)
    client.post(reverse("units_from_divisions"), form)

    made = GrassrootsUnit.objects.filter(host_organ=people.town_organ).exclude(pk=people.village.pk)
    assert [(u.name, u.kind, u.path) for u in made.order_by("sort_order")] == [
        ("河西社区", UnitKind.COMMUNITY, f"/{made.get(name='河西社区').pk}/"),
        ("大屋村", UnitKind.RURAL, f"/{made.get(name='大屋村').pk}/"),
    ]
    assert made.get(name="大屋村").initials == "dwc"


def test_units_are_made_of_townships_alone(browse, people):
    response = browse("office").post(
        reverse("units_from_divisions"),
        {
            "township": people.county.pk,
            "host_organ": people.town_organ.pk,
            "started_on": "2026-01-01",
        },
    )

    assert response.status_code == 422
    assert "township" in response.context["form"].errors


@pytest.mark.parametrize(
    ("listed", "called", "kind"),
    [
        ("柳湾村委会", "柳湾村", UnitKind.RURAL),
        ("柳湾村村委会", "柳湾村", UnitKind.RURAL),
        ("柳湾村民委员会", "柳湾村", UnitKind.RURAL),
        ("东街社区居委会", "东街社区", UnitKind.COMMUNITY),
        ("东街居民委员会", "东街社区", UnitKind.COMMUNITY),
        ("东街社区", "东街社区", UnitKind.COMMUNITY),
        ("柳湾", "柳湾", UnitKind.RURAL),
        ("村委会", "村委会", UnitKind.RURAL),
    ],
)
def test_a_committee_of_the_list_is_called_like_its_place(listed, called, kind):
    assert actions.unit_name(listed) == (called, kind)


# --- organs ----------------------------------------------------------------------------------


def test_an_organ_is_added_below_another_and_takes_its_division(browse, people):
    browse("office").post(
        reverse("new_organ"), organ_form(people, parent=people.water.pk, division="")
    )

    made = Organ.objects.get(name="县林业局")
    assert made.division == people.county
    assert made.path == f"{people.water.path}{made.pk}/"


def test_a_corrected_organ_without_a_division_has_that_of_the_organ_above(browse, people):
    url = reverse("edit_organ", args=[people.station.pk])
    typed = organ_form(people, name="石桥镇水利站", kind="station", division="")

    browse("office").post(url, typed | {"parent": people.town_organ.pk})

    people.station.refresh_from_db()
    assert people.station.sort_order == 25
    assert people.station.division == people.town


def test_the_name_on_the_seal_is_typed_and_shown(browse, people):
    client = browse("office")
    client.post(reverse("new_organ"), organ_form(people, official_name="中共云岭县林业局党组"))

    made = Organ.objects.get(name="县林业局")
    assert made.signed_as == "中共云岭县林业局党组"
    assert "<dd>中共云岭县林业局党组</dd>" in words(client.get(made.get_absolute_url()))


def test_a_moved_organ_takes_stations_and_grants_along(people):
    actions.change_organ(
        organ=people.town_organ,
        by=people.office,
        parent=people.water,
        division=people.town,
        name=people.town_organ.name,
    )

    people.station.refresh_from_db()
    assert people.station.path.startswith(people.water.path)
    handler = fresh(people.handler)
    assert people.station.pk in handler.grants_today()[0].organ_ids


def test_a_code_is_used_once(browse, people):
    Organ.objects.filter(pk=people.roads.pk).update(code="GL01")

    response = browse("office").post(reverse("new_organ"), organ_form(people, code="gl01"))

    assert response.status_code == 422
    assert "code" in response.context["form"].errors


# --- divisions -------------------------------------------------------------------------------


def division_form(people, **changes):
    return {
        "parent": str(people.town.pk),
        "name": "柳湾农场",
        "code": "990101001901",
        "valid_from": "2026-01-01",
    } | changes


def test_divisions_are_searched_by_name(browse, people):
    response = browse("office").get(reverse("divisions"), {"q": people.town.name})

    assert people.town in response.context["found"]


def test_a_local_division_is_added_one_level_below(browse, people):
    browse("office").post(reverse("new_division"), division_form(people))

    made = Division.objects.get(name="柳湾农场")
    assert (made.level, made.source, made.initials) == (5, Division.Source.LOCAL, "lwnc")
    assert made.path == f"{people.town.path}{made.pk}/"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "12"}, "code"),
        ({"code": "110101001901"}, "code"),
        ({"code": "990101001201"}, None),
        ({"parent": "village"}, None),
        ({"parent": ""}, "parent"),
    ],
)
def test_a_division_form_says_what_is_wrong(browse, people, changes, field):
    if changes.get("parent") == "village":
        changes = {"parent": people.village_place.pk, "code": "990101001201"}

    response = browse("office").post(reverse("new_division"), division_form(people, **changes))

    errors = response.context["form"].errors
    assert response.status_code == 422
    assert field in errors if field else errors
    assert not Division.objects.filter(name="柳湾农场").exists()


def test_the_national_list_is_not_changed_by_hand(browse, people):
    Division.objects.filter(pk=people.town.pk).update(source=Division.Source.NATIONAL)
    client = browse("office")

    page = client.get(people.town.get_absolute_url())
    changed = client.post(reverse("edit_division", args=[people.town.pk]), division_form(people))

    assert "button-refused" in words(page)
    assert changed.status_code == 403


def test_a_division_ends_when_nothing_stands_in_it(browse, people):
    empty = division("空村", 5, people.town, "990101001299")
    client = browse("office")
    ends = {"ended_on": today().isoformat()}

    town = client.post(reverse("end_division", args=[people.town.pk]), ends)
    village = client.post(reverse("end_division", args=[people.village_place.pk]), ends)
    gone = client.post(reverse("end_division", args=[empty.pk]), ends)

    empty.refresh_from_db()
    assert (town.status_code, village.status_code, gone.status_code) == (403, 403, 302)
    assert empty.valid_to == today()


def test_a_division_shows_the_way_down_and_what_is_in_it(browse, people):
    response = browse("author").get(people.town.get_absolute_url())

    labels = [label for label, _url in response.context["crumbs"]]
    assert labels[1:] == ["云川省", "岚江市", "云岭县", "石桥镇"]
    assert rows(response) == [people.village_place]


# --- lists -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["柳湾", "lwc", "湾村"])
def test_a_unit_is_found_by_name_initials_and_any_part(browse, people, text):
    response = browse("author").get(reverse("units"), {"q": text})

    assert rows(response) == [people.village]


def test_an_organ_is_found_by_short_name_and_code(browse, people):
    Organ.objects.filter(pk=people.water.pk).update(code="SL01", short_name="水利")
    client = browse("author")

    assert rows(client.get(reverse("organs"), {"q": "水利"})) == [people.water]
    assert rows(client.get(reverse("organs"), {"q": "sl01"})) == [people.water]


def test_a_search_without_a_match_says_what_to_do(browse):
    response = browse("author").get(reverse("units"), {"q": "没有这个村"})

    assert response.status_code == 200
    assert 'class="empty"' in words(response)


@pytest.mark.parametrize(
    "query",
    [
        {"host": "x"},
        {"host": "9" * 30},
        {"kind": "planet"},
        {"after": "x~y"},
        {"after": "1~2"},
        {"before": "9" * 40 + "~1~1~1"},
        {"tab": "nowhere"},
        {"count": "exact"},
        {"jump": "2026-01-01"},
    ],
)
def test_an_address_that_makes_no_sense_is_no_error(browse, query):
    assert browse("author").get(reverse("units"), query).status_code == 200


def test_units_stand_in_official_order_across_pages(browse, people):
    for n in range(PAGE_SIZE + 5):
        made = unit(f"第{n}村", people.other_town_organ, people.other_town)
        GrassrootsUnit.objects.filter(pk=made.pk).update(sort_order=1000 - n // 2)
    client = browse("author")

    first = client.get(reverse("units"))
    second = client.get(reverse("units") + first.context["page"].next_link)
    back = client.get(reverse("units") + second.context["page"].previous_link)

    shown = rows(first) + rows(second)
    keys = [(u.host_organ.sort_order, u.sort_order, u.pk) for u in shown]
    assert keys == sorted(keys)
    assert len({u.pk for u in shown}) == GrassrootsUnit.objects.count()
    assert rows(back) == rows(first)


@pytest.mark.parametrize(("page", "queries"), [("units", 12), ("organs", 12)])
@pytest.mark.parametrize("row_count", [1, 3])
def test_lists_cost_the_same_for_any_rows(
    browse, people, page, queries, row_count, django_assert_num_queries
):
    for n in range(row_count):
        made = organ(f"目标{n}", parent=people.water, place=people.county)
        unit(f"目标{n}", made, people.village_place, parent=people.village)
    client = browse("office")
    client.get(reverse(page))

    with django_assert_num_queries(queries):
        response = client.get(reverse(page), {"q": "目标"})

    assert len(rows(response)) == row_count


@pytest.mark.parametrize("row_count", [1, 3])
def test_an_organ_page_costs_the_same_for_any_rows(
    browse, people, row_count, django_assert_num_queries
):
    target = organ("目标", parent=people.water, place=people.county)
    for n in range(row_count):
        organ(f"站{n}", "station", target, place=people.county)
        unit(f"村{n}", target, people.village_place)
        Cadre.objects.create(name=f"人{n}", organ=target)
    client = browse("office")

    # One query reads the norms, which are cached for a minute.
    with django_assert_num_queries(17):
        client.get(target.get_absolute_url())


def test_an_organ_page_counts_more_than_it_names(browse, people):
    target = organ("目标", parent=people.water, place=people.county)
    for n in range(31):
        Cadre.objects.create(name=f"人{n}", organ=target)

    context = browse("office").get(target.get_absolute_url()).context

    assert (context["counts"]["cadres"], len(context["cadres"])) == (31, 30)
    assert context["counts"]["units"] == 0 and context["counts"]["accounts"] == 0


def test_scripts_in_names_stay_text(browse, people):
    name = "<script>alert(1)</script>村"
    made = unit(name, people.town_organ, people.town)

    assert "<script>alert" not in words(browse("author").get(made.get_absolute_url()))
    assert "<script>alert" not in words(browse("author").get(reverse("units")))


def test_an_end_is_noted_when_it_has_come(browse, people):
    response = browse("office").post(
        reverse("end_unit", args=[people.village.pk]),
        {"ended_on": in_days(30).isoformat()},
    )

    assert response.status_code == 422
    assert "ended_on" in response.context["form"].errors


def test_a_short_name_in_full_names_the_organ_and_not_its_stations(people):
    Organ.objects.filter(pk=people.town_organ.pk).update(name="云岭县石桥镇", short_name="石桥镇")

    assert PICKERS["organ"].resolve(people.office, "石桥镇") == people.town_organ
    assert PICKERS["organ"].resolve(people.office, "石桥镇水利站") == people.station
