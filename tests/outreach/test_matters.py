"""The life of a matter through its actions: each works, is refused, is done twice; the exact new
state."""

import uuid
from datetime import date, timedelta
from inspect import signature

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from outreach import tasks
from outreach.actions import call_back_keys, follow_ups, matters, taking_back, visits
from outreach.actions.visits import DifferentContent
from outreach.ledgers.matters import MATTER_LEDGER
from outreach.models import (
    ContactArea,
    FollowUp,
    FollowUpTry,
    Matter,
    MatterAssignment,
    MatterBefore,
    MatterContact,
    MatterRequest,
    SupervisionOrder,
)
from outreach.models.matters import STAGE_OF, Status
from outreach.moves import DONE, MOVES
from outreach.rules import matters as rules
from portal import events, parameters
from portal.actions import accounts
from portal.days import workdays
from portal.duties.duty import DUTIES
from portal.models import AuditEntry, Cadre, Organ, RoleGrant, StandIn, User
from portal.pages.cells import deadline
from portal.records import files
from portal.trust import crypto, privacy
from tests.day import TODAY, now
from tests.outreach.test_batches import set_norm
from tests.people import STATED, account, division, fresh, matter_fields, unit


def word(people, matter, said, by=None, **more):
    call = FollowUp.objects.get(matter=matter, kind="word", answered_at=None)
    return follow_ups.record_word(
        follow_up=call, by=by or people.author, at=now(), word=said, **more
    )


# --- registration ----------------------------------------------------------------------------


def test_a_visit_registers_its_matters_once(people):
    visit = people.visit(matters=[{}, {"title": "医保缴费不会用手机", "category": "06"}])

    first, second = visit.matters.order_by("number")
    assert (first.number_label[-5:], second.number_label[-5:]) == ("-0001", "-0002")
    assert first.status == Status.REGISTERED
    assert first.township == people.town
    assert first.organ == people.agriculture
    assert first.host_organ == people.town_organ
    assert first.raiser_display == "李××"
    assert first.due_on == workdays.add_working_days(timezone.localdate(), 7)
    assert AuditEntry.objects.filter(event="matter.registered").count() == 2


def test_the_same_form_posted_twice_changes_nothing(people):
    key = uuid.uuid4()
    people.visit(client_key=key)
    again = people.visit(client_key=key)

    assert people.author.cadre.visits.get() == again


def test_another_content_under_the_same_key_is_refused(people):
    key = uuid.uuid4()
    people.visit(client_key=key)

    with pytest.raises(DifferentContent):
        people.visit(client_key=key, summary="完全不同的内容，另有其事。")


def test_an_anonymous_raiser_leaves_no_name(people):
    matter = people.matter(confidentiality="anonymous")

    assert matter.raiser_display == ""
    assert not matter.has_somebody_to_ask
    with matters.privacy.opened(matter=matter.pk):
        assert not MatterContact.objects.exists()


def test_contacts_are_encrypted_and_closed_to_a_plain_query(people):
    matter = people.matter()

    assert list(MatterContact.objects.all()) == []
    with matters.privacy.opened(matter=matter.pk):
        contact = MatterContact.objects.get()
    assert "李大山" not in contact.name_cipher
    assert "100" not in contact.phone_cipher


def test_each_reveal_is_one_audit_entry(people):
    matter = people.matter()

    shown = matters.reveal_contact(matter=matter, by=people.host)

    assert shown == {"name": "李大山", "phone": "100-0000-0001"}
    entry = AuditEntry.objects.get(event="matter.contact_revealed")
    assert (entry.actor_id, entry.noun_id) == (people.host.pk, matter.pk)


@pytest.mark.parametrize(
    ("who", "confidentiality", "allowed"),
    [
        ("author", "named", True),
        ("host", "named", True),
        ("supervisor", "named", False),
        ("office", "named", False),
        ("author", "organisation", True),
        ("host", "organisation", False),
        ("author", "anonymous", False),
    ],
)
def test_who_may_read_a_contact(people, who, confidentiality, allowed):
    matter = people.matter(confidentiality=confidentiality)

    assert bool(rules.may_read_contact(getattr(people, who), matter)) is allowed


def test_a_handler_reads_the_contact_only_while_the_matter_is_open(people):
    matter = people.awaiting_word()
    assert rules.may_read_contact(people.handler, matter)

    word(people, matter, "satisfied")

    assert not rules.may_read_contact(people.handler, Matter.objects.get(pk=matter.pk))


def test_an_id_number_never_reaches_the_database(people):
    matter = people.matter(request_text="本人身份证11010519491231002X，请核对。")

    assert "11010519491231002X" not in matter.request_text
    assert "*" * 18 in matter.request_text


# --- the main road ---------------------------------------------------------------------------


def test_host_takes_up_and_handles_with_a_station(people):
    matter = people.matter()

    matter = people.move(matter, "take_up", people.host, organ=people.station, officer="老周")

    assert matter.status == Status.IN_PROGRESS
    assert matter.lead_organ == people.station
    assert matter.assignments.get().signed_by == people.host


def test_the_whole_road_to_the_peoples_word(people):
    matter = people.awaiting_word()
    assert matter.stage == "call_back"

    word(people, matter, "satisfied", comment="渠道通了，谢谢。")

    matter.refresh_from_db()
    assert (matter.status, matter.closure, matter.word) == ("closed", "satisfied", "satisfied")
    assert matter.closed_on == timezone.localdate()
    assert [s.move for s in matter.steps.order_by("pk")] == [
        "register",
        "pass_up",
        "assign",
        "sign",
        "report",
        "pass_review",
        "close",
    ]
    assert matter.assignments.live().count() == 2


def test_every_step_has_its_audit_entry(people):
    people.awaiting_word()

    events = set(AuditEntry.objects.values_list("event", flat=True))
    assert {"matter.pass_up", "matter.assign", "matter.sign", "matter.report"} <= events


def test_first_not_satisfied_reopens_with_a_new_deadline(people):
    matter = people.awaiting_word()

    word(people, matter, "unsatisfied", comment="尾端还是没有水。")

    matter.refresh_from_db()
    assert (matter.status, matter.reopen_count) == (Status.IN_PROGRESS, 1)
    assert (matter.resolution, matter.word) == ("", "unsatisfied")
    assert matter.assignments.live().filter(part="lead", organ=people.water).exists()
    assert matter.steps.order_by("-pk").first().move == "reopen"


def reopened_and_answered(people):
    matter = people.awaiting_word()
    word(people, matter, "unsatisfied")
    people.move(matter, "report", people.handler, resolution="solved", text="再次清淤。")
    return people.move(matter, "pass_review", people.desk)


def test_reopened_then_satisfied_closes(people):
    matter = reopened_and_answered(people)

    word(people, matter, "basically")

    matter.refresh_from_db()
    assert (matter.closure, matter.reopen_count) == ("satisfied", 1)


