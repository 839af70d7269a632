"""Each kind of entry goes through the form and action of its page, or is refused with a message."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from outreach.actions import stay_months, visits
from outreach.models import Leave, MonthWord, Visit, VisitCompanion
from outreach.stay_days import one_month
from portal.models import AuditEntry, RoleGrant
from portal.records import files
from portal.trust import privacy
from research.models import SealedAnswer
from sync import tasks
from sync.actions import entries
from sync.kinds import KINDS, Newer, NotKept, Refused, kind_of, parse
from sync.models import Entry, KeptEntry
from tests.day import in_days, now
from tests.outreach.test_stays import stay_of
from tests.people import fresh
from tests.research import answering
from tests.sync.phone import Phone, jpeg
from tests.sync.test_working_set import publish, rows_of


def command(kind, about="", /, *, key=None, corrects=None, base=None, **fields):
    written = {
        "v": 1,
        "id": str(key or uuid.uuid4()),
        "kind": kind,
        "made": "2026-11-11T09:30:00+08:00",
        "fields": {
            name: values if isinstance(values, list) else [str(values)]
            for name, values in fields.items()
        },
        **({"about": str(about)} if about else {}),
        **({"corrects": str(corrects)} if corrects else {}),
        **({"base": base} if base else {}),
    }
    return parse(json.dumps(written, ensure_ascii=False).encode())


def carry_out(user, entry, *, record=None):
    """Carry out an entry as the portal does; refusals have the form's messages."""
    user, kind = fresh(user), kind_of(entry)
    bound = kind.bind(user, entry, on=user.today, record=record)
    if not bound.is_valid:
        raise Refused(*bound.words())
    return kind.save(user, bound, entry, at=now(), record=record)


def refused(user, entry, **more):
    with pytest.raises((Refused, PermissionDenied)) as problem:
        carry_out(user, entry, **more)
    return " ".join(getattr(problem.value, "words", [str(problem.value)]))


def end_grants(user):
    RoleGrant.objects.filter(user=user).update(ends_on=in_days(-1))


def photo(by, n=1):
    content = b"photo %d" % n
    return files.keep(content, name=f"{n}.jpg", content_type="image/jpeg", by=by)


# --- The next step of a matter --------------------------------------------------------------------


def test_progress_is_noted_once(people):
    matter = people.in_progress()
    entry = command("step", matter.pk, move="note", text="已清淤一百米。")

    step = carry_out(people.handler, entry)

    assert carry_out(people.handler, entry) == step
    assert (step.move, step.text, step.client_key) == ("note", "已清淤一百米。", entry.id)
    assert matter.steps.filter(move="note").count() == 1
    assert AuditEntry.objects.filter(event="matter.note").count() == 1
    label, url = KINDS["step"].name(step)
    assert matter.number_label in label and url == matter.get_absolute_url()


def test_the_result_is_reported_by_the_form_of_its_page(people):
    matter = people.in_progress()
    entry = command(
        "step", matter.pk, move="report", text="已通水。", resolution="solved", method="phone"
    )

    carry_out(people.handler, entry)

    matter.refresh_from_db()
    assert (matter.status, matter.result_text) == ("reported", "已通水。")


def test_a_result_without_its_words_is_refused_by_field(people):
    matter = people.in_progress()

    said = refused(people.handler, command("step", matter.pk, move="report", resolution="solved"))

    assert "依据" in said
    assert matter.steps.filter(move="report").count() == 0


def test_a_mediation_keeps_who_agreed(people):
    matter = people.in_progress(category="12", side_a="甲某", side_b="乙某")
    entry = command(
        "step",
        matter.pk,
        move="mediate",
        text="双方到场。",
        mediator="刘洋",
        agreed_a="true",
        agreed_b="false",
    )

    carry_out(people.handler, entry)

    assert list(matter.sides.order_by("label").values_list("agreed", flat=True)) == [True, False]


