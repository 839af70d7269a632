"""Cadres, their experience, and stand-ins, as pages."""

import pytest
from django.urls import reverse

from portal.models import AuditEntry, Cadre, Experience, StandIn, User
from portal.roles import Permission, Role
from tests.day import in_days, today
from tests.people import account, fresh, organ
from tests.reading import words


def rows(response):
    return list(response.context["page"])


def cadre_form(people, **changes):
    return {
        "name": "钱丽",
        "organ": str(people.water.pk),
        "post": "股长",
        "sort_order": "5",
        "gender": "2",
        "birth_month": "1988-06",
        "work_started": "2010-07",
        "political_status": "01",
    } | changes


def days(first, last):
    return {
        "starts_on": in_days(first).isoformat(),
        "ends_on": in_days(last).isoformat(),
    }


def stands_in(principal, stand_in, first=-1, last=5):
    return StandIn.objects.create(
        principal=principal,
        stand_in=stand_in,
        named_by=principal,
        starts_on=in_days(first),
        ends_on=in_days(last),
    )


# --- cadres ----------------------------------------------------------------------------------


def test_the_office_adds_a_cadre(browse, people):
    response = browse("office").post(reverse("new_cadre"), cadre_form(people))

    made = Cadre.objects.get(name="钱丽")
    assert response.url == made.get_absolute_url()
    assert made.initials == "ql"
    assert AuditEntry.objects.get(event="cadre.added").noun_id == made.pk


@pytest.mark.parametrize("who", ["author", "liaison", "host", "supervisor"])
def test_others_see_cadres_and_do_not_keep_them(browse, people, who):
    client = browse(who)

    seen = client.get(people.neighbour.get_absolute_url())
    added = client.post(reverse("new_cadre"), cadre_form(people))
    changed = client.post(reverse("edit_cadre", args=[people.neighbour.pk]), cadre_form(people))

    assert seen.status_code == 200
    assert (added.status_code, changed.status_code) == (403, 403)


@pytest.mark.parametrize("who", ["system", "security", "auditor", "recipient"])
@pytest.mark.parametrize("page", ["cadres", "cadre"])
def test_administrators_see_no_cadres(browse, people, who, page):
    args = [people.cadre.pk] if page == "cadre" else []

    assert browse(who).get(reverse(page, args=args)).status_code == 403


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("author", True),
        ("liaison", True),
        ("office", True),
        ("colleague", False),
        ("neighbour_cadre", False),
        ("host", False),
    ],
)
def test_particulars_are_read_by_the_person_the_liaison_and_the_office(browse, people, who, reads):
    Cadre.objects.filter(pk=people.cadre.pk).update(birth_month="1979-03")
    Experience.objects.create(
        cadre=people.cadre, started_on="2001-07-01", organ_kind="army", place="某部战士"
    )

    page = words(browse(who).get(people.cadre.get_absolute_url()))

    assert ("1979-03" in page) is reads
    assert ("某部战士" in page) is reads


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"organ": ""}, "organ"),
        ({"birth_month": "1988-13"}, "birth_month"),
        ({"birth_month": "2099-01"}, "birth_month"),
        ({"work_started": "去年"}, "work_started"),
        ({"political_status": "99"}, "political_status"),
    ],
)
def test_a_cadre_form_says_what_is_wrong(browse, people, changes, field):
    response = browse("office").post(reverse("new_cadre"), cadre_form(people, **changes))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Cadre.objects.filter(name="钱丽").exists()


def test_a_month_is_taken_as_people_write_it(browse, people):
    browse("office").post(reverse("new_cadre"), cadre_form(people, birth_month="1990年5月"))

    assert Cadre.objects.get(name="钱丽").birth_month == "1990-05"