def test_twice_not_satisfied_needs_review_and_leader_before_it_closes(people):
    matter = reopened_and_answered(people)
    word(people, matter, "unsatisfied")
    matter.refresh_from_db()
    assert matter.status == Status.TWICE_UNSATISFIED

    with pytest.raises(PermissionDenied):
        people.move(matter, "close_unsatisfied", people.supervisor)
    people.move(matter, "review_unsatisfied", people.desk, text="已两次清淤，尾端地势高。")
    matter = people.move(matter, "close_unsatisfied", people.supervisor, text="列入明年计划")

    assert (matter.closure, matter.word) == ("unsatisfied", "unsatisfied")


def test_handled_again_after_twice_not_satisfied_is_asked_about_anew(people):
    matter = reopened_and_answered(people)
    word(people, matter, "unsatisfied")
    matter = people.move(matter, "handle_again", people.desk, text="请现场会商后再办")
    assert (matter.resolution, matter.answered_on) == ("", None)
    people.move(matter, "report", people.handler, resolution="solved", text="加装提水泵。")
    matter = people.move(matter, "pass_review", people.desk)

    word(people, matter, "satisfied")

    matter.refresh_from_db()
    assert matter.closure == "satisfied"


def test_a_handler_still_sees_what_it_handled_once_closed(people):
    matter = people.awaiting_word()
    word(people, matter, "satisfied")

    assert Matter.objects.visible_to(people.handler).filter(pk=matter.pk).exists()
    assert not Matter.objects.visible_to(people.neighbour_handler).exists()


@pytest.mark.parametrize("said", ["declined"])
def test_a_declined_word_closes_unrated_and_never_satisfied(people, said):
    matter = people.awaiting_word()

    word(people, matter, said)

    matter.refresh_from_db()
    assert matter.closure == "unrated"


def test_three_tries_on_different_days_close_unrated(people):
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)

    for day in range(3):
        follow_ups.note_try(follow_up=call, by=people.author, at=now() + timedelta(days=day))

    matter.refresh_from_db()
    assert (matter.closure, matter.word) == ("unrated", "unreachable")


def test_two_tries_on_one_day_count_once(people):
    call = FollowUp.objects.get(matter=people.awaiting_word())
    follow_ups.note_try(follow_up=call, by=people.author, at=now())

    with pytest.raises(IntegrityError), transaction.atomic():
        follow_ups.note_try(follow_up=call, by=people.author, at=now())
    assert call.tries.count() == 1


def test_what_a_cadre_found_closes_unrated_after_the_review(people):
    matter = people.reported(raiser_kind="found")

    matter = people.move(matter, "pass_review", people.desk)

    assert matter.closure == "unrated"
    assert not FollowUp.objects.filter(matter=matter).exists()


# --- refusals --------------------------------------------------------------------------------


def test_a_matter_is_returned_once_and_then_the_desk_decides(people):
    matter = people.assigned()

    matter = people.move(matter, "return", people.handler, text="应由乡镇负责")
    assert matter.status == Status.ESCALATED
    matter = people.move(matter, "assign", people.desk, lead=people.water, text="经研究由你局承办")

    assert matter.assignments.live().get(part="lead").is_final
    with pytest.raises(PermissionDenied):
        people.move(matter, "return", people.handler, text="还是不归我们")


def test_only_the_organ_it_was_given_to_signs(people):
    matter = people.assigned()

    for stranger in (people.neighbour_handler, people.author, people.office, people.supervisor):
        with pytest.raises(PermissionDenied):
            people.move(matter, "sign", stranger)


def test_support_signs_for_itself_without_moving_the_state(people):
    matter = people.move(people.assigned(), "sign", people.support)

    assert matter.status == Status.ASSIGNED
    assert matter.assignments.get(organ=people.roads).signed_by == people.support


def test_a_reporter_does_not_review_the_own_result(people):
    matter = people.matter()
    people.move(matter, "take_up", people.host)
    people.move(matter, "report", people.host, resolution="solved", text="已修好。")

    with pytest.raises(PermissionDenied):
        people.move(matter, "pass_review", people.host)
    matter = people.move(matter, "pass_review", people.host2)
    assert matter.status == Status.AWAITING_WORD


def test_an_organ_that_ended_is_refused(people):
    matter = people.matter()
    people.move(matter, "pass_up", people.host, text="镇里办不了")
    people.water.ended_on = timezone.localdate()
    people.water.save()

    with pytest.raises(matters.RefusedValue), transaction.atomic():
        people.move(matter, "assign", people.desk, lead=people.water)
    assert not MatterAssignment.objects.filter(matter=matter).exists()


def test_an_extension_is_granted_once_by_a_second_person(people):
    matter = people.in_progress()
    later = matter.due_on + timedelta(days=3)
    people.move(matter, "ask_extension", people.handler, text="等水库检修", new_due_on=later)

    matter = people.move(matter, "confirm", people.desk)
    assert (matter.status, matter.due_on) == (Status.IN_PROGRESS, later)

    with pytest.raises(PermissionDenied):
        people.move(
            matter, "ask_extension", people.handler, text="再延", new_due_on=later + timedelta(2)
        )


def test_an_extension_longer_than_the_first_deadline_is_refused(people):
    matter = people.in_progress()

    with pytest.raises(matters.RefusedValue), transaction.atomic():
        people.move(
            matter,
            "ask_extension",
            people.handler,
            text="多些时间",
            new_due_on=matter.due_on + timedelta(days=90),
        )


def test_on_the_spot_is_confirmed_by_a_second_person(people):
    matter = people.matter(outcome="on_the_spot", result_text="当场教会了手机缴费。")
    assert matter.status == Status.PROPOSED

    matter = people.move(matter, "confirm", people.host)

    assert matter.status == Status.AWAITING_WORD
    assert MatterRequest.objects.get().decided_by == people.host


def test_nobody_confirms_their_own_request(people):
    matter = people.matter(by=people.author)
    people.move(matter, "ask_merged", people.host, text="同一件事", target=people.matter())

    with pytest.raises(PermissionDenied):
        people.move(matter, "confirm", people.host)


def test_a_principal_does_not_confirm_what_the_stand_in_asked(people):
    matter = people.move(people.matter(), "take_up", people.host)
    StandIn.objects.create(
        principal=people.host,
        stand_in=people.colleague,
        named_by=people.office,
        starts_on=date.today(),
        ends_on=date.today(),
    )
    matter = people.move(matter, "ask_explained", people.colleague, text="政策不允许")

    assert MatterRequest.objects.get().on_behalf_of == people.host
    for one in (people.host, people.colleague):
        assert not rules.may(one, matter, "confirm")
    assert rules.may(people.host2, matter, "confirm")


def test_who_settled_it_does_not_confirm_it_when_another_typed(people):
    cadre = Cadre.objects.create(user=people.host2, name="李秀英", organ=people.town_organ)
    visit, _new = visits.record_visit(
        client_key=uuid.uuid4(),
        author=cadre,
        by=people.host,
        unit=people.village,
        at=now(),
        visited_on=timezone.localdate(),
        reported_matters=[matter_fields(outcome="on_the_spot", result_text="当场办了。")],
        **STATED,
    )
    matter = visit.matters.get()

    for one in (people.host, people.host2):
        assert not rules.may(one, matter, "confirm")
    assert rules.may(people.desk, matter, "confirm")


