"""The second wall around stays, phones, households and personal records of offices."""

import uuid
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.utils import timezone

from api.models import KeptAnswer, ServiceAccount, Token
from outreach.models import (
    CommunityNeed,
    ContactArea,
    Household,
    NeedPledge,
    Notice,
    NoticeAddressee,
    Stay,
)
from outreach.models.batches import Nomination, StayBatch
from outreach.models.conduct import ConductReport
from outreach.models.stay_months import DayNote, MonthWord, StayMonth
from pairing.models import Pairing
from portal.models import Attachment, BreakGlass, StepBefore, User
from portal.pages import named_networks
from portal.trust import wall
from sync.models import Device, Entry, Part
from tests.day import TODAY
from tests.people import account, everybody, fresh
from tests.portal.test_wall import plan

MONTH = TODAY.replace(day=1)


def seen(user, model):
    with wall.reading(fresh(user)):
        return set(model._default_manager.values_list("pk", flat=True))


def readers(row):
    """The user names of all who may read a row, whatever a view queries."""
    return {user.username for user in everybody() if row.pk in seen(user, type(row))}


def placed(model, unit, organ, **fields):
    row = model(**fields)
    row.stand_at(unit)
    row.organ = organ
    row.save()
    return row


@pytest.fixture
def stay(people):
    return placed(
        Stay,
        people.village,
        people.agriculture,
        cadre=people.cadre,
        kind="residential",
        starts_on=MONTH,
        ends_on=MONTH + timedelta(days=90),
        document="组〔2026〕1号",
        created_at=timezone.now(),
    )


OVER_A_STAY = {"author", "liaison", "host", "host2", "office", "supervisor", "desk", "desk2"}


def test_a_stay_and_its_months_are_read_by_who_looks_after_them(people, stay):
    at = timezone.now()
    month = StayMonth.objects.create(stay=stay, month=MONTH, work="修渠。")
    word = MonthWord.objects.create(month=month, is_met=True, by=people.host, at=at)
    note = DayNote.objects.create(month=month, kind="away", days=2, by=people.author, at=at)

    for row in (stay, month, word, note):
        assert readers(row) == OVER_A_STAY


def test_a_nomination_is_read_by_its_organ_and_the_office(people):
    batch = StayBatch.objects.create(
        title="第一批",
        kind="residential",
        organ=people.department,
        area=people.county,
        starts_on=TODAY + timedelta(days=30),
        ends_on=TODAY + timedelta(days=90),
        nominate_by=TODAY,
        created_by=people.office,
        created_at=timezone.now(),
    )
    nomination = Nomination.objects.create(
        batch=batch,
        cadre=people.cadre,
        organ=people.agriculture,
        note="懂农业",
        nominated_by=people.liaison,
        nominated_at=timezone.now(),
    )
    # Another office reads it too if its own organ is in the county.
    assert readers(nomination) == {"liaison", "office", "n-office"}
    # Readers whom the office may ask for nominations.
    assert readers(batch) == {"liaison", "n-liaison", "office", "n-office"}


def test_a_household_is_read_at_its_place_and_where_a_record_names_it(people):
    household = Household.objects.create(unit=people.village, serial="3", display_name="李××户")
    there = {"author", "host", "host2", "office", "supervisor", "desk", "desk2"}
    assert readers(household) == there

    people.visit(by=people.neighbour_cadre).households.add(household)

    # The author of the visit, and the liaison who looks after the organ's diary.
    assert readers(household) == {*there, "n-cadre", "n-liaison"}


def test_a_phone_and_its_entries_are_its_owners(people):
    at = timezone.now()
    device = Device.objects.create(
        owner=people.author, name="手机", digest="x", enrolled_at=at, key=uuid.uuid4()
    )
    entry = Entry.objects.create(
        key=uuid.uuid4(),
        hash="x",
        state="fault",
        device=device,
        owner=people.author,
        received_at=at,
    )
    part = Part.objects.create(entry=entry, sha256="x", name="渠.jpg", size=1)

    # Whoever resets the organ's passwords, keeps its people, or runs the portal.
    for row in (device, entry, part):
        assert readers(row) == {"author", "liaison", "office", "system"}


def test_a_token_is_read_by_who_answers_for_it_and_its_answers_by_its_account_alone(people):
    at = timezone.now()
    machine = account("machine", "热线平台", None, "liaison", within=people.agriculture)
    service = ServiceAccount.objects.create(
        user=machine, system="热线", responsible=people.liaison, made_by=people.system, made_at=at
    )
    token = Token.objects.create(
        service=service,
        name="一",
        scopes=["units:read"],
        addresses=["127.0.0.1"],
        starts_on=TODAY,
        ends_on=TODAY,
        issued_by=people.security,
        issued_on=TODAY,
    )
    answer = KeptAnswer.objects.create(
        token=token, key="12345678", digest="x", status=200, sealed="x", at=at
    )
    assert readers(service) == readers(token) == {"machine", "liaison", "system", "security"}
    assert readers(answer) == {"machine"}


