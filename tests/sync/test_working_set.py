"""What a phone receives for writing without a signal: only its owner's work, limited, and without
contacts."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outreach.actions import notices, stay_months
from outreach.models import ContactArea, Household
from portal import uses
from portal.models import GrassrootsUnit, RoleGrant
from sync import working_set
from sync.actions import devices
from sync.models import Device
from tests.day import in_days, now
from tests.outreach.test_stays import stay_of
from tests.people import START, fresh
from tests.research import answering
from tests.sync.phone import Phone
from tests.sync.test_openapi import check

SECRETS = {
    "raiser_name": "李大山",
    "raiser_phone": "13955501234",
    "reflection": "我心里其实很着急，这句话只有自己能看。",
}


def rows_of(user):
    return working_set.rows(fresh(user), at=now())


def kind_of(rows, kind):
    return {key: row for (one, key), row in rows.items() if one == kind}


def publish(people, *, asks="yes_no", title="关于报送春耕情况的通知", organs=None):
    notice = notices.draft_notice(
        by=people.office,
        at=now(),
        organs=organs or [people.agriculture],
        title=title,
        text="请各单位核实春耕进度。",
        roles=[],
        asks=asks,
        question="春耕物资是否备齐？",
        reply_due_on=in_days(5),
    )
    return notices.publish_notice(notice=notice, by=people.office, at=now())


@pytest.fixture
def at_work(people):
    """王建国 with a stay, a visit with a matter, a notice to answer and households to interview."""
    people.stay = stay_of(people)
    visit = people.visit(reflection=SECRETS["reflection"], companions=[people.cadre2])
    people.written = visit
    people.raised = people.matter(
        raiser_name=SECRETS["raiser_name"], raiser_phone=SECRETS["raiser_phone"]
    )
    people.notice = publish(people)
    people.survey = answering.opened(people)
    return people


def test_a_cadre_gets_own_work_and_the_forms_for_it(at_work):
    rows = rows_of(at_work.author)

    assert {kind for kind, _key in rows} == {
        *("me", "unit", "cadre", "stay", "matter", "visit", "notice", "questionnaire", "drawn"),
        "form",
    }
    assert rows["me", "me"]["kinds"] == ["visit", "month", "leave", "reply", "answers"]
    assert rows["me", "me"]["cadre"] == str(at_work.cadre.pk)
    unit = rows["unit", str(at_work.village.pk)]
    assert unit["name"] == "柳湾村" and unit["initials"] == "lwc" and unit["above"] == "石桥镇"
    assert unit["why"] == ["area", "stay", "visit"]
    assert list(kind_of(rows, "cadre").values()) == [
        {"name": "王建国", "post": "主任科员", "organ": "县农业农"},
        {"name": "赵敏", "post": "科员", "organ": "县农业农"},
    ]
    matter = rows["matter", str(at_work.raised.pk)]
    assert matter["mine"] == ["registered"] and matter["number"] == at_work.raised.number_label
    assert matter["state_label"] and matter["next"] and "moves" not in matter
    assert len(kind_of(rows, "drawn")) == 4
    survey = rows["questionnaire", str(at_work.survey.pk)]
    assert survey["definition"] == at_work.survey.in_force.definition
    notice = rows["notice", str(at_work.notice.pk)]
    addressee = at_work.notice.addressees.get()
    assert notice["for"] == [[str(addressee.pk), "县农业农村局"]]
    assert notice["question"] == "春耕物资是否备齐？"


def test_nothing_of_it_names_a_contact_or_tells_a_reflection(at_work):
    at_work.in_progress(raiser_name=SECRETS["raiser_name"], raiser_phone=SECRETS["raiser_phone"])
    GrassrootsUnit.objects.filter(pk=at_work.village.pk).update(
        contact_name="联系人吴老三", office_phone="0991-7654321"
    )

    everything = {
        name: json.dumps(list(rows_of(getattr(at_work, name)).values()), ensure_ascii=False)
        for name in ("author", "handler", "host")
    }

    # Data that could have been shown is present.
    assert "渠道淤堵" in everything["author"] and "渠道淤堵" in everything["handler"]
    secrets = [*SECRETS.values(), "李××", "吴老三", "7654321"]
    for said in everything.values():
        assert [one for one in secrets if one in said] == []


def test_texts_of_matters_name_nobody(at_work):
    matter = at_work.matter(title="黄奶奶家门口积水", request_text="黄奶奶说排水沟堵了两年。")

    row = rows_of(at_work.author)["matter", str(matter.pk)]

    assert "黄奶奶" not in json.dumps(row, ensure_ascii=False) and "家门口积水" in row["title"]


def test_another_cadre_gets_none_of_it(at_work):
    rows = rows_of(at_work.neighbour_cadre)

    assert {kind for kind, _key in rows} == {"me", "cadre", "form"}
    assert rows["me", "me"]["kinds"] == ["visit"]
    # A colleague of the same organ gets its notice and its people, but nothing of the author's.
    assert not {"stay", "matter", "visit", "drawn", "unit"} & {
        kind for kind, _key in rows_of(at_work.colleague) if kind != "visit"
    }
    companion_of = kind_of(rows_of(at_work.colleague), "visit")
    assert companion_of == {}


def test_without_a_role_nothing_is_left(at_work):
    have = [
        (kind, key, working_set.digest(row)) for (kind, key), row in rows_of(at_work.author).items()
    ]
    RoleGrant.objects.filter(user=at_work.author).update(ends_on=in_days(-1))

    put, gone = working_set.differences(fresh(at_work.author), have, at=now())

    assert put == []
    assert sorted(gone) == sorted([kind, key] for kind, key, _digest in have)


def test_who_handles_a_matter_gets_the_texts_for_the_next_step(at_work):
    matter = at_work.in_progress()
    at_work.move(matter, "note", at_work.handler, text="已到现场查看支渠。")
    at_work.move(matter, "internal", at_work.desk, text="内部：注意口径")

    row = rows_of(at_work.handler)["matter", str(matter.pk)]

    assert row["mine"] == ["handles"] and row["asked"] == "请尽快处理"
    assert row["moves"] == ["note", "report"]
    assert row["steps"][0]["text"] == "已到现场查看支渠。"
    assert row["steps"][0]["by"] == "刘洋" and "内部" not in json.dumps(row, ensure_ascii=False)
    forms = kind_of(rows_of(at_work.handler), "form")
    assert {"note", "mediate", "report"} <= forms.keys()
    assert [field["name"] for field in forms["report"]["fields"]] == [
        *("resolution", "text", "method", "attachments", "numbers"),
    ]


def test_a_stay_shows_this_month_and_the_last(at_work):
    this = timezone.localdate().replace(day=1)
    stay_months.note_days(
        stay=at_work.stay,
        month=this,
        kind="away",
        days=2,
        note="",
        by=at_work.author,
        at=now(),
    )

    row = rows_of(at_work.author)["stay", str(at_work.stay.pk)]

    assert [one["month"] for one in row["months"]] == [
        f"{this}",
        f"{(this - timedelta(days=1)).replace(day=1)}",
    ]
    month = row["months"][0]
    assert (month["away"], month["absent"], month["together"]) == (2, 0, 0)
    assert month["state"] == "unattested" and month["refused"] == {}
    assert row["may_leave"] is True


def test_a_visit_brings_what_a_correction_needs(at_work):
    row = rows_of(at_work.author)["visit", str(at_work.written.pk)]

    assert row["fields"]["companions"] == [str(at_work.cadre2.pk)]
    assert row["fields"]["visited_on"] == [f"{at_work.written.visited_on}"]
    assert row["fields"]["summary"] == [at_work.written.summary]
    assert row["fields"]["household_count"] == [""] and "reflection" not in row["fields"]
    assert row["key"] == str(at_work.written.client_key)


def test_a_visit_that_is_no_longer_corrected_goes(at_work):
    at_work.written.created_at = now() - timedelta(days=8)
    at_work.written.save(update_fields=["created_at"])

    rows = rows_of(at_work.author)

    assert ("visit", str(at_work.written.pk)) not in rows


def test_groups_stand_in_their_order(at_work):
    for serial, group in enumerate(["十组", "二组", "一组", "河东", "12组"], start=1):
        Household.objects.create(
            unit=at_work.village, serial=str(serial), group=group, display_name="李××户"
        )

    unit = rows_of(at_work.author)["unit", str(at_work.village.pk)]

    assert unit["groups"] == ["一组", "二组", "十组", "12组", "河东"]


def test_a_conduct_report_is_not_among_the_choices(at_work):
    fields = {one["name"]: one for one in rows_of(at_work.author)["form", "matter"]["fields"]}

    assert [code for code, _label in fields["outcome"]["choices"]] == [
        "",
        "on_the_spot",
        "referred",
    ]
    assert "subject_organ" not in fields
    assert fields["title"]["expected"] and fields["title"]["most"] == 60


def test_forms_say_what_fits(at_work):
    fields = {one["name"]: one for one in rows_of(at_work.author)["form", "visit"]["fields"]}

    assert fields["unit"]["as"] == "unit" and fields["companions"]["as"] == "cadres"
    assert fields["visited_on"]["as"] == "day" and fields["summary"]["as"] == "lines"
    assert fields["purposes"]["as"] == "several" and fields["mode"]["of_kinds"]["soe"]
    assert fields["household_count"] | {"label": "", "help": ""} == {
        "name": "household_count",
        "label": "",
        "help": "",
        "as": "number",
        "least": 1,
        "most": 999,
    }
    assert fields["photos"]["as"] == "photos" and fields["reflection"]["private"] is True
    assert "author" not in fields and "key" not in fields


def test_only_differences_are_sent(at_work):
    user = fresh(at_work.author)
    put, gone = working_set.differences(user, [], at=now())
    have = [(one["kind"], one["id"], one["digest"]) for one in put]

    again = working_set.differences(fresh(user), [*have, ("unit", "0", "x")], at=now())
    assert gone == [] and again == ([], [["unit", "0"]])

    ContactArea.objects.create(cadre=at_work.cadre, unit=at_work.other_village, starts_on=START)
    put, gone = working_set.differences(fresh(user), have, at=now())

    assert [(one["kind"], one["id"]) for one in put] == [("unit", str(at_work.other_village.pk))]
    assert gone == []


def test_numbers_are_bounded(at_work, monkeypatch):
    monkeypatch.setitem(working_set.MAX_ROWS, "drawn", 2)
    monkeypatch.setitem(working_set.MAX_ROWS, "matter", 1)
    at_work.matter()

    rows = rows_of(at_work.author)

    assert len(kind_of(rows, "drawn")) == 2 and len(kind_of(rows, "matter")) == 1


def test_three_rows_of_each_cost_as_many_queries_as_one(at_work):
    def queries():
        user = fresh(at_work.author)
        with CaptureQueriesContext(connection) as asked:
            working_set.rows(user, at=now())
        return len(asked)

    queries()
    one = queries()
    for n in range(2):
        at_work.visit(companions=[at_work.cadre2])
        at_work.in_progress(title=f"第{n}件")
        publish(at_work, title=f"通知{n}")
        answering.opened(at_work, title=f"调查{n}")
        unit = GrassrootsUnit.objects.create(
            name=f"第{n}村",
            kind="rural",
            host_organ=at_work.town_organ,
            division=at_work.village_place,
            started_on=START,
        )
        ContactArea.objects.create(cadre=at_work.cadre, unit=unit, starts_on=START)
        stay_of(at_work, kind="secondment", unit=at_work.other_village, starts_on=in_days(-30 - n))

    assert queries() == one
    assert one == 30


def test_three_matters_to_handle_cost_as_many_queries_as_one(people):
    def queries():
        user = fresh(people.handler)
        with CaptureQueriesContext(connection) as asked:
            rows = working_set.rows(user, at=now())
        return len(asked), len(kind_of(rows, "matter"))

    people.in_progress()
    queries()
    one = queries()
    people.in_progress(title="第二件")
    people.assigned(title="第三件")

    assert one[1] == 1 and queries() == (one[0], 3)


# --- The call of a phone --------------------------------------------------------------------------


def ask(phone, have, secret=None):
    secret = phone.pull if secret is None else secret
    return phone.post("/sync/v1/set/", {"have": have}, **{"X-Portal-Pull": secret})


def pull(phone, have=()):
    response = ask(phone, list(have))
    assert response.status_code == 200, response.content
    check({"have": list(have)}, "Have")
    check(response.json(), "Set")
    return response.json()


def test_a_phone_gets_its_set_and_then_differences(at_work, phone):
    first = pull(phone)

    assert first["on"] == f"{timezone.localdate()}" and first["gone"] == []
    assert first["version"] == {"least": 1, "most": 1}
    assert base64.b64decode(first["key"]["public"])[0] == 4 and first["key"]["id"]
    have = [[one["kind"], one["id"], one["digest"]] for one in first["put"]]
    assert {"unit", "matter", "form"} <= {kind for kind, _key, _digest in have}
    for one in first["put"]:
        sent = json.dumps(one["row"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(sent.encode()).hexdigest() == one["digest"]

    again = pull(phone, [*have, ["matter", "999", "0"]])

    assert again["put"] == [] and again["gone"] == [["matter", "999"]]


def test_anothers_phone_sees_nothing_of_it(at_work, phone):
    own = {(one["kind"], one["id"]) for one in pull(phone)["put"]}
    neighbour = pull(Phone(at_work.neighbour_cadre))["put"]

    theirs = {(one["kind"], one["id"]) for one in neighbour}
    assert {kind for kind, _key in own & theirs} == {"me", "form"}
    assert "王建国" not in json.dumps(neighbour, ensure_ascii=False)
    me = next(one["row"] for one in neighbour if one["kind"] == "me")
    assert me["name"] == "冯远"


def test_words_are_in_the_language_of_the_account(at_work, phone):
    def state():
        found = [one["row"] for one in pull(phone)["put"] if one["kind"] == "matter"]
        return {one["state_label"] for one in found}

    at_work.matter()
    assert state() == {"已登记，待受理"} or "待" in next(iter(state()))

    type(at_work.author).objects.filter(pk=at_work.author.pk).update(language="en")

    assert state() == {"Registered, to be taken up"}


def test_a_revoked_phone_gets_nothing(at_work, phone):
    phone.revoke()

    assert ask(phone, []).status_code == 401


@pytest.mark.parametrize("of", ["none", "another", "sending", "replaced"])
def test_the_credential_alone_fetches_nothing(at_work, phone, of):
    """It is stored on the phone in plain text, so whoever copies the storage has it."""
    other = Phone(at_work.author)
    secret = {"none": "", "another": other.pull, "sending": phone.secret, "replaced": phone.pull}
    if of == "replaced":
        devices.renew(device=phone.device, by=at_work.author)

    refused = ask(phone, [], secret[of])

    assert (refused.status_code, refused.json()["error"]) == (403, "pull")
    assert set(refused.json()) == {"error", "version"}
    check(refused.json(), "Error")
    # It can still send.
    assert phone.send(phone.visit(at_work.village))[0]["state"] == "accepted"


def test_a_phone_enrolled_before_there_were_two_secrets_sends_and_fetches_nothing(at_work, phone):
    Device.objects.update(pull_digest="")

    assert ask(phone, [], "").status_code == 403
    assert phone.send(phone.visit(at_work.village))[0]["state"] == "accepted"
    # After being set up again, it can fetch.
    phone.pull = devices.renew(device=phone.device, by=at_work.author)
    assert pull(phone)["put"]


def test_a_phone_that_may_not_fetch_is_told_to_drop_all_the_same(at_work, phone, monkeypatch):
    monkeypatch.setattr(uses, "is_on", lambda code: code != "offline")

    said = ask(phone, [["unit", "1", "x"]], "").json()

    assert said["off"] is True and said["gone"] == [["unit", "1"]] and said["put"] == []


def test_where_the_store_is_turned_off_the_phone_is_told_to_drop_it(at_work, phone, monkeypatch):
    have = [[one["kind"], one["id"], one["digest"]] for one in pull(phone)["put"]]
    monkeypatch.setattr(uses, "is_on", lambda code: code != "offline")

    said = pull(phone, have)

    assert said["off"] is True and said["put"] == []
    assert said["gone"] == [[kind, key] for kind, key, _digest in have]


@pytest.mark.parametrize(
    "have",
    [
        *("x", None, {"a": 1}, [["unit", "1"]], [["unit", "1", 2]], ["unit"]),
        [["unit", "1", "x"]] * 2_001,
    ],
)
def test_what_is_no_list_of_rows_is_refused(phone, have):
    assert ask(phone, have).status_code == 400