def test_a_second_cadre_of_a_name_in_one_organ_is_told_apart_by_birth(browse, people):
    client = browse("office")
    Cadre.objects.filter(pk=people.cadre.pk).update(birth_month="1979-03")
    form = cadre_form(people, name=people.cadre.name, organ=people.cadre.organ_id)

    again = client.post(reverse("new_cadre"), form | {"birth_month": ""})
    another = client.post(reverse("new_cadre"), form | {"birth_month": "1990-05"})

    assert (again.status_code, another.status_code) == (422, 302)
    assert "name" in again.context["form"].errors
    assert Cadre.objects.filter(name=people.cadre.name).count() == 2


def test_a_short_name_that_is_exact_decides_among_several(browse, people):
    people.water.short_name = "水利"
    people.water.save()
    organ("水利工程站", place=people.county)
    form = cadre_form(people) | {"organ": "", "organ_text": "水利"}

    browse("office").post(reverse("new_cadre"), form)

    assert Cadre.objects.get(name="钱丽").organ == people.water


def test_a_transferred_cadre_takes_the_account_along(browse, people):
    form = cadre_form(people, name="王建国", organ=people.roads.pk)

    browse("office").post(reverse("edit_cadre", args=[people.cadre.pk]), form)

    assert User.objects.get(pk=people.author.pk).organ == people.roads
    entry = AuditEntry.objects.get(event="cadre.changed")
    assert "organ" in entry.fields
    assert "1988-06" not in entry.digest


def test_a_cadre_who_left_is_kept_apart_and_stand_ins_end(browse, people):
    StandIn.objects.create(
        principal=people.author,
        stand_in=people.colleague,
        named_by=people.author,
        starts_on=in_days(-1),
        ends_on=in_days(60),
    )
    StandIn.objects.create(
        principal=people.author,
        stand_in=people.host,
        named_by=people.author,
        starts_on=in_days(5),
        ends_on=in_days(20),
    )
    client = browse("office")

    response = client.post(
        reverse("cadre_left", args=[people.cadre.pk]), {"left_on": today().isoformat()}
    )

    assert response.status_code == 302
    assert set(StandIn.objects.values_list("ends_on", flat=True)) == {today()}
    assert people.cadre not in rows(client.get(reverse("cadres")))
    assert rows(client.get(reverse("cadres"), {"tab": "left"})) == [people.cadre]
    assert client.get(reverse("edit_cadre", args=[people.cadre.pk])).status_code == 403


def test_nobody_leaves_in_the_future(browse, people):
    response = browse("office").post(
        reverse("cadre_left", args=[people.cadre.pk]),
        {"left_on": in_days(1).isoformat()},
    )

    assert response.status_code == 422


def test_experience_is_added_and_taken_out(browse, people):
    client = browse("office")
    form = {
        "started_on": "2001-07-01",
        "ended_on": "2005-06-30",
        "organ_kind": "village",
        "place": "石桥镇大屋村 党支部书记助理",
    }

    client.post(reverse("add_experience", args=[people.cadre.pk]), form)
    one = Experience.objects.get(cadre=people.cadre)
    elsewhere = client.post(reverse("drop_experience", args=[people.cadre2.pk, one.pk]))
    client.post(reverse("drop_experience", args=[people.cadre.pk, one.pk]))

    assert elsewhere.status_code == 404
    assert not Experience.objects.exists()


def test_experience_that_ends_before_it_begins_is_refused(browse, people):
    response = browse("office").post(
        reverse("add_experience", args=[people.cadre.pk]),
        {
            "started_on": "2005-07-01",
            "ended_on": "2001-06-30",
            "organ_kind": "army",
            "place": "某部",
        },
    )

    assert response.status_code == 422
    assert not Experience.objects.exists()


@pytest.mark.parametrize("who", ["author", "liaison"])
def test_experience_is_entered_by_the_office_alone(browse, people, who):
    response = browse(who).post(
        reverse("add_experience", args=[people.cadre.pk]),
        {"started_on": "2005-07-01", "organ_kind": "army", "place": "某部"},
    )

    assert response.status_code == 403


