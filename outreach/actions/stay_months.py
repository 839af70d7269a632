"""Months of a stay (exceptions and attestation), and leave."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outreach.actions.matters import DifferentContent
from outreach.models import DayNote, Leave, Stay, StayMonth
from outreach.rules import stay_months as rules
from outreach.stay_days import month_of, overlap, tallies, tally
from portal.records import audit
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, keep, put
from portal.trust import privacy
from portal.trust.access import require

Kind = DayNote.Kind

# The lock on the stay guards all its months.
STAY = ("cadre", "unit", "township")


# --- The month --------------------------------------------------------------------------------


@transaction.atomic
def note_days(*, stay, month, kind, days, note, by, at):
    """Note days absent or away on duty, before the attestation."""
    stay = locked(stay, *STAY)
    row = _row(stay, month)
    require(rules.may_note_days(by, stay, month, row))
    row = row or StayMonth.objects.create(stay=stay, month=month)
    made = DayNote(month=row, kind=kind, days=days, note=note.strip(), by=by, at=at)
    keep(made)
    _check_days(stay, month)
    audit.record("stay_month.noted", by, row, [kind], [days])
    return made


@transaction.atomic
def write_work(*, stay, month, work, by):
    """主要工作, optional, in a sentence or two."""
    stay = locked(stay, *STAY)
    row = _row(stay, month)
    require(rules.may_note_days(by, stay, month, row))
    row = row or StayMonth(stay=stay, month=month)
    row.work = work.strip()
    row.save()
    audit.record("stay_month.work_written", by, row, ["work"])
    return row


@transaction.atomic
def attest_months(*, months, by, at):
    """Attest several months: `months` are (stay, month, exceptions [(kind, days, note)], opinion).

    All or none, in a fixed number of statements. Stays are locked in order of their keys, so that
    two concurrent attestations cannot deadlock.
    """
    rows = Stay.objects.select_related(*STAY).filter(pk__in={stay.pk for stay, *_more in months})
    stays = {one.pk: one for one in locked_many(rows)}
    months = [(stays[stay.pk], *more) for stay, *more in sorted(months, key=lambda one: one[0].pk)]
    rows = _rows_to_attest(months, by)
    DayNote.objects.bulk_create(
        DayNote(month=rows[stay.pk, month], kind=kind, days=days, note=note, by=by, at=at)
        for stay, month, exceptions, _opinion in months
        for kind, days, note in exceptions
    )
    found = tallies(list(stays.values()), {month for _stay, month, *_more in months})
    for stay, month, _exceptions, opinion in months:
        counted, _stored, _notes = found[stay.pk, month]
        try:
            _refuse_impossible(counted)
        except ValidationError as problem:
            # The page has many stays, so the message names the cadre.
            raise ValidationError(_(": ").join([stay.cadre.name, *problem.messages])) from problem
        row = rows[stay.pk, month]
        row.attested_at, row.attested_by, row.opinion = at, by, opinion.strip()
        put(row, {f"{kind}_days": getattr(counted, kind) for kind in _DAYS})
    made = list(rows.values())
    StayMonth.objects.bulk_update(made, _ATTESTED)
    records = [(row, [row.stay_days, row.leave_days, row.absent_days]) for row in made]
    audit.record_each("stay_month.attested", by, records, ["attested_at"])
    return made


@transaction.atomic
def correct_month(*, stay, month, kind, days, reason, by, at):
    """Correct an attested month by a row with its reason; negative days take days back."""
    stay = locked(stay, *STAY)
    row = _row(stay, month)
    require(rules.may_correct_month(by, stay, month, row))
    made = DayNote(month=row, kind=kind, days=days, note=reason.strip(), by=by, at=at, is_late=True)
    keep(made)
    _check_days(stay, month, late=True)
    audit.record("stay_month.corrected", by, row, [kind], [days])
    return made


_DAYS = ("stay", "leave", "absent", "away")
_ATTESTED = ("attested_at", "attested_by", "opinion", *(f"{kind}_days" for kind in _DAYS))


def _rows_to_attest(months, by):
    """{(stay id, month): row}, created where missing, if all of them may be attested."""
    named = [(stay, month) for stay, month, *_more in months]
    stays, days = zip(*named, strict=True) if named else ((), ())
    stored = StayMonth.objects.filter(stay__in=[stay.pk for stay in stays], month__in=days)
    rows = {(row.stay_id, row.month): row for row in stored}
    for stay, month in named:
        require(rules.may_attest(by, stay, month, rows.get((stay.pk, month))))
    missing = [StayMonth(stay=s, month=month) for s, month in named if (s.pk, month) not in rows]
    rows |= {(row.stay_id, row.month): row for row in StayMonth.objects.bulk_create(missing)}
    return {(stay.pk, month): rows[stay.pk, month] for stay, month in named}


def _check_days(stay, month, *, late=False):
    """Refuse exceptions that exceed the days of the stay in the month."""
    counted, row, notes = tally(stay, month)
    noted = [n for n in notes if n.kind == Kind.ABSENT and n.is_late]
    taken_back = late and row.absent_days + sum(n.days for n in noted) < 0
    _refuse_impossible(counted, taken_back=taken_back)


def _refuse_impossible(counted, *, taken_back=False):
    if taken_back or counted.away < 0:
        raise ValidationError({"days": _("More days would be taken back than were recorded.")})
    if counted.leave + counted.absent > counted.stay:
        message = _(
            "Of %(stay)s days of the stay, %(leave)s are leave: not that many days are left."
        )
        raise ValidationError({"days": message % {"stay": counted.stay, "leave": counted.leave}})
    if counted.away > counted.on_site:
        message = _("Days away on duty count as days on site; there are only %(n)s.")
        raise ValidationError({"days": message % {"n": counted.on_site}})


# --- Leave ------------------------------------------------------------------------------------


@transaction.atomic
def ask_leave(*, stay, kind, starts_on, ends_on, stand_by, by, at, client_key=None):
    """Ask for leave; a form sent again changes nothing."""
    stay = locked(stay, *STAY)
    asked = {"kind": kind, "starts_on": starts_on, "ends_on": ends_on, "asked_by": by}
    asked["stand_by"] = privacy.mask_ids(stand_by.strip())
    known = client_key and stay.leaves.filter(client_key=client_key).first()
    if known:
        if any(getattr(known, name) != value for name, value in asked.items()):
            raise ValidationError(str(DifferentContent()))
        return known
    require(rules.may_ask_leave(by, stay))
    asked |= {"last_day": ends_on, "days": max(0, (ends_on - starts_on).days + 1)}
    leave = Leave(stay=stay, asked_at=at, client_key=client_key, **asked)
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("The end lies before the beginning.")})
    if overlap(starts_on, ends_on, stay.starts_on, stay.last_day) != leave.days:
        raise ValidationError({"starts_on": _("Leave must be within the days of the stay.")})
    _refuse_attested(stay, starts_on, ends_on, "starts_on")
    keep(leave)
    audit.record("leave.asked", by, leave, ["starts_on", "ends_on", "kind"])
    return leave


@transaction.atomic
def decide_leave(*, leave, approved, opinion, by, at):
    leave = locked(leave, stay=locked(leave.stay, *STAY))
    require(rules.may_decide_leave(by, leave))
    if approved:
        _refuse_attested(leave.stay, leave.starts_on, leave.ends_on, "approved")
    change(leave, approved=approved, opinion=opinion.strip(), decided_by=by, decided_at=at)
    audit.record("leave.decided", by, leave, ["approved"], [approved])
    return leave


@transaction.atomic
def withdraw_leave(*, leave, by, at):
    leave = locked(leave, stay=locked(leave.stay, *STAY))
    require(rules.may_withdraw_leave(by, leave))
    change(leave, withdrawn_at=at)
    audit.record("leave.withdrawn", by, leave, ["withdrawn_at"])
    return leave


@transaction.atomic
def note_return(*, leave, returned_on, by, at):
    """销假: leave ends on the day before the return, earlier or later than asked for."""
    leave = locked(leave, stay=locked(leave.stay, *STAY))
    require(rules.may_note_return(by, leave))
    if returned_on <= leave.starts_on or returned_on > timezone.localdate(at):
        message = _("The day of return must be after the first day of leave and not in the future.")
        raise ValidationError({"returned_on": message})
    last = returned_on - timedelta(days=1)
    if last != leave.last_day:
        first, until = sorted((last, leave.last_day))
        _refuse_attested(leave.stay, first, until, "returned_on")
    leave.returned_on, leave.returned_by, leave.last_day = returned_on, by, last
    keep(leave)
    audit.record("leave.returned", by, leave, ["returned_on"])
    return leave


def _refuse_attested(stay, first, last, field):
    months = stay.months.filter(attested_at__isnull=False, month__range=(month_of(first), last))
    if row := months.first():
        month = date_format(row.month, "YEAR_MONTH_FORMAT")
        message = _("The month %(month)s is attested; the host adds a correction there.")
        raise ValidationError({field: message % {"month": month}})


def _row(stay, month):
    return StayMonth.objects.filter(stay=stay, month=month).first()