def test_a_refused_request_goes_back_to_where_it_was(people):
    matter = people.in_progress()
    people.move(matter, "ask_suspended", people.handler, text="等明年资金")

    matter = people.move(matter, "refuse", people.desk, text="请先做能做的")

    assert matter.status == Status.IN_PROGRESS


def test_what_belongs_to_a_statutory_channel_is_not_stored(people):
    matter = people.matter(
        outcome="referred",
        referred_to="信访工作机构",
        referred_number="XF2026-0071",
        title="不该留下的标题",
        request_text="不该留下的内容",
    )
    assert "不该留下" not in matter.title + matter.request_text
    assert matter.requests.get().channel_number == "XF2026-0071"

    matter = people.move(matter, "confirm", people.host)

    assert (matter.closure, matter.referred_to) == ("referred", "信访工作机构")
    assert (matter.referred_number, matter.referred_on) == ("XF2026-0071", matter.registered_on)


def test_who_is_referred_at_once_is_not_named(people):
    matter = people.matter(
        outcome="referred",
        referred_to="纪检监察机关",
        category="12",
        side_a="张三",
        side_a_phone="100-0000-0002",
        side_b="李四",
        side_b_phone="100-0000-0003",
    )

    assert matter.raiser_display == ""
    assert not matter.sides.exists()
    with privacy.opened(matter=matter.pk):
        assert not MatterContact.objects.exists()


def refused_referral(people):
    matter = people.matter(
        outcome="referred", referred_to="信访工作机构", referred_number="XF2026-0071"
    )
    return matter, {"text": "不属于信访，请按普通事项办理"}


def test_a_refused_referral_is_written_again_and_handled(people):
    matter, given = refused_referral(people)

    matter = people.move(
        matter,
        "refuse",
        people.host,
        title="三组灌溉渠道淤堵",
        request_text="秧田缺水",
        raiser_name="李大山",
        raiser_phone="100-0000-0001",
        **given,
    )

    assert (matter.status, matter.title, matter.referred_to) == (
        Status.REGISTERED,
        "三组灌溉渠道淤堵",
        "",
    )
    assert (matter.request_text, matter.raiser_display) == ("秧田缺水", "李××")
    assert (matter.referred_number, matter.referred_on) == ("", None)
    contact = matters.reveal_contact(matter=matter, by=people.host)
    assert contact == {"name": "李大山", "phone": "100-0000-0001"}
    assert people.move(matter, "take_up", people.host).status == Status.IN_PROGRESS


def test_a_referral_is_not_refused_without_saying_what_it_is_about(people):
    matter, given = refused_referral(people)

    with pytest.raises(matters.RefusedValue):
        people.move(matter, "refuse", people.host, **given)

    matter.refresh_from_db()
    assert matter.status == Status.PROPOSED
    assert rules.may(people.host, matter, "confirm")


def test_a_referral_asked_on_the_way_and_refused_keeps_its_content(people):
    matter = people.in_progress()
    numbered = {"channel": "政法机关", "channel_number": "2026-1-77"}
    people.move(matter, "ask_referred", people.handler, **numbered)

    matter = people.move(matter, "refuse", people.desk, text="应由本单位办理")

    assert (matter.status, matter.title) == (Status.IN_PROGRESS, "三组灌溉渠道淤堵，秧田缺水")
    assert (matter.referred_to, matter.referred_number, matter.referred_on) == ("", "", None)


@pytest.fixture
def referred(people, django_capture_on_commit_callbacks):
    """A dispute with every text that one can have, then referred."""
    said = "不该留下"
    matter = people.matter(category="12", side_a="张三", side_a_phone="100-0000-0002")
    people.move(matter, "pass_up", people.host, text=said)
    people.move(matter, "assign", people.desk, lead=people.roads, text=said)
    people.move(matter, "return", people.support, text=said)
    matter = people.move(matter, "assign", people.desk, lead=people.water, text=said)
    people.move(matter, "order", people.supervisor, text=said, due_on=date(2099, 1, 1))
    people.move(matter, "sign", people.handler)
    kept = files.keep(
        b"%PDF-", name=f"{said}.pdf", content_type="application/pdf", by=people.handler
    )
    people.move(matter, "note", people.handler, text=said, attachments=[kept])
    people.move(matter, "mediate", people.handler, text=said, mediator=said)
    people.move(matter, "answer_order", people.handler, text=said)
    people.move(matter, "report", people.handler, text=said, resolution="solved", method="phone")
    people.move(matter, "pass_review", people.desk)
    for on in (2, 1):
        follow_ups.note_try(
            follow_up=matter.follow_ups.get(),
            by=people.author,
            note=said,
            at=now() - timedelta(days=on),
        )
    follow_ups.record_word(
        follow_up=matter.follow_ups.get(),
        by=people.author,
        at=now(),
        word="unsatisfied",
        comment=said,
    )
    numbered = {"channel": "政法机关", "channel_number": "2026-1-77"}
    matter = people.move(matter, "ask_referred", people.handler, **numbered)
    return people.move(matter, "confirm", people.desk, text=said), kept


def written_of(matter):
    """All rows of a matter except its files."""
    return [
        *Matter.objects.filter(pk=matter.pk).values(),
        *(
            row
            for name in ("steps", "requests", "orders", "assignments", "sides", "follow_ups")
            for row in getattr(matter, name).values()
        ),
        *FollowUpTry.objects.values(),
    ]


def check_nobody_reads(matter):
    rows = written_of(matter)
    assert "不该留下" not in str(rows)
    assert not {"李××", "张××"} & {row.get("raiser_display", row.get("display")) for row in rows}
    with privacy.opened(matter=matter.pk):
        assert not MatterContact.objects.exists()
    assert not matter.steps.filter(attachments__isnull=False).exists()


def a_night_later():
    """The hours have passed, and the task of the night has run."""
    MatterBefore.objects.update(until=now() - timedelta(minutes=1))
    tasks.forget_before()


def in_any_table(text):
    """Tables with this text in a readable column."""
    found = set()
    for model in apps.get_models():
        for row in model.objects.values():
            if text in str(row):
                found.add(model._meta.label)
    return found


def test_a_referral_on_the_way_takes_out_of_sight_what_was_written_and_by_whom(referred):
    matter, kept = referred

    check_nobody_reads(matter)
    # Only the file's name is still stored, readable by nobody.
    assert in_any_table("不该留下") == {"portal.Attachment"}
    assert kept.file.storage.exists(kept.file.name)


def test_the_night_after_the_hours_nothing_of_a_referral_is_in_any_table(
    referred, django_capture_on_commit_callbacks
):
    matter, kept = referred

    with django_capture_on_commit_callbacks(execute=True):
        a_night_later()

    check_nobody_reads(matter)
    assert in_any_table("不该留下") == set()
    assert not MatterBefore.objects.exists()
    assert not kept.file.storage.exists(kept.file.name)


def test_within_the_hours_the_night_erases_nothing_for_good(referred):
    matter, kept = referred

    tasks.forget_before()

    assert MatterBefore.objects.filter(step__matter=matter).exists()
    assert kept.file.storage.exists(kept.file.name)