@pytest.mark.parametrize("move", ["confirm", "assign", "order", "internal", "", "x"])
def test_other_steps_are_not_written_without_a_signal(people, move):
    matter = people.in_progress()

    assert refused(people.desk, command("step", matter.pk, move=move, text="内容"))
    assert matter.steps.exclude(move__in=["register", "pass_up", "assign", "sign"]).count() == 0


def test_a_step_is_refused_once_the_matter_has_moved_on(people):
    matter = people.reported()

    said = refused(people.handler, command("step", matter.pk, move="note", text="又去了一次。"))

    assert "待复核" in said


@pytest.mark.parametrize("who", ["neighbour_handler", "neighbour_cadre", "colleague", "auditor"])
def test_a_matter_of_others_is_refused(people, who):
    matter = people.in_progress()

    assert refused(getattr(people, who), command("step", matter.pk, move="note", text="进展"))
    assert matter.steps.filter(move="note").count() == 0


def test_after_the_grant_has_ended_a_step_is_refused(people):
    matter = people.in_progress()
    end_grants(people.handler)

    said = refused(people.handler, command("step", matter.pk, move="note", text="进展"))

    assert said and matter.steps.filter(move="note").count() == 0


def test_photos_follow_their_step(people):
    matter = people.in_progress()
    step = carry_out(people.handler, command("step", matter.pk, move="note", text="见照片。"))
    taken = photo(people.handler)

    KINDS["step"].attach(step, [taken], by=fresh(people.handler), at=now())
    KINDS["step"].attach(step, [taken], by=fresh(people.handler), at=now())

    assert list(step.attachments.all()) == [taken]
    assert AuditEntry.objects.filter(event="matter.files_added").exists()
    with pytest.raises(PermissionDenied):
        KINDS["step"].attach(step, [photo(people.desk, 2)], by=fresh(people.desk), at=now())


# --- A month of a stay ----------------------------------------------------------------------------


def this_month():
    return timezone.localdate().replace(day=1)


def test_days_and_work_are_noted(people):
    stay = stay_of(people)
    entry = command(
        "month",
        stay.pk,
        base={"work": [""], "away": ["0"]},
        month=this_month(),
        work="修路、走访。",
        kind="away",
        days=2,
        note="",
    )

    row = carry_out(people.author, entry)

    facts = one_month(stay, this_month())
    assert (facts.away, facts.work, row.stay_id) == (2, "修路、走访。", stay.pk)
    assert AuditEntry.objects.filter(event="stay_month.noted").count() == 1
    label, url = KINDS["month"].name(row)
    assert "柳湾村" in label and str(stay.pk) in url


def test_other_fields_that_were_changed_meanwhile_merge(people):
    stay = stay_of(people)
    entry = command(
        "month", stay.pk, month=this_month(), work="修路。", base={"work": [""], "away": ["0"]}
    )
    stay_months.note_days(
        stay=stay, month=this_month(), kind="away", days=3, note="", by=people.host, at=now()
    )

    carry_out(people.author, entry)

    facts = one_month(stay, this_month())
    assert (facts.away, facts.work) == (3, "修路。")


def test_the_same_days_noted_by_the_host_meanwhile_are_shown(people):
    stay = stay_of(people)
    entry = command("month", stay.pk, month=this_month(), kind="away", days=3, base={"away": ["0"]})
    stay_months.note_days(
        stay=stay, month=this_month(), kind="away", days=3, note="", by=people.host, at=now()
    )

    said = refused(people.author, entry)

    assert "因公外出" in said and one_month(stay, this_month()).away == 3


def test_the_same_text_changed_meanwhile_is_shown_and_not_in_the_words(people):
    stay = stay_of(people)
    stay_months.write_work(stay=stay, month=this_month(), work="别人写的", by=people.author)
    entry = command("month", stay.pk, month=this_month(), work="我写的", base={"work": ["旧的"]})

    said = refused(people.author, entry)

    assert "别人写的" not in said and "我写的" not in said
    assert one_month(stay, this_month()).work == "别人写的"