def test_cadres_are_found_by_name_initials_and_organ(browse, people):
    Cadre.objects.filter(pk=people.cadre.pk).update(initials="wjg")
    client = browse("host")

    assert rows(client.get(reverse("cadres"), {"q": "王建"})) == [people.cadre]
    assert rows(client.get(reverse("cadres"), {"q": "wjg"})) == [people.cadre]
    assert rows(client.get(reverse("cadres"), {"q": "县交通"})) == [people.neighbour]
    # If no name begins with the text, names that contain it are found.
    assert rows(client.get(reverse("cadres"), {"q": "建国"})) == [people.cadre]
    assert rows(client.get(reverse("cadres"), {"q": "交通"})) == [people.neighbour]


def test_cadres_stand_in_the_official_order_of_organs_and_posts(browse, people):
    first = Cadre.objects.create(name="部长", organ=people.department, sort_order=1)
    low = Cadre.objects.create(name="副职", organ=people.agriculture, sort_order=0)

    shown = rows(browse("host").get(reverse("cadres")))

    assert shown == [first, low, people.cadre, people.cadre2, people.neighbour]


def test_cadres_of_an_organ_include_those_of_its_stations(browse, people):
    below = organ("水文站", "station", people.water, place=people.county)
    one = Cadre.objects.create(name="站长", organ=below)

    assert rows(browse("host").get(reverse("cadres"), {"organ": people.water.pk})) == [one]


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_of_cadres_costs_the_same_for_any_rows(
    browse, people, row_count, django_assert_num_queries
):
    for n in range(row_count):
        person = account(f"x{n}", "目标", people.water)
        Cadre.objects.create(user=person, name="目标", organ=people.water)
    client = browse("author")
    client.get(reverse("cadres"))

    with django_assert_num_queries(13):
        response = client.get(reverse("cadres"), {"q": "目标"})

    assert len(rows(response)) == row_count


@pytest.mark.parametrize("row_count", [1, 3])
def test_a_cadre_page_costs_the_same_for_any_experience(
    browse, people, row_count, django_assert_num_queries
):
    for n in range(row_count):
        Experience.objects.create(
            cadre=people.cadre, started_on=f"200{n}-07-01", organ_kind="army", place="某部"
        )
    client = browse("author")
    client.get(people.cadre.get_absolute_url())

    with django_assert_num_queries(8):
        client.get(people.cadre.get_absolute_url())


# --- stand-ins -------------------------------------------------------------------------------


def test_a_cadre_names_a_stand_in_who_then_may_act(browse, people):
    helper = account("helper", "代办人", people.agriculture)

    response = browse("author").post(
        reverse("new_stand_in"), {"stand_in": helper.pk, "reason": "学习", **days(0, 10)}
    )

    named = StandIn.objects.get()
    assert response.status_code == 302
    assert (named.principal, named.stand_in, named.named_by) == (
        people.author,
        helper,
        people.author,
    )
    assert fresh(helper).holds(Permission.RECORD_VISITS)


def test_an_ended_stand_in_opens_nothing_from_that_moment(browse, people):
    helper = account("helper", "代办人", people.agriculture)
    one = stands_in(people.author, helper)

    browse("author").post(reverse("end_stand_in", args=[one.pk]))

    assert not fresh(helper).grants_today()
    assert AuditEntry.objects.filter(event="stand_in.ended", noun_id=one.pk).exists()


def test_a_liaison_names_for_people_of_the_own_organ_alone(browse, people):
    client = browse("liaison")
    url, span = reverse("new_stand_in"), days(0, 3)

    inside = client.post(
        url, {"principal": people.author.pk, "stand_in": people.colleague.pk, **span}
    )
    outside = client.post(
        url, {"principal": people.handler.pk, "stand_in": people.colleague.pk, **span}
    )

    assert (inside.status_code, outside.status_code) == (302, 422)
    assert [s.principal for s in StandIn.objects.all()] == [people.author]