def test_a_referral_confirmed_by_mistake_is_taken_back_with_all_that_was_written(referred, people):
    matter, kept = referred

    desk = {"by": fresh(people.desk), "at": now(), "reason": "不属政法机关受理"}
    taking_back.take_back(matter=matter, **desk)

    matter.refresh_from_db()
    assert (matter.status, matter.closure) == (Status.PROPOSED, "")
    assert matter.title == "三组灌溉渠道淤堵，秧田缺水"
    assert matter.raiser_display == "李××"
    said = [step.move for step in matter.steps.filter(text="不该留下").order_by("pk")]
    assert {"assign", "report", "note", "mediate"} <= set(said)
    assert list(matter.steps.get(move="note").attachments.all()) == [kept]
    with privacy.opened(matter=matter.pk):
        phones = {c.phone_cipher for c in MatterContact.objects.filter(matter=matter)}
    assert "100-0000-0002" in {crypto.decrypt(one, "matter.phone") for one in phones}
    assert not MatterBefore.objects.filter(step__matter=matter).exists()
    # And it can be confirmed again.
    assert people.move(matter, "confirm", people.desk).closure == "referred"


def test_after_the_night_a_referral_is_not_taken_back(referred, people):
    matter, _kept = referred
    a_night_later()

    with pytest.raises(PermissionDenied):
        taking_back.take_back(matter=matter, by=fresh(people.desk), at=now(), reason="迟了")


def test_with_no_hours_a_referral_erases_at_once(people, django_capture_on_commit_callbacks):
    set_norm(people, "takeback.hours", "0")
    matter = people.in_progress()
    kept = files.keep(b"%PDF-", name="a.pdf", content_type="application/pdf", by=people.handler)
    people.move(matter, "note", people.handler, text="已到现场", attachments=[kept])
    people.move(matter, "ask_referred", people.handler, channel="政法机关", channel_number="7")

    with django_capture_on_commit_callbacks(execute=True):
        people.move(matter, "confirm", people.desk)

    assert not MatterBefore.objects.exists()
    assert not kept.file.storage.exists(kept.file.name)


def test_a_referral_keeps_who_did_what_and_when(referred, people):
    matter, _kept = referred

    assert [s.move for s in matter.steps.order_by("at", "pk")][-2:] == ["ask_referred", "confirm"]
    assert matter.assignments.exclude(returned_reason="").get().organ == people.roads
    assert (matter.closure, matter.referred_to) == ("referred", "政法机关")
    assert (matter.referred_number, matter.referred_on) == ("2026-1-77", timezone.localdate())


def test_nobody_is_drawn_to_ask_about_a_referral(referred, monkeypatch):
    monkeypatch.setattr(call_back_keys, "is_in_sample", lambda *_a: True)

    assert follow_ups.draw_sample(on=timezone.localdate(), at=now()) == 0


def test_merging_needs_another_open_matter(people):
    matter = people.matter()

    with pytest.raises(matters.RefusedValue), transaction.atomic():
        people.move(matter, "ask_merged", people.host, text="同一件事", target=matter)


def test_an_instruction_returns_to_the_leader_who_wrote_it(people):
    matter = people.in_progress()
    people.move(
        matter,
        "order",
        people.supervisor,
        text="请本周拿出方案",
        due_on=timezone.localdate() + timedelta(days=3),
    )
    with pytest.raises(PermissionDenied):
        people.move(matter, "settle_order", people.supervisor)
    people.move(matter, "answer_order", people.handler, text="方案已定，周五开工")
    people.move(matter, "settle_order", people.supervisor)

    order = SupervisionOrder.objects.get()
    assert order.answered_by == people.handler
    assert order.settled_at is not None


def test_an_organ_without_account_is_answered_for_by_the_desk(people):
    people.neighbour_handler.is_active = False
    people.neighbour_handler.save()
    matter = people.matter()
    people.move(matter, "pass_up", people.host, text="需要气象数据")
    people.move(matter, "assign", people.desk, lead=people.weather)

    matter = people.move(
        matter,
        "answer_for",
        people.desk,
        resolution="explained",
        text="已提供数据。",
        organ_person="老孔",
    )

    assert matter.status == Status.REPORTED
    with pytest.raises(PermissionDenied):
        people.move(matter, "pass_review", people.desk)
    assert people.move(matter, "pass_review", people.desk2).status == Status.AWAITING_WORD


def test_an_organ_whose_people_do_not_handle_is_answered_for_by_the_desk(people):
    """Its accounts write diaries; none of them could sign for a matter."""
    matter = people.matter()
    people.move(matter, "pass_up", people.host, text="涉及农技")
    matter = people.move(matter, "assign", people.desk, lead=people.agriculture)

    assert not people.agriculture.has_accounts(on=TODAY)
    assert rules.may(people.desk, matter, "answer_for")


def test_an_organ_answers_itself_by_the_handlers_of_the_organ_above(people):
    account("town-handler", "镇办", people.town_organ, "handler", within=people.town_organ)

    assert people.station.has_accounts(on=TODAY)
    RoleGrant.objects.filter(role="handler").update(ends_on=timezone.localdate() - timedelta(1))
    assert not people.station.has_accounts(on=TODAY)


def test_nobody_answers_on_paper_for_a_host_that_handles_it_itself(people):
    matter = people.move(people.matter(), "take_up", people.host)

    assert not rules.may(people.desk, matter, "answer_for")


def test_an_instruction_written_by_a_stand_in_returns_to_the_leader(people):
    matter = people.in_progress()
    StandIn.objects.create(
        principal=people.supervisor,
        stand_in=people.colleague,
        named_by=people.office,
        starts_on=date.today(),
        ends_on=date.today(),
    )
    people.move(matter, "order", people.colleague, text="三日内回复", due_on=date.today())
    people.move(matter, "answer_order", people.handler, text="已办")
    StandIn.objects.all().delete()

    people.move(matter, "settle_order", people.supervisor)

    assert SupervisionOrder.objects.get().settled_at is not None


def test_a_call_of_an_account_that_ended_is_given_to_nobody(people):
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)
    assert not FollowUp.objects.given_to_nobody().exists()
    User.objects.filter(pk=people.author.pk).update(is_active=False)
    call.refresh_from_db()

    assert FollowUp.objects.given_to_nobody().get() == call
    assert rules.may_record_word(people.office, call)


def test_who_cannot_sign_in_any_more_is_not_asked_to_call(people):
    matter = people.reported()
    User.objects.filter(pk=people.author.pk).update(is_active=False)

    people.move(matter, "pass_review", people.desk)

    assert FollowUp.objects.get(matter=matter).caller is None


