"""Findings: recorded, verified, notified, rectified, re-checked, reviewed."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.actions.inspections import locked_inspection
from oversight.models import Finding, InspectionStep, Objection, RectificationNotice
from oversight.models.findings import TO_REPORT, FindingState
from oversight.models.inspections import PUTTING_RIGHT, InspectionState, Way
from oversight.rules import inspections as rules
from portal import parameters
from portal.days.words import short_day
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, keep
from portal.trust.access import require

Move = InspectionStep.Move
State = FindingState


def locked_finding(finding):
    inspection = locked_inspection(finding.inspection)
    return locked(finding, "organ__division", no_key=True, inspection=inspection)


@transaction.atomic
def record_finding(*, inspection, by, at, organ, about_person=False, **content):
    """Record a finding. A finding about a person's conduct is refused: it must be reported under
    seal."""
    inspection = locked_inspection(inspection)
    require(rules.may_find(by, inspection))
    if about_person:
        said = _("What is about the conduct of a person is reported the sealed way, not here.")
        raise ValidationError({"about_person": said})
    if not inspection.inspected.filter(organ=organ).exists():
        said = _("%(organ)s is not inspected here.") % {"organ": organ.label}
        raise ValidationError({"organ": said})
    number = (inspection.findings.aggregate(n=Max("number"))["n"] or 0) + 1
    day = timezone.localdate(at)
    finding = Finding(
        inspection=inspection, organ=organ, number=number, found_on=day, found_by=by, **content
    )
    keep(finding)
    _note("recorded", finding, by, sorted(content))
    return finding


@transaction.atomic
def confirm_finding(*, finding, by, at, text=""):
    return _move(finding, rules.may_verify, Move.CONFIRMED, by, at, text, state=State.CONFIRMED)


@transaction.atomic
def refuse_finding(*, finding, by, at, reason):
    return _move(finding, rules.may_verify, Move.REFUSED, by, at, reason, state=State.REFUSED)


@transaction.atomic
def put_right_at_once(*, finding, by, at, due_on):
    _not_past("due_on", due_on, timezone.localdate(at))
    rule = rules.may_put_right_at_once
    return _move(finding, rule, Move.AT_ONCE, by, at, state=State.AT_ONCE, due_on=due_on)


# --- Notices ----------------------------------------------------------------------------------


@transaction.atomic
def issue_notice(*, inspection, by, at, organ, due_on, how_to_report):
    """Issue one notice to an organ for all its confirmed findings."""
    inspection = locked_inspection(inspection)
    require(rules.may_issue_notices(by, inspection))
    day = timezone.localdate(at)
    _not_past("due_on", due_on, day)
    findings = list(inspection.findings.filter(organ=organ, state=State.CONFIRMED))
    if not findings:
        said = _("No finding about %(organ)s waits for a notice.") % {"organ": organ.label}
        raise ValidationError({"organ": said})
    notice = RectificationNotice(inspection=inspection, organ=organ, due_on=due_on)
    notice.how_to_report, notice.issued_on, notice.issued_by = how_to_report, day, by
    keep(notice)
    ids = [one.pk for one in findings]
    Finding.objects.filter(pk__in=ids).update(state=State.NOTICED, notice=notice, due_on=due_on)
    for one in findings:
        take_step(inspection, Move.NOTICED, by=by, at=at, finding=one, about=organ)
    _settle(inspection)
    values = {"organ": organ.pk, "findings": ids}
    audit.record("inspection.notice_issued", by, inspection, sorted(values), values)
    return notice


@transaction.atomic
def number_notice(*, notice, by, number):
    """Enter the number from the office's register, assigned after signing."""
    inspection = locked_inspection(notice.inspection)
    notice = locked(notice, "organ__division", no_key=True, inspection=inspection)
    require(rules.may_number_notice(by, notice))
    keep(notice, number=number.strip())
    audit.record("inspection.notice_numbered", by, inspection, ["number"], {"number": number})
    return notice


@transaction.atomic
def sign_for_notice(*, notice, by, at):
    inspection = locked_inspection(notice.inspection)
    notice = locked(notice, "organ__division", no_key=True, inspection=inspection)
    require(rules.may_sign_for(by, notice))
    change(notice, received_at=at, received_by=by)
    notice.findings.filter(state=State.NOTICED).update(state=State.RECTIFYING)
    take_step(inspection, Move.SIGNED_FOR, by=by, at=at, about=notice.organ)
    audit.record("inspection.notice_received", by, inspection, ["received_by"], {})
    return notice


# --- Putting right and re-check ---------------------------------------------------------------