def test_a_complaint_about_a_person_is_read_by_recipients_apart_from_it(people):
    other = account("recipient2", "严明", people.department, "conduct")
    report = ConductReport.objects.create(registrar_cipher="x", received_on=TODAY)
    assert readers(report) == {"recipient", "recipient2"}

    report.recused.add(other)
    report.barred.add(User.objects.get(pk=people.recipient.pk))

    assert readers(report) == set()


def test_what_stood_before_a_step_is_read_by_nobody(people):
    before = StepBefore.objects.create(
        noun="outreach.matterstep", step=1, sealed="x", until=timezone.now()
    )
    assert readers(before) == set()


def test_a_need_is_read_in_the_county_and_who_takes_it_up_is_not(people):
    at = timezone.now()
    need = placed(
        CommunityNeed,
        people.village,
        people.town_organ,
        job="law",
        title="法律咨询",
        when="周六",
        until=TODAY,
        published_by=people.host,
        created_at=at,
    )
    pledge = NeedPledge.objects.create(
        need=need, cadre=people.neighbour, organ=people.roads, pledged_at=at
    )
    apart = {"system", "security", "auditor", "recipient"}
    assert readers(need) == {user.username for user in everybody()} - apart
    assert readers(pledge) == {
        *("n-cadre", "n-liaison", "host", "host2", "office", "supervisor", "desk", "desk2")
    }
    for user in (people.author, people.host):
        with wall.reading(user):
            assert CommunityNeed.objects.with_taken().get().taken == 1


def test_files_of_a_notice_are_read_once_it_is_published(people):
    notice = Notice.objects.create(
        title="通知",
        text="请查收。",
        organ=people.department,
        written_by=people.office,
        created_at=timezone.now(),
    )
    file = Attachment.objects.create(file="x", name="x", size=1, sha256="x", added_by=people.office)
    notice.attachments.add(file)
    assert readers(file) == {"office"}

    Notice.objects.filter(pk=notice.pk).update(
        state="published", published_by=people.office, published_on=TODAY
    )

    assert {"office", "author", "n-host"} <= readers(file)


def test_how_many_answered_a_notice_is_known_and_not_what(people):
    at = timezone.now()
    notice = Notice.objects.create(
        title="通知",
        text="请回复。",
        organ=people.department,
        written_by=people.office,
        created_at=at,
        state="published",
        published_by=people.office,
        published_on=TODAY,
    )
    said = NoticeAddressee.objects.create(
        notice=notice, organ=people.water, answered_at=at, answered_by=people.handler, text="已办。"
    )
    NoticeAddressee.objects.create(notice=notice, organ=people.roads)

    assert readers(said) == {"handler", "office", "supervisor"}
    with wall.reading(people.support):
        counted = Notice.objects.with_answer_counts().get()
        assert (counted.asked_count, counted.answered_count) == (2, 1)
        below = {
            one.name: Notice.objects.sent_below(organ=one).exists()
            for one in (people.water, people.weather)
        }
        assert below == {"县水利局": True, "县气象站": False}
        assert Notice.objects.sent_below(area=people.county).exists()
        assert not Notice.objects.sent_below(area=people.other_county).exists()


def test_whoever_was_opened_on_the_server_signs_in_from_anywhere(people, rf, settings):
    """Checked before the user is known."""
    settings.ADMIN_NETWORKS = [ip_network("10.1.0.0/16")]
    opening = BreakGlass.objects.create(
        user=people.system, reason="忘记密码", done_by="值班员", at=timezone.now()
    )
    assert readers(opening) == {"system", "security", "auditor"}
    with wall.reading(people.host):
        assert named_networks.refused_here(rf.get("/"), people.system) == ""
        assert named_networks.refused_here(rf.get("/"), people.security)


@pytest.mark.parametrize("model", [Stay, MonthWord, Household, ContactArea, CommunityNeed, Pairing])
def test_a_list_of_the_reader_is_made_once_for_a_statement(people, model):
    with wall.reading(people.host):
        said = plan(model.objects.all())
    filters = [line for line in said.splitlines() if "Filter:" in line or "Cond:" in line]

    assert "InitPlan" in said
    assert filters
    # The organs of a permission are rows of a hashed list.
    asked = [line for line in filters if "_wall" in line and "portal_wall_organs(" not in line]
    assert asked == []