def test_the_lead_official_closes_what_only_they_may_close(people):
    matter = people.matter()
    people.move(matter, "pass_up", people.host, text="镇里办不了")
    people.move(matter, "assign", people.desk, lead=people.water, lead_official=people.neighbour)
    matter = people.move(matter, "sign", people.handler)
    for _round in range(2):
        people.move(matter, "report", people.handler, resolution="solved", text="已办。")
        people.move(matter, "pass_review", people.desk)
        word(people, matter, "unsatisfied")
    matter = people.move(matter, "review_unsatisfied", people.desk, text="已尽力。")

    assert matter in Matter.objects.visible_to(people.neighbour_cadre)
    assert not rules.may(people.supervisor, matter, "close_unsatisfied")
    matter = people.move(matter, "close_unsatisfied", people.neighbour_cadre, text="列入计划")
    assert matter.closure == "unsatisfied"


# --- disputes --------------------------------------------------------------------------------


def dispute(people, **fields):
    matter = people.matter(
        **{
            "category": "12",
            "title": "两户宅基地边界争议",
            "side_a": "陈大",
            "side_b": "吴二",
            "raiser_name": "",
            "side_b_phone": "100-0000-0022",
        }
        | fields
    )
    people.move(matter, "take_up", people.host)
    people.move(
        matter,
        "mediate",
        people.host,
        text="现场丈量",
        mediator="张调解",
        agreed_a=True,
        agreed_b=True,
    )
    people.move(matter, "report", people.host, resolution="solved", text="已立界桩。")
    return people.move(matter, "pass_review", people.host2)


def test_a_dispute_closes_only_on_the_word_of_both_sides(people):
    matter = dispute(people)
    first, second = FollowUp.objects.filter(matter=matter).order_by("side__label")

    follow_ups.record_word(follow_up=first, by=people.author, at=now(), word="satisfied")
    matter.refresh_from_db()
    assert matter.status == Status.AWAITING_WORD
    follow_ups.record_word(follow_up=second, by=people.author, at=now(), word="basically")

    matter.refresh_from_db()
    assert (matter.closure, matter.word) == ("satisfied", "basically")


def test_both_sides_of_a_dispute_that_a_cadre_found_are_asked(people):
    matter = dispute(people, raiser_kind="found", raiser_phone="")

    assert matter.status == Status.AWAITING_WORD
    asked = FollowUp.objects.filter(matter=matter).order_by("side__label")
    assert [call.side.label for call in asked] == ["a", "b"]


def test_a_dispute_of_which_one_side_is_named_is_never_settled_by_that_side(people):
    matter = dispute(people, side_b="")

    word(people, matter, "satisfied")

    matter.refresh_from_db()
    assert (matter.closure, matter.word) == ("unrated", "unreachable")


def test_the_sides_of_an_anonymous_dispute_are_not_asked(people):
    assert dispute(people, confidentiality="anonymous").closure == "unrated"


def test_one_side_not_satisfied_reopens_a_dispute(people):
    matter = dispute(people)
    first = FollowUp.objects.filter(matter=matter).order_by("side__label").first()

    follow_ups.record_word(follow_up=first, by=people.author, at=now(), word="unsatisfied")

    matter.refresh_from_db()
    assert matter.reopen_count == 1
    assert not FollowUp.objects.open_on(timezone.localdate()).filter(matter=matter).exists()


# --- the sample ------------------------------------------------------------------------------


def test_what_is_sent_again_under_its_key_moves_nothing(people):
    matter = people.in_progress()
    first, second = uuid.uuid4(), uuid.uuid4()

    for key, text in ((first, "已到现场"), (first, "已到现场"), (second, "已到现场")):
        people.move(matter, "note", people.handler, text=text, client_key=key)

    assert matter.steps.filter(move="note").count() == 2
    assert AuditEntry.objects.filter(event="matter.note").count() == 2


def test_the_call_of_somebody_without_a_role_any_more_is_arranged_anew(people):
    call = FollowUp.objects.get(matter=people.awaiting_word())
    today = timezone.localdate()
    assert (call.caller, follow_ups.take_back_calls(on=today)) == (people.author, 0)
    people.author.grants.update(ends_on=today - timedelta(days=1))

    assert follow_ups.take_back_calls(on=today) == 1

    call.refresh_from_db()
    assert call.caller is None
    assert call in DUTIES["arrange_call"].rows(people.host)
    assert AuditEntry.objects.filter(event="follow_up.taken_back", noun_id=call.pk).exists()


def test_the_sample_is_drawn_once_from_all_results(people, monkeypatch):
    monkeypatch.setitem(
        parameters.NORMS, "matter.callback_sample", parameters.Norm("", "1.0", "", "")
    )
    matter = people.awaiting_word()

    assert follow_ups.draw_sample(on=timezone.localdate(), at=now()) == 1
    assert follow_ups.draw_sample(on=timezone.localdate(), at=now()) == 0
    assert FollowUp.objects.get(kind="sample").matter == matter


def test_the_sample_asks_about_the_result_that_was_given(people, monkeypatch):
    """Reopened before the draw: the first result is asked about, and later the next one."""
    monkeypatch.setattr(call_back_keys, "is_in_sample", lambda *result: True)
    matter = people.awaiting_word()
    word(people, matter, "unsatisfied")

    follow_ups.draw_sample(on=timezone.localdate(), at=now())
    samples = FollowUp.objects.filter(kind="sample").order_by("round")
    assert [sample.round for sample in samples] == [0]

    people.move(matter, "report", people.handler, resolution="solved", text="再次清淤。")
    people.move(matter, "pass_review", people.desk)
    assert follow_ups.draw_sample(on=timezone.localdate(), at=now()) == 1
    assert [sample.round for sample in samples.all()] == [0, 1]


def test_what_remains_unsatisfied_is_not_reopened_by_a_sample_that_says_so(people):
    matter = reopened_and_answered(people)
    word(people, matter, "unsatisfied")
    people.move(matter, "review_unsatisfied", people.desk, text="已两次清淤。")
    people.move(matter, "close_unsatisfied", people.supervisor, text="列入明年计划")
    sample = FollowUp.objects.create(
        matter=matter,
        kind="sample",
        round=1,
        starts_on=date.today(),
        due_on=date.today(),
        caller=people.office,
    )

    follow_ups.record_word(follow_up=sample, by=people.office, at=now(), word="unsatisfied")

    matter.refresh_from_db()
    assert (matter.status, matter.closure) == (Status.CLOSED, "unsatisfied")


def test_what_a_cadre_found_is_withdrawn_by_nobody(people):
    assert not rules.may(people.host, people.matter(raiser_kind="found"), "ask_withdrawn")
    assert rules.may(people.host, people.matter(), "ask_withdrawn")


def test_a_sample_is_asked_by_an_outsider_and_can_reopen_a_closed_matter(people):
    matter = people.awaiting_word()
    word(people, matter, "satisfied")
    sample = FollowUp.objects.create(
        matter=matter, kind="sample", starts_on=date.today(), due_on=date.today()
    )
    assert not rules.may_be_called_by(people.handler, sample)
    follow_ups.arrange_call(follow_up=sample, caller=people.host2, by=people.office, at=now())

    follow_ups.record_word(follow_up=sample, by=people.host2, at=now(), word="unsatisfied")

    matter.refresh_from_db()
    assert (matter.status, matter.closure, matter.closed_on) == (Status.IN_PROGRESS, "", None)