def test_an_attested_month_is_closed_to_the_cadre(people):
    stay, month = stay_of(people), (this_month() - timedelta(days=1)).replace(day=1)
    stay_months.attest_months(said=[stay_months.Said(stay, month, True)], by=people.host, at=now())

    said = refused(
        people.author,
        command("month", stay.pk, month=month, kind="away", days=1, base={"away": ["0"]}),
    )

    assert "审核" in said
    assert MonthWord.objects.count() == 1 and one_month(stay, month).away == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"month": "2026-13-01", "work": "x"},
        {"work": "x"},
        {"month": "1999-01-01", "work": "x"},
        {"month": "9999-12-31", "work": "x"},
        {"month": "this", "kind": "away", "days": "99"},
        {"month": "this", "kind": "away", "days": "zwei"},
        {"month": "this", "kind": "sleep", "days": "1"},
        {"month": "this", "kind": "away"},
        {"month": "this", "days": "1"},
        {"month": "this"},
        {"month": "this", "work": "长" * 501},
    ],
)
def test_a_month_that_makes_no_sense_is_refused_in_words(people, fields):
    stay = stay_of(people)
    fields = {name: this_month() if one == "this" else one for name, one in fields.items()}

    assert refused(people.author, command("month", stay.pk, **fields))
    assert stay.months.count() == 0


def test_months_of_others_are_refused(people):
    stay = stay_of(people)
    entry = {"month": this_month(), "work": "修路。", "base": {"work": [""]}}

    for who in (people.neighbour_cadre, people.colleague, people.neighbour_host):
        assert refused(who, command("month", stay.pk, **entry))
    assert stay.months.count() == 0


def clashes(user, entry, **more):
    user = fresh(user)
    found = kind_of(entry).clashes(user, entry, **more)
    return {one.name: (label, one.saw, one.wrote, one.stands) for one, label in found}


def test_what_clashes_in_a_month_is_known_to_its_author(people):
    stay = stay_of(people)
    stay_months.write_work(stay=stay, month=this_month(), work="别人写的", by=people.author)
    fields = {"month": this_month(), "work": "我写的", "kind": "away"}
    entry = command("month", stay.pk, base={"work": ["旧的"]}, **fields)

    assert clashes(people.author, entry) == {
        "work": ("本月主要工作", ["旧的"], ["我写的"], ["别人写的"])
    }
    with pytest.raises(Refused):
        clashes(people.neighbour_cadre, entry)


# --- Leave ----------------------------------------------------------------------------------------


def leave(people, stay, **changes):
    fields = {
        "kind": "personal",
        "starts_on": in_days(2),
        "ends_on": in_days(3),
        "stand_in": people.cadre2.pk,
    }
    return command("leave", stay.pk, **fields | changes)


def test_leave_is_asked_for_once(people):
    stay = stay_of(people)
    entry = leave(people, stay)

    asked = carry_out(people.author, entry)

    assert carry_out(people.author, entry) == asked
    assert (asked.days, asked.stand_in, asked.client_key) == (2, people.cadre2, entry.id)
    assert Leave.objects.count() == 1
    assert KINDS["leave"].name(asked)[1] == stay.get_absolute_url()


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "party"},
        {"starts_on": "morgen"},
        {"starts_on": in_days(5)},
        {"stand_in": ""},
        {"stand_in": "0"},
        {"stand_in": "9" * 30},
    ],
)
def test_leave_that_makes_no_sense_is_refused_in_words(people, changes):
    stay = stay_of(people)

    assert refused(people.author, leave(people, stay, **changes))
    assert Leave.objects.count() == 0


def test_nobody_stands_in_for_themselves(people):
    stay = stay_of(people)

    assert refused(people.author, leave(people, stay, stand_in=people.cadre.pk))


def test_leave_of_a_stay_that_is_over_is_refused(people):
    stay = stay_of(people, starts_on=in_days(-40), ends_on=in_days(-1))

    assert "驻" in refused(people.author, leave(people, stay))
    assert Leave.objects.count() == 0


def test_leave_of_anothers_stay_is_refused(people):
    stay = stay_of(people)

    for who in (people.neighbour_cadre, people.colleague):
        assert refused(who, leave(people, stay))
    assert Leave.objects.count() == 0