@pytest.mark.parametrize(("who", "principal"), [("liaison", "author"), ("office", "supervisor")])
def test_nobody_makes_themselves_a_stand_in(browse, people, who, principal):
    me = getattr(people, who)

    response = browse(who).post(
        reverse("new_stand_in"),
        {"principal": getattr(people, principal).pk, "stand_in": me.pk, **days(0, 3)},
    )

    assert response.status_code == 422
    assert not StandIn.objects.exists()


def test_a_cadre_cannot_name_for_somebody_else(browse, people):
    browse("author").post(
        reverse("new_stand_in"),
        {"principal": people.office.pk, "stand_in": people.author.pk, **days(0, 3)},
    )

    assert not StandIn.objects.exists()


@pytest.mark.parametrize("who", ["system", "security", "auditor"])
def test_an_administrator_stands_in_for_nobody(browse, people, who):
    response = browse("author").post(
        reverse("new_stand_in"), {"stand_in": getattr(people, who).pk, **days(0, 3)}
    )

    assert response.status_code == 422
    assert not StandIn.objects.exists()


def test_nobody_reads_complaints_in_somebodys_place(browse, people):
    response = browse("recipient").post(
        reverse("new_stand_in"), {"stand_in": people.author.pk, **days(0, 3)}
    )

    assert response.status_code == 422
    assert not StandIn.objects.exists()


def test_a_person_who_stands_in_does_not_become_an_administrator(browse, people):
    helper = account("helper", "代办人", people.agriculture)
    stands_in(people.author, helper)

    response = browse("security").post(
        reverse("give_grant", args=[helper.pk]),
        {"role": Role.SYSTEM_ADMIN, "starts_on": today().isoformat()},
    )

    assert response.status_code == 422
    assert not helper.grants.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stand_in": "author"}, "stand_in"),
        ({"stand_in": ""}, "stand_in"),
        ({"ends_on": ""}, "ends_on"),
        (days(5, 1), "ends_on"),
        (days(-9, -2), "ends_on"),
        (days(0, 500), "ends_on"),
    ],
)
def test_a_stand_in_form_says_what_is_wrong(browse, people, changes, field):
    form = {"stand_in": people.colleague.pk, **days(0, 3)} | changes
    if form["stand_in"] == "author":
        form["stand_in"] = people.author.pk

    response = browse("author").post(reverse("new_stand_in"), form)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not StandIn.objects.exists()


def test_the_same_stand_in_is_not_named_twice_for_the_same_days(browse, people):
    stands_in(people.author, people.colleague)

    response = browse("author").post(
        reverse("new_stand_in"), {"stand_in": people.colleague.pk, **days(2, 9)}
    )

    assert response.status_code == 422
    assert StandIn.objects.count() == 1


def test_others_see_and_end_no_stand_in_of_mine(browse, people):
    one = stands_in(people.author, people.colleague)
    client = browse("neighbour_cadre")

    listed = client.get(reverse("stand_ins"))
    ended = client.post(reverse("end_stand_in", args=[one.pk]))

    assert rows(listed) == []
    assert ended.status_code == 404


def test_the_office_sees_stand_ins_of_its_area(browse, people):
    one = stands_in(people.author, people.colleague)
    over = stands_in(people.handler, people.support, -20, -10)
    client = browse("office")

    assert rows(client.get(reverse("stand_ins"))) == [one]
    assert rows(client.get(reverse("stand_ins"), {"tab": "ended"})) == [over]


@pytest.mark.parametrize("row_count", [1, 3])
def test_the_list_of_stand_ins_costs_the_same_for_any_rows(
    browse, people, row_count, django_assert_num_queries
):
    for n in range(row_count):
        stands_in(people.author, account(f"x{n}", "代办人", people.water))
    client = browse("author")
    client.get(reverse("stand_ins"))

    with django_assert_num_queries(9):
        response = client.get(reverse("stand_ins"))

    assert len(rows(response)) == row_count