@pytest.mark.parametrize("name", ["system", "security", "auditor", "recipient", "ended"])
def test_a_call_is_given_to_somebody_with_a_role_in_the_work_alone(people, name):
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)
    accounts.end_account(user=people.neighbour_cadre, by=people.system)
    caller = people.neighbour_cadre if name == "ended" else getattr(people, name)

    with pytest.raises(PermissionDenied):
        follow_ups.arrange_call(follow_up=call, caller=fresh(caller), by=people.desk, at=now())

    assert not Matter.objects.visible_to(fresh(caller)).exists()


def test_a_handler_records_no_word(people):
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)

    with pytest.raises(PermissionDenied):
        follow_ups.record_word(follow_up=call, by=people.handler, at=now(), word="satisfied")


# --- stand-ins -------------------------------------------------------------------------------


def test_a_stand_in_acts_and_both_are_named(people):
    StandIn.objects.create(
        principal=people.handler,
        stand_in=people.colleague,
        named_by=people.handler,
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate(),
    )
    colleague = fresh(people.colleague)

    matter = people.move(people.assigned(), "sign", colleague)

    step = matter.steps.get(move="sign")
    assert (step.by, step.on_behalf_of) == (colleague, people.handler)


def test_a_grant_that_ended_opens_nothing(people):
    matter = people.assigned()
    RoleGrant.objects.filter(user=people.handler).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )
    handler = fresh(people.handler)

    assert not Matter.objects.visible_to(handler).filter(pk=matter.pk).exists()


# --- tables that must be complete ------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(MOVES))
def test_every_move_has_words_and_changes_what_its_form_asks(code):
    move = MOVES[code]
    asked = set(move.form.base_fields) - {"text", "numbers", "attachments"}
    taken = signature(move.effect).parameters

    assert asked <= set(taken) or any(one.kind == one.VAR_KEYWORD for one in taken.values())
    assert str(move.label)
    assert str(DONE[code]) == str(move.done) == str(events.say(f"matter.{code}"))


def test_every_state_has_its_stage():
    assert set(STAGE_OF) == set(Status)


def test_what_waits_for_whom(people):
    registered = people.matter()
    escalated = people.matter()
    people.move(escalated, "pass_up", people.host, text="镇里办不了")
    assigned = people.assigned()
    reported = people.reported()

    def waiting(user):
        return set(Matter.objects.waiting_for(user).values_list("pk", flat=True))

    assert waiting(people.host) == {registered.pk}
    assert waiting(people.desk) == {escalated.pk, reported.pk}
    assert waiting(people.handler) == {assigned.pk}
    assert waiting(people.neighbour_host) == set()


def test_the_host_leads_only_what_its_own_organs_handle(people):
    """A host may assign a matter to an outside organ that it called."""
    matter = people.in_progress()
    Matter.objects.filter(pk=matter.pk).update(assigned_by_desk=False)
    matter.refresh_from_db()

    assert not rules.Standing(people.host, matter, on=TODAY).leads
    assert rules.Standing(people.handler, matter, on=TODAY).leads
    assert not Matter.objects.waiting_for(people.host, "report").exists()
    assert Matter.objects.waiting_for(people.handler, "report").get() == matter


# --- contacts --------------------------------------------------------------------------------


def test_a_withheld_name_is_read_by_the_organisation_department(people):
    matter = people.assigned(confidentiality="organisation")

    assert matters.reveal_contact(matter=matter, by=people.office)["name"] == "李大山"
    assert not rules.may_read_contact(people.host, matter)
    assert not rules.may_read_contact(people.handler, matter)
    assert not rules.may_read_contact(people.neighbour_office, matter)


def test_a_caller_gets_the_number_of_a_withheld_name_and_not_the_name(people):
    matter = people.awaiting_word(confidentiality="organisation")
    call = FollowUp.objects.get(matter=matter)
    follow_ups.arrange_call(follow_up=call, caller=people.colleague, by=people.office, at=now())

    contact = matters.reveal_contact(matter=matter, by=people.colleague)

    assert contact == {"name": "", "phone": "100-0000-0001"}


def test_a_caller_reads_the_contact_of_the_side_to_be_asked_alone(people):
    matter = dispute(people)
    side_b = matter.sides.get(label="b")
    call = FollowUp.objects.get(matter=matter, side=side_b)
    follow_ups.arrange_call(
        follow_up=call, caller=people.neighbour_cadre, by=people.office, at=now()
    )

    contact = matters.reveal_contact(matter=matter, by=people.neighbour_cadre, side=side_b)

    assert contact == {"name": "吴二", "phone": "100-0000-0022"}
    for other in (None, matter.sides.get(label="a")):
        assert not rules.may_read_contact(people.neighbour_cadre, matter, side=other)


# --- who asks --------------------------------------------------------------------------------


def test_who_handled_a_matter_does_not_ask_about_it(people):
    """The host that handled it may not if no caller was named; the registrar may."""
    matter = people.matter(by=people.author)
    people.move(matter, "take_up", people.host)
    people.move(matter, "report", people.host, resolution="solved", text="已清。")
    people.move(matter, "pass_review", people.host2)
    call = FollowUp.objects.get(matter=matter)
    FollowUp.objects.update(caller=None)
    call.refresh_from_db()

    assert not rules.may_record_word(people.host, call)
    assert not rules.may_record_word(people.host2, call)
    assert not rules.may_be_called_by(people.host2, call)
    assert rules.may_record_word(people.office, call)


def test_who_settled_a_matter_on_the_spot_does_not_ask_about_it(people):
    matter = people.matter(outcome="on_the_spot", result_text="当场教会了手机缴费。")
    people.move(matter, "confirm", people.host)
    call = FollowUp.objects.get(matter=matter)

    assert call.caller is None
    assert not rules.may_be_called_by(people.author, call)
    assert rules.may_be_called_by(people.colleague, call)


def test_for_whom_another_typed_it_as_settled_does_not_ask_about_it(people):
    typed = people.visit(
        by=people.author, matters=[{"outcome": "on_the_spot", "result_text": "当场答复。"}]
    ).matters.get()
    Matter.objects.filter(pk=typed.pk).update(registered_by=people.cadre2)
    call = FollowUp(matter=Matter.objects.get(pk=typed.pk))

    assert not rules.may_be_called_by(people.colleague, call)


def test_who_handles_for_another_organ_by_a_grant_does_not_ask_about_its_matters(people):
    lent = account("lent", "借调", people.weather, "handler", within=people.water)
    call = FollowUp.objects.get(matter=people.awaiting_word())

    assert not rules.may_be_called_by(lent, call)
    assert rules.may_be_called_by(people.neighbour_handler, call)


@pytest.mark.parametrize("name", ["author", "host", "desk", "handler", "support", "desk2"])
def test_a_sample_is_asked_by_nobody_of_the_chain(people, name):
    """The registrar, those who passed up, assigned and confirmed it, lead and support."""
    matter = people.in_progress()
    people.move(matter, "ask_explained", people.handler, text="土地性质不允许")
    people.move(matter, "confirm", people.desk2)
    sample = FollowUp.objects.create(
        matter=matter, kind="sample", starts_on=date.today(), due_on=date.today()
    )

    assert not rules.may_be_called_by(getattr(people, name), sample)
    assert rules.may_be_called_by(people.colleague, sample)