# --- Reply to a notice ----------------------------------------------------------------------------


def test_a_notice_is_answered_for_the_own_organ(people):
    notice = publish(people, asks="both")

    addressee = carry_out(people.author, command("reply", notice.pk, yes="1", text="已备齐。"))

    assert (addressee.yes, addressee.text) == (True, "已备齐。")
    assert addressee.answered_by == people.author
    assert KINDS["reply"].name(addressee) == (notice.title, notice.get_absolute_url())


def test_a_notice_is_answered_once_by_whoever_is_first(people):
    notice = publish(people)
    carry_out(people.colleague, command("reply", notice.pk, yes="0"))

    said = refused(people.author, command("reply", notice.pk, yes="1"))

    assert "已" in said and notice.addressees.get().yes is False


def test_an_answer_that_is_none_is_refused(people):
    notice = publish(people)

    assert refused(people.author, command("reply", notice.pk, yes="perhaps"))
    assert refused(people.author, command("reply", notice.pk))
    assert notice.addressees.get().answered_at is None


def test_a_neighbour_does_not_answer_for_another_organ(people):
    notice = publish(people)
    addressee = notice.addressees.get()

    entry = command("reply", notice.pk, addressee=addressee.pk, yes="1")

    assert refused(people.neighbour_cadre, entry)
    assert notice.addressees.get().answered_at is None


# --- Answers of a questionnaire -------------------------------------------------------------------

SALT = "0123456789abcdef" * 2


def filled(survey, drawn, *, answers=None, **more):
    given = answers if answers is not None else {"satisfied": "yes", "age": "40"}
    fields = {"version": survey.in_force.pk, "answers": json.dumps(given), "salt": SALT}
    return command("answers", drawn.pk, **fields | more)


@pytest.fixture
def asked(people):
    survey = answering.opened(people)
    return survey, answering.units(survey).first()


def test_answers_are_sealed_as_on_the_page(people, asked):
    survey, drawn = asked

    record = carry_out(people.author, filled(survey, drawn))

    sealed = SealedAnswer.objects.get()
    assert (sealed.drawn, sealed.channel, sealed.typed_by) == (drawn, "visit", people.author)
    assert record == drawn and "40" not in KINDS["answers"].name(record)[0]
    drawn.refresh_from_db()
    assert drawn.disposition == "complete"


def test_what_was_answered_so_far_is_kept_as_part(people, asked):
    survey, drawn = asked

    carry_out(people.author, filled(survey, drawn, answers={"age": "40"}, partial="1"))

    drawn.refresh_from_db()
    assert drawn.disposition == "partial"


def test_wrong_answers_are_named_by_their_question(people, asked):
    survey, drawn = asked

    said = refused(people.author, filled(survey, drawn, answers={"age": "12"}))

    assert "对村里办事满意吗" in said and "年龄" in said
    assert SealedAnswer.objects.count() == 0


@pytest.mark.parametrize(
    "answers",
    ["[]", "not json", '"text"', "1", "null", "[" * 300_000, " " * 600_000],
    ids=["list", "words", "text", "number", "null", "deep", "long"],
)
def test_what_is_no_form_is_refused(people, asked, answers):
    survey, drawn = asked
    entry = filled(survey, drawn)
    entry.fields["answers"] = (answers,)

    assert refused(people.author, entry)
    assert SealedAnswer.objects.count() == 0


def test_answers_need_their_salt(people, asked):
    survey, drawn = asked

    assert refused(people.author, filled(survey, drawn, salt="short"))


def test_nobody_answers_for_whom_another_asks(people, asked):
    survey, drawn = asked

    for who in (people.colleague, people.neighbour_cadre, people.office):
        assert refused(who, filled(survey, drawn))
    assert SealedAnswer.objects.count() == 0


def test_a_version_of_another_questionnaire_is_refused(people, asked):
    survey, drawn = asked
    other = answering.opened(people, title="另一份调查")

    assert refused(people.author, filled(survey, drawn, version=other.in_force.pk))
    assert SealedAnswer.objects.count() == 0