@transaction.atomic
def report_rectification(*, finding, by, at, measures, unfinished="", official=None, person=None):
    facts = {
        "state": State.REPORTED,
        "measures": measures.strip(),
        "unfinished": unfinished.strip(),
        "official": official,
        "person": person,
        "reported_on": timezone.localdate(at),
        "reported_by": by,
    }
    return _move(finding, rules.may_report, Move.REPORTED, by, at, measures, **facts)


@transaction.atomic
def settle_finding(*, finding, by, at, way, checked_on, text):
    """Settle it after a passed re-check (销号)."""
    finding = locked_finding(finding)
    facts = {"state": State.SETTLED, **_checked(finding, by, at, way, checked_on, text)}
    return _move(finding, rules.may_recheck, Move.SETTLED, by, at, text, **facts)


@transaction.atomic
def fail_finding(*, finding, by, at, way, checked_on, text, due_on):
    """Record a failed re-check and set the one new deadline."""
    _not_past("due_on", due_on, timezone.localdate(at))
    finding = locked_finding(finding)
    facts = {"state": State.FAILED, "due_on": due_on, "has_second_date": True}
    facts |= _checked(finding, by, at, way, checked_on, text)
    return _move(finding, rules.may_fail, Move.FAILED, by, at, text, **facts)


@transaction.atomic
def take_long(*, finding, by, at, way, checked_on, text):
    """列入长期整改, with a text on what remains to be done."""
    finding = locked_finding(finding)
    facts = {"state": State.LONG_TERM, **_checked(finding, by, at, way, checked_on, text)}
    return _move(finding, rules.may_take_long, Move.LONG_TERM, by, at, text, **facts)


def _checked(finding, by, at, way, checked_on, text):
    if checked_on > timezone.localdate(at):
        raise ValidationError({"checked_on": _("This day lies in the future.")})
    if finding.reported_on and checked_on < finding.reported_on:
        said = _("It was reported on %(day)s; a re-check comes after that.")
        raise ValidationError({"checked_on": said % {"day": short_day(finding.reported_on, on=at)}})
    return {
        "check_way": Way(way),
        "checked_on": checked_on,
        "checked_by": by,
        "check_words": text.strip(),
    }


# --- Objections -------------------------------------------------------------------------------


@transaction.atomic
def object_to_finding(*, finding, by, at, text):
    """申请复核; rectification is not suspended."""
    finding = locked_finding(finding)
    require(rules.may_object(by, finding))
    day = timezone.localdate(at)
    due = day + timedelta(days=parameters.number("inspection.review_days", on=day))
    objection = Objection(finding=finding, text=text.strip(), asked_on=day, asked_by=by, due_on=due)
    keep(objection)
    inspection = finding.inspection
    more = {"finding": finding, "about": finding.organ}
    take_step(inspection, Move.OBJECTED, by=by, at=at, words=text, **more)
    _note("objected", finding, by, ("text",))
    return finding


@transaction.atomic
def decide_objection(*, finding, by, at, decision, reason):
    """Decide an objection; the decider had no part in the finding. If upheld, the finding is
    dropped."""
    finding = locked_finding(finding)
    require(rules.may_review(by, finding))
    objection = finding.objections.open().get()
    day = timezone.localdate(at)
    change(objection, decision=decision, reason=reason.strip(), decided_on=day, decided_by=by)
    if decision == Objection.Decision.UPHELD:
        change(finding, state=State.REFUSED)
    move = Move.UPHELD if decision == Objection.Decision.UPHELD else Move.REJECTED
    more = {"finding": finding, "about": finding.organ}
    take_step(finding.inspection, move, by=by, at=at, words=reason, **more)
    _settle(finding.inspection)
    audit.record(f"finding.{move}", by, finding, ["decision"], {"decision": decision})
    return finding


# --- Shared -----------------------------------------------------------------------------------


def _not_past(name, day, today):
    if day < today:
        raise ValidationError({name: _("This day has passed.")})


def _move(finding, rule, move, by, at, words="", **facts):
    finding = locked_finding(finding)
    require(rule(by, finding))
    keep(finding, **facts)
    more = {"finding": finding, "about": finding.organ}
    take_step(finding.inspection, move, by=by, at=at, words=words, **more)
    _settle(finding.inspection)
    values = {name: str(value) for name, value in facts.items()}
    audit.record(f"finding.{move}", by, finding, sorted(facts), values)
    return finding


def _settle(inspection):
    """Derive from its findings whether the inspection is being rectified or re-checked."""
    if inspection.state not in PUTTING_RIGHT:
        return
    states = set(inspection.findings.values_list("state", flat=True))
    if states & set(TO_REPORT):
        state = InspectionState.RECTIFYING
    elif State.REPORTED in states:
        state = InspectionState.RECHECKING
    else:
        return
    if inspection.state != state:
        change(inspection, state=state)


def _note(event, finding, by, fields=()):
    audit.record(f"finding.{event}", by, finding, sorted(fields))