def test_a_stand_in_of_somebody_in_the_chain_does_not_ask_the_sample(people):
    matter = people.awaiting_word()
    sample = FollowUp.objects.create(
        matter=matter, kind="sample", starts_on=date.today(), due_on=date.today()
    )
    StandIn.objects.create(
        principal=people.desk,
        stand_in=people.colleague,
        named_by=people.office,
        starts_on=date.today(),
        ends_on=date.today(),
    )

    assert not rules.may_be_called_by(people.colleague, sample)


def test_a_call_made_in_somebodys_place_names_both(people):
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)
    StandIn.objects.create(
        principal=people.author,
        stand_in=people.colleague,
        named_by=people.office,
        starts_on=date.today(),
        ends_on=date.today(),
    )

    follow_ups.record_word(follow_up=call, by=people.colleague, at=now(), word="satisfied")

    step = matter.steps.order_by("pk").last()
    assert (step.by, step.on_behalf_of) == (people.colleague, people.author)


def test_a_stand_in_for_two_acts_for_the_one_whose_grant_allows_it(people):
    matter = people.assigned()
    for principal in (people.host, people.handler):
        StandIn.objects.create(
            principal=principal,
            stand_in=people.colleague,
            named_by=people.office,
            starts_on=date.today(),
            ends_on=date.today(),
        )

    people.move(matter, "sign", fresh(people.colleague))

    assert matter.steps.get(move="sign").on_behalf_of == people.handler


# --- merging, referring, orders, urging --------------------------------------------------------


def test_a_merge_is_not_confirmed_into_a_matter_that_closed_meanwhile(people):
    target, matter = people.awaiting_word(), people.matter()
    people.move(matter, "ask_merged", people.host, target=target, text="同一条渠")
    word(people, target, "satisfied")

    with pytest.raises(matters.RefusedValue):
        people.move(matter, "confirm", people.host2)

    matter.refresh_from_db()
    assert matter.status == Status.PROPOSED


def test_a_bad_word_about_a_referred_matter_is_kept_and_reopens_nothing(people):
    matter = people.matter()
    people.move(matter, "ask_referred", people.host, channel="信访工作机构")
    people.move(matter, "confirm", people.host2)
    sample = FollowUp.objects.create(
        matter=matter,
        kind="sample",
        starts_on=date.today(),
        due_on=date.today(),
        caller=people.office,
    )

    follow_ups.record_word(follow_up=sample, by=people.office, at=now(), word="unsatisfied")

    matter.refresh_from_db()
    sample.refresh_from_db()
    assert (matter.status, sample.word) == (Status.CLOSED, "unsatisfied")


def test_an_instruction_is_answered_also_after_the_second_not_satisfied(people):
    matter = people.awaiting_word()
    word(people, matter, "unsatisfied")
    people.move(matter, "report", people.handler, resolution="solved", text="又清一次。")
    people.move(matter, "pass_review", people.desk)
    word(people, matter, "unsatisfied")
    matter.refresh_from_db()
    assert matter.status == Status.TWICE_UNSATISFIED
    people.move(matter, "order", people.supervisor, text="一周内说明", due_on=date.today())

    people.move(matter, "answer_order", people.handler, text="已约群众现场核实")

    assert matter.orders.get().answered_by == people.handler


def test_an_instruction_about_an_unassigned_matter_is_answered_by_who_assigns(people):
    matter = people.matter()
    people.move(matter, "order", people.supervisor, text="抓紧受理", due_on=date.today())

    people.move(matter, "answer_order", people.host, text="今天受理")

    assert matter.orders.get().answered_by == people.host


def test_a_supporting_organ_goes_on_seeing_a_closed_matter_without_the_contact(people):
    matter = people.awaiting_word()
    word(people, matter, "satisfied")
    matter.refresh_from_db()

    for one in (people.support, people.handler):
        assert matter in Matter.objects.visible_to(one)
        assert matter not in Matter.objects.waiting_for(one)
        assert not rules.may_read_contact(one, matter)


def test_an_unassigned_matter_too_is_urged_once_a_day(people):
    matter = people.matter()
    people.move(matter, "urge", people.supervisor)

    assert not rules.may(people.office, matter, "urge")


def test_a_suspended_matter_is_not_overdue(people):
    matter = people.in_progress()
    Matter.objects.update(due_on=date(2026, 1, 5))
    assert matter in Matter.objects.overdue(on=date.today())

    people.move(matter, "ask_suspended", people.handler, text="等汛期过后")
    people.move(matter, "confirm", people.desk)

    assert matter not in Matter.objects.overdue(on=date.today())


def test_what_was_answered_in_time_is_not_overdue_while_it_is_reviewed(people):
    matter = people.reported()
    Matter.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert not Matter.objects.overdue(on=timezone.localdate()).exists()

    people.move(matter, "send_back", people.desk, text="请补做尾端")

    assert matter in Matter.objects.overdue(on=timezone.localdate())


def test_an_urgent_matter_is_overdue_by_the_hour(people):
    matter = people.matter(urgency="urgent")
    today = timezone.localdate()
    assert not Matter.objects.overdue(on=today).exists()

    Matter.objects.update(due_at=now() - timedelta(minutes=1), due_on=today)

    assert matter in Matter.objects.overdue(on=today)
    assert "已超期" in deadline(Matter.objects.get())


def test_a_contact_is_corrected_and_erased_when_its_owner_asks(people):
    matter = people.matter()

    matters.change_contact(matter=matter, by=people.author, phone="100-0000-0009")
    corrected = matters.reveal_contact(matter=matter, by=people.host)
    matters.change_contact(matter=matter, by=people.host, erase=True)

    matter.refresh_from_db()
    assert corrected == {"name": "李大山", "phone": "100-0000-0009"}
    assert matters.reveal_contact(matter=matter, by=people.host) == {"name": "", "phone": ""}
    assert matter.raiser_display == ""
    entries = AuditEntry.objects.filter(event__startswith="matter.contact_")
    assert list(
        entries.exclude(event="matter.contact_revealed")
        .order_by("pk")
        .values_list("event", "fields")
    ) == [("matter.contact_corrected", ["phone"]), ("matter.contact_erased", ["name", "phone"])]


def test_a_contact_of_one_side_is_erased_and_the_side_stays(people):
    matter = people.matter(
        category="12", side_a="陈大", side_b="吴二", side_b_phone="100-0000-0002"
    )
    side_a, side_b = matter.sides.order_by("label")

    matters.change_contact(matter=matter, by=people.host, side=side_a, name="程大")
    matters.change_contact(matter=matter, by=people.host, side=side_b, erase=True)

    assert list(matter.sides.order_by("label").values_list("display", flat=True)) == ["程××", "××"]
    assert matters.reveal_contact(matter=matter, by=people.host, side=side_b)["phone"] == ""
    assert matters.reveal_contact(matter=matter, by=people.host, side=side_a)["name"] == "程大"