def test_answers_after_the_strip_are_kept_nowhere(people, asked):
    survey, drawn = asked
    entry = filled(survey, drawn)
    answering.stripped(people, survey)

    with pytest.raises(NotKept) as problem:
        carry_out(people.author, entry)

    assert "不" in " ".join(problem.value.words) and SealedAnswer.objects.count() == 0


# --- Correction of a visit ------------------------------------------------------------------------


@pytest.fixture
def written(people):
    return people.visit(group="一组", companions=[people.cadre2])


def base_of(people, visit):
    return rows_of(people.author)["visit", str(visit.pk)]["fields"]


def test_a_visit_is_corrected_field_by_field(people, written):
    base = base_of(people, written)
    entry = command("visit", written.pk, summary="走了五户。", household_count=5, base=base)

    carry_out(people.author, entry)

    written.refresh_from_db()
    assert (written.summary, written.household_count) == ("走了五户。", 5)
    assert (written.group, list(written.companions.all())) == ("一组", [people.cadre2])
    assert visits.reflection_of(written, people.author) == ""


def test_corrections_of_different_fields_merge(people, written):
    base = base_of(people, written)
    visits.correct_visit(visit=written, by=people.author, at=now(), heard="路灯不亮。")

    carry_out(people.author, command("visit", written.pk, group="二组", base=base))

    written.refresh_from_db()
    assert (written.heard, written.group) == ("路灯不亮。", "二组")


def test_the_same_field_changed_on_both_sides_is_shown(people, written):
    base = base_of(people, written)
    visits.correct_visit(visit=written, by=people.author, at=now(), summary="改过的内容")
    entry = command("visit", written.pk, summary="手机上的内容", group="二组", base=base)

    said = refused(people.author, entry)

    written.refresh_from_db()
    assert (written.summary, written.group) == ("改过的内容", "一组")
    assert "手机上的内容" not in said and "改过的内容" not in said


def test_what_clashes_in_a_visit_is_known_to_its_author(people, written):
    base = base_of(people, written)
    visits.correct_visit(
        visit=written, by=people.author, at=now(), mode="home", companions=[people.neighbour]
    )
    entry = command("visit", written.pk, mode="field", companions=[], base=base)

    found = clashes(people.author, entry)

    along, other = [str(people.cadre2.pk)], [str(people.neighbour.pk)]
    assert found["mode"][1:] == ([], ["field"], ["home"])
    assert found["companions"] == ("同行人员", along, [], other)
    by_entry = command("visit", corrects=written.client_key, mode="field", base=base)
    assert clashes(people.author, by_entry, record=written).keys() == {"mode"}
    with pytest.raises(Refused):
        clashes(people.colleague, entry)


def test_what_both_sides_wrote_alike_is_no_clash(people, written):
    base = base_of(people, written)
    visits.correct_visit(visit=written, by=people.author, at=now(), summary="同样的内容")

    carry_out(
        people.author,
        command("visit", written.pk, summary="同样的内容", group="二组", base=base),
    )

    written.refresh_from_db()
    assert written.group == "二组"


def test_without_a_base_only_what_was_empty_is_written(people, written):
    carry_out(people.author, command("visit", written.pk, heard="缺水。"))

    assert refused(people.author, command("visit", written.pk, group="三组"))
    written.refresh_from_db()
    assert (written.heard, written.group) == ("缺水。", "一组")


def test_companions_and_reflection_are_corrected(people, written):
    base = base_of(people, written) | {"reflection": [""]}
    entry = command("visit", written.pk, companions=[], reflection="只有我看。", base=base)

    carry_out(people.author, entry)

    assert VisitCompanion.objects.filter(visit=written).count() == 0
    assert visits.reflection_of(written, people.author) == "只有我看。"


def test_an_entry_is_corrected_by_the_one_that_names_it(people, written):
    entry = command("visit", corrects=written.client_key, group="五组", base={"group": ["一组"]})

    assert kind_of(entry) is KINDS["visit.correction"]
    assert carry_out(people.author, entry, record=written) == written
    written.refresh_from_db()
    assert written.group == "五组"


def test_after_seven_days_a_visit_is_not_corrected(people, written):
    base = base_of(people, written)
    written.created_at = now() - timedelta(days=8)
    written.save(update_fields=["created_at"])

    said = refused(people.author, command("visit", written.pk, group="二组", base=base))

    assert "7" in said


@pytest.mark.parametrize("who", ["colleague", "neighbour_cadre", "host", "auditor"])
def test_others_do_not_correct_a_visit(people, written, who):
    entry = command("visit", written.pk, group="二组", base={"group": ["一组"]})

    assert refused(getattr(people, who), entry)
    written.refresh_from_db()
    assert written.group == "一组"


def test_what_a_correction_may_not_change_is_left_out(people, written):
    entry = command(
        "visit",
        written.pk,
        unit=people.other_village.pk,
        author=people.neighbour.pk,
        group="二组",
        base={"group": ["一组"]},
    )

    carry_out(people.author, entry)

    written.refresh_from_db()
    assert (written.unit, written.author, written.group) == (people.village, people.cadre, "二组")


def test_a_phone_number_in_a_text_is_asked_about(people, written):
    base = base_of(people, written)
    text = "电话13955501234。"

    said = refused(people.author, command("visit", written.pk, heard=text, base=base))
    carry_out(people.author, command("visit", written.pk, heard=text, numbers="mask", base=base))

    written.refresh_from_db()
    assert "电话" in said
    assert "13955501234" not in written.heard


# --- All kinds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["step", "month", "leave", "reply", "answers"])
@pytest.mark.parametrize("about", ["", "0", "x", "1" * 40, "-1", "1.5", "999999999"])
def test_a_record_that_is_not_there_is_refused_in_words(people, kind, about):
    fields = {"move": "note", "text": "x", "month": this_month(), "work": "x"}

    assert refused(people.author, command(kind, about, **fields))


@pytest.mark.parametrize("kind", ["ballot", "conduct", "password", "door"])
def test_what_is_never_written_without_a_signal_has_no_kind(kind):
    with pytest.raises(Newer):
        kind_of(command(kind, text="x"))


# --- As phones send them --------------------------------------------------------------------------


def sent(phone, kind, about, /, *, corrects=None, base=None, **fields):
    fields = {
        name: values if isinstance(values, list) else [str(values)]
        for name, values in fields.items()
    }
    more = {"about": str(about)} if about else {}
    more |= {"corrects": corrects} if corrects else {}
    more |= {"base": base} if base else {}
    return phone.entry(fields, kind=kind, **more)


def test_each_kind_arrives_once_with_its_record(people, phone):
    stay, notice, survey = stay_of(people), publish(people), answering.opened(people)
    visit = people.visit(group="一组")
    given = {"version": survey.in_force.pk, "answers": '{"satisfied": "yes"}', "salt": SALT}
    written = [
        sent(phone, "month", stay.pk, month=this_month(), work="修路。", base={"work": [""]}),
        sent(
            phone,
            "leave",
            stay.pk,
            kind="personal",
            starts_on=in_days(2),
            ends_on=in_days(2),
            stand_in=people.cadre2.pk,
        ),
        sent(phone, "reply", notice.pk, yes="1"),
        sent(phone, "answers", answering.units(survey).first().pk, **given),
        sent(phone, "visit", visit.pk, group="二组", base={"group": ["一组"]}),
    ]

    first, again = phone.send(*written), phone.send(*written)

    assert [one["state"] for one in first] == ["accepted"] * 5 and first == again
    assert all(one["record"]["url"] for one in first)
    assert (Leave.objects.count(), SealedAnswer.objects.count()) == (1, 1)


def test_a_step_arrives_with_its_photo(people):
    matter = people.in_progress()
    phone = Phone(people.author)
    phone.device.owner = people.handler
    phone.device.save()
    picture = jpeg()
    entry = phone.entry(
        {"move": ["note"], "text": ["见照片。"]},
        kind="step",
        about=str(matter.pk),
        photos=[picture],
    )

    (receipt,) = phone.send(entry)

    assert receipt["state"] == "accepted"
    assert phone.send_photo(entry, picture) == "stored"
    assert matter.steps.get(move="note").attachments.count() == 1