@pytest.mark.parametrize(
    ("who", "fields"),
    [
        ("handler", {}),
        ("office", {}),
        ("host", {"confidentiality": "organisation"}),
        ("author", {"confidentiality": "anonymous", "raiser_name": ""}),
        ("author", {"raiser_kind": "found", "raiser_name": "", "raiser_phone": ""}),
    ],
)
def test_a_contact_is_changed_by_who_recorded_contact_or_hosts_alone(people, who, fields):
    matter = people.assigned(**fields)

    with pytest.raises(PermissionDenied):
        matters.change_contact(matter=matter, by=getattr(people, who), erase=True)


def test_what_a_stand_in_does_names_both(people):
    for principal in (people.host, people.desk):
        StandIn.objects.create(
            principal=principal,
            stand_in=people.colleague,
            named_by=principal,
            starts_on=timezone.localdate(),
            ends_on=timezone.localdate(),
        )
    lent = fresh(people.colleague)
    matter = matters.register_matter(
        unit=people.village, by=lent, at=now(), on=TODAY, **matter_fields(client_key=uuid.uuid4())
    )
    matters.reveal_contact(matter=matter, by=lent)
    matters.change_contact(matter=people.matter(), by=lent, erase=True)
    call = FollowUp.objects.get(matter=people.awaiting_word())
    follow_ups.arrange_call(follow_up=call, caller=people.office, by=lent, at=now())

    def principal(event):
        return AuditEntry.objects.filter(event=event, actor_id=lent.pk).get().principal_id

    # A cadre of the county registers in their own right, without a lent role.
    assert principal("matter.registered") is None
    assert matter.steps.get().on_behalf_of is None
    assert principal("matter.contact_erased") == people.host.pk
    assert principal("follow_up.arranged") in {people.host.pk, people.desk.pk}
    step = call.matter.steps.get(move="arrange_call")
    assert step.on_behalf_of_id == principal("follow_up.arranged")


def test_a_matter_registered_by_a_lent_role_alone_names_both(people):
    stranger = account("stranger", "万里", people.weather)
    StandIn.objects.create(
        principal=people.host,
        stand_in=stranger,
        named_by=people.host,
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate(),
    )

    matter = matters.register_matter(
        unit=people.village,
        by=stranger,
        at=now(),
        on=TODAY,
        **matter_fields(client_key=uuid.uuid4()),
    )
    matters.reveal_contact(matter=people.matter(), by=stranger)

    assert matter.steps.get().on_behalf_of == people.host
    for event in ("matter.registered", "matter.contact_revealed"):
        entry = AuditEntry.objects.get(event=event, actor_id=stranger.pk)
        assert entry.principal_id == people.host.pk


def test_the_same_form_sent_again_after_midnight_is_one_matter(people):
    form = matter_fields()
    first, again = (
        matters.register_matter(unit=people.village, by=people.host, at=now(), on=day, **form)
        for day in (TODAY, TODAY + timedelta(days=1))
    )

    assert first == again == Matter.objects.get() and first.registered_on == TODAY


def outsider():
    """A cadre of an organ without any part in the matter."""
    return account("outsider", "孟远", Organ.objects.get(name="县气象站"), "cadre")


def test_a_call_ends_with_the_result_it_asks_about(people):
    matter, caller = people.awaiting_word(), outsider()
    call = FollowUp.objects.get(matter=matter)
    follow_ups.arrange_call(follow_up=call, caller=caller, by=people.desk, at=now())
    sample = FollowUp.objects.create(
        matter=matter,
        kind="sample",
        caller=people.office,
        starts_on=timezone.localdate(),
        due_on=timezone.localdate(),
    )
    follow_ups.record_word(follow_up=sample, by=people.office, at=now(), word="unsatisfied")

    call.refresh_from_db()
    matter.refresh_from_db()
    assert (matter.status, matter.reopen_count) == (Status.IN_PROGRESS, 1)
    assert call.given_up_at is not None
    assert not rules.may_read_contact(fresh(caller), matter)
    assert not rules.may_record_word(caller, call)


def test_a_slow_call_back_does_not_make_an_answer_late(people):
    matter = people.awaiting_word()
    call = FollowUp.objects.get(matter=matter)

    follow_ups.record_word(
        follow_up=call, by=people.author, at=now() + timedelta(days=30), word="satisfied"
    )

    matter.refresh_from_db()
    assert matter.closed_on > matter.due_on
    assert matter.answered_on == timezone.localdate()
    assert "按期办结" in deadline(matter)
    Matter.objects.update(due_on=matter.answered_on - timedelta(days=1))
    assert "超期办结" in deadline(Matter.objects.get())


def test_the_day_of_the_answer_is_that_of_the_result_that_stands(people):
    matter = people.reported()
    assert matter.answered_on == timezone.localdate()
    assert people.move(matter, "send_back", people.desk, text="请补做").answered_on is None
    people.move(matter, "report", people.handler, resolution="solved", text="补做了。")
    people.move(matter, "pass_review", people.desk)

    word(people, matter, "unsatisfied")

    matter.refresh_from_db()
    assert matter.answered_on is None


def test_what_was_settled_on_the_spot_was_answered_then(people):
    told = now() - timedelta(days=2)
    matter = people.matter(outcome="on_the_spot", result_text="当场教会。", at=told)

    matter = people.move(matter, "confirm", people.host)

    assert matter.answered_on == timezone.localdate(told)


def test_what_nobody_answered_is_judged_by_the_day_it_closed(people):
    matter = people.matter()
    people.move(matter, "ask_withdrawn", people.author, text="自己修好了")
    matter = people.move(matter, "confirm", people.host)

    assert matter.answered_on is None
    assert not matter.was_late


def test_an_extension_is_not_longer_because_the_visit_was_entered_late(people):
    long_ago = timezone.localdate() - timedelta(days=200)
    matter = people.visit(visited_on=long_ago, matters=[{}]).matters.get()
    people.move(matter, "take_up", people.host)

    with pytest.raises(matters.RefusedValue), transaction.atomic():
        people.move(
            matter,
            "ask_extension",
            people.host,
            text="多些时间",
            new_due_on=matter.due_on + timedelta(days=60),
        )


def test_a_matter_without_a_visit_is_registered_near_home(people):
    """Anywhere in one's own county; elsewhere only in a contact area."""
    town = division("外县镇", 4, people.other_county, "990109001000")
    far = unit("外县村", people.department, town)
    assert rules.may_register_matter(people.author, people.other_village)
    assert not rules.may_register_matter(people.author, far)
    assert not rules.may_register_matter(people.auditor, people.village)

    ContactArea.objects.create(cadre=people.cadre, unit=far, starts_on=date(2020, 1, 1))
    assert rules.may_register_matter(people.author, far)


def test_the_notes_of_progress_stand_in_the_ledger_parted_as_officials_part_them(people):
    matter = people.in_progress()
    people.move(matter, "note", people.handler, text="已到现场")
    people.move(matter, "note", people.handler, text="明日清淤")
    (cells,) = MATTER_LEDGER.lines(Matter.objects.filter(pk=matter.pk), people.desk)

    assert "办理中；已到现场；明日清淤" in cells