def test_a_clash_goes_into_quarantine_with_all_that_was_written(people, phone):
    visit = people.visit(group="一组")
    visits.correct_visit(visit=visit, by=people.author, at=now(), group="三组")
    entry = sent(phone, "visit", visit.pk, group="二组", base={"group": ["一组"]})

    (receipt,) = phone.send(entry)

    row = Entry.objects.get()
    written = entries.read_kept(entry=row, by=fresh(people.author))
    assert receipt["state"] == "quarantined" and "改动" in receipt["said"][0]
    assert written["fields"] == {"group": ["二组"]} and written["base"] == {"group": ["一组"]}


def test_a_correction_waits_for_the_entry_that_it_names(people, phone):
    first = phone.visit(people.village, fields={"group": ["一组"]})
    later = sent(phone, "visit", None, corrects=first["id"], group="二组", base={"group": ["一组"]})

    (held,) = phone.send(later)
    (accepted,) = phone.send(first)

    assert (held["state"], accepted["state"]) == ("held", "accepted")
    assert phone.receipts(later)[0]["state"] == "accepted"
    assert Visit.objects.get().group == "二组"


def test_answers_in_quarantine_go_with_the_strip(people, phone):
    survey, other = answering.opened(people), answering.opened(people, title="另一份")
    drawn, elsewhere = answering.units(survey).first(), answering.units(other).first()
    wrong = {"answers": '{"age": "12"}', "salt": SALT}
    mine = sent(phone, "answers", drawn.pk, version=survey.in_force.pk, **wrong)
    others = sent(phone, "answers", elsewhere.pk, version=other.in_force.pk, **wrong)
    assert {one["state"] for one in phone.send(mine, others)} == {"quarantined"}

    answering.stripped(people, survey)

    states = dict(Entry.objects.values_list("record_url", "state"))
    mine, others = phone.receipts(mine, others)
    assert (mine["state"], others["state"]) == ("dropped", "quarantined"), states
    with transaction.atomic(), privacy.opened(user=people.author):
        assert KeptEntry.objects.count() == 1


def test_answers_that_come_after_the_strip_are_counted_and_not_kept(people, phone):
    survey = answering.opened(people)
    drawn = answering.units(survey).first()
    entry = sent(
        phone,
        "answers",
        drawn.pk,
        version=survey.in_force.pk,
        answers='{"satisfied": "yes"}',
        salt=SALT,
    )
    answering.stripped(people, survey)

    (receipt,) = phone.send(entry)

    survey.refresh_from_db()
    assert receipt["state"] == "dropped" and receipt["said"]
    assert survey.refused_late == 1
    with transaction.atomic(), privacy.opened(user=people.author):
        assert KeptEntry.objects.count() == 0


def test_answers_of_a_revoked_phone_go_in_the_night_after_the_strip(people, phone):
    survey, other = answering.opened(people), answering.opened(people, title="另一份")
    written = [
        sent(
            phone,
            "answers",
            answering.units(one).first().pk,
            version=one.in_force.pk,
            answers='{"satisfied": "yes"}',
            salt=SALT,
        )
        for one in (survey, other)
    ]
    answering.stripped(people, survey)
    phone.revoke()
    assert {one["state"] for one in phone.send(*written)} == {"quarantined"}

    tasks.tidy()

    assert [one["state"] for one in phone.receipts(*written)] == ["dropped", "quarantined"]


def test_the_office_does_not_read_answers(people, phone):
    survey = answering.opened(people)
    drawn = answering.units(survey).first()
    entry = sent(
        phone,
        "answers",
        drawn.pk,
        version=survey.in_force.pk,
        answers='{"age": "12"}',
        salt=SALT,
    )
    phone.send(entry)

    read = entries.read_kept(entry=Entry.objects.get(), by=fresh(people.office))

    assert "answers" not in read["fields"] and "12\\" not in json.dumps(read)
