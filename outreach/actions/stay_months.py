"""Months of a stay (notes and the host's word), and leave."""

from datetime import date, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outreach.actions.matters import DifferentContent
from outreach.models import DayNote, Leave, MonthWord, Stay, StayMonth
from outreach.rules import stay_months as rules
from outreach.stay_days import days_of, month_of, overlap
from portal.actions import reminders
from portal.records import audit
from portal.tools.locking import locked, locked_many
from portal.tools.saving import change, keep
from portal.trust import privacy
from portal.trust.access import require

# The lock on the stay guards all its months.
STAY = ("cadre", "unit", "township", "host_organ")


# --- The month --------------------------------------------------------------------------------


class Said(NamedTuple):
    """The host's word on a month of a stay; number of days and remark are optional."""

    stay: Stay
    month: date
    is_met: bool
    days: int | None = None
    remark: str = ""


@transaction.atomic
def note_days(*, stay, month, kind, days, note, by, at):
    """Note days away on duty or absent; after the host's word with a reason."""
    stay = locked(stay, *STAY)
    row, is_late = _row(stay, month)
    require(rules.may_note_days(by, stay, month, is_late))
    row = row or StayMonth.objects.create(stay=stay, month=month)
    note = note.strip()
    made = DayNote(month=row, kind=kind, days=days, note=note, by=by, at=at, is_late=is_late)
    if not days:
        raise ValidationError({"days": _("Write how many days.")})
    if (made.is_late or days < 0) and not made.note:
        message = _("Days taken back, or noted after the host's word, need their reason.")
        raise ValidationError({"note": message})
    keep(made)
    _check_noted(stay, month, row, kind)
    audit.record("stay_month.noted", by, row, [kind], [days])
    return made


@transaction.atomic
def write_work(*, stay, month, work, by):
    """主要工作, optional, in a sentence or two."""
    stay = locked(stay, *STAY)
    row, is_attested = _row(stay, month)
    require(rules.may_write_work(by, stay, month, is_attested))
    row = row or StayMonth(stay=stay, month=month)
    row.work = work.strip()
    row.save()
    audit.record("stay_month.work_written", by, row, ["work"])
    return row


@transaction.atomic
def attest_months(*, said, by, at):
    """The host's word on several months (`Said`), all or none, in a fixed number of statements.

    Stays are locked in order of their keys, so that two concurrent attestations cannot deadlock.
    """
    rows = Stay.objects.select_related(*STAY).filter(pk__in={one.stay.pk for one in said})
    stays = {one.pk: one for one in locked_many(rows)}
    said = [one._replace(stay=stays[one.stay.pk]) for one in said]
    rows = _rows_to_attest(said, by)
    made = [_word(one, rows[one.stay.pk, one.month], by=by, at=at) for one in said]
    MonthWord.objects.bulk_create(made)
    records = [(word.month, [word.is_met, word.days]) for word in made]
    audit.record_each("stay_month.attested", by, records, ["is_met", "days"])
    return made


@transaction.atomic
def correct_month(*, stay, month, is_met, days, reason, by, at):
    """A further word on a month, with its reason; what was said before stays."""
    stay = locked(stay, *STAY)
    row, is_attested = _row(stay, month)
    require(rules.may_correct_month(by, stay, month, is_attested))
    if not reason.strip():
        raise ValidationError({"reason": _("A correction of an attested month needs its reason.")})
    word = _word(Said(stay, month, is_met, days, reason), row, by=by, at=at)
    word.save()
    audit.record("stay_month.corrected", by, row, ["is_met", "days"], [is_met, days])
    return word


@transaction.atomic
def take_back_month(*, stay, month, reason, by, at):
    """Take back the newest word on a month, which restores the word it corrected, if any."""
    stay = locked(stay, *STAY)
    row = StayMonth.objects.filter(stay=stay, month=month).first()
    last = list(row.words.order_by("-pk")[:2]) if row else []
    require(rules.may_take_back_month(by, stay, month, last[0] if last else None))
    before = last[1] if len(last) > 1 and last[1].is_met is not None else None
    remark = privacy.mask_ids(reason.strip())
    word = MonthWord(month=row, remark=remark, by=by, at=at)
    if before:
        word.is_met, word.days = before.is_met, before.days
    keep(word)
    # Notify the attesting person again.
    reminders.forget("staymonths", month.year * 100 + month.month, on=timezone.localdate(at))
    audit.record("stay_month.taken_back", by, row, ["is_met", "days"], [word.is_met, word.days])
    return word


def _rows_to_attest(said, by):
    """{(stay id, month): row}, created where missing, if all of them may be attested."""
    named = [(one.stay, one.month) for one in said]
    stays, days = {stay.pk for stay, _month in named}, {month for _stay, month in named}
    stored = StayMonth.objects.filter(stay__in=stays, month__in=days)
    said = MonthWord.objects.standing().filter(month=OuterRef("pk"))
    stored = stored.annotate(is_attested=Exists(said))
    rows = {(row.stay_id, row.month): row for row in stored}
    for stay, month in named:
        row = rows.get((stay.pk, month))
        require(rules.may_attest(by, stay, month, bool(row and row.is_attested)))
    missing = [StayMonth(stay=s, month=month) for s, month in named if (s.pk, month) not in rows]
    return rows | {(row.stay_id, row.month): row for row in StayMonth.objects.bulk_create(missing)}


def _word(said, row, *, by, at):
    """Build the word on a month; refuse more days than the stay has in that month."""
    most = days_of(said.stay, said.month)
    if said.days is not None and not 0 <= said.days <= most:
        message = _("The stay has %(n)s days in this month, not %(days)s.")
        message %= {"n": most, "days": said.days}
        # The page has many stays, so the message names the cadre.
        raise ValidationError({"days": _(": ").join([said.stay.cadre.name, message])})
    remark = privacy.mask_ids(said.remark.strip())
    return MonthWord(month=row, is_met=said.is_met, days=said.days, remark=remark, by=by, at=at)


def _check_noted(stay, month, row, kind):
    """Refuse notes whose sum is negative or exceeds the days of the stay in the month."""
    noted = row.notes.filter(kind=kind).aggregate(n=Sum("days"))["n"]
    most = days_of(stay, month)
    if noted < 0:
        raise ValidationError({"days": _("More days would be taken back than were recorded.")})
    if noted > most:
        message = _("The stay has %(n)s days in this month, not %(days)s.")
        raise ValidationError({"days": message % {"n": most, "days": noted}})


# --- Leave ------------------------------------------------------------------------------------


@transaction.atomic
def ask_leave(*, stay, kind, starts_on, ends_on, stand_in, by, at, client_key=None):
    """Ask for leave; resending the form is a no-op. `stand_in` is a cadre."""
    stay = locked(stay, *STAY)
    asked = {"kind": kind, "starts_on": starts_on, "ends_on": ends_on, "asked_by": by}
    asked["stand_in"] = stand_in
    known = client_key and stay.leaves.filter(client_key=client_key).first()
    if known:
        if any(getattr(known, name) != value for name, value in asked.items()):
            raise ValidationError(str(DifferentContent()))
        return known
    require(rules.may_ask_leave(by, stay))
    require(rules.may_stand_in(stay, stand_in))
    asked |= {"last_day": ends_on, "days": max(0, (ends_on - starts_on).days + 1)}
    asked["stand_by"] = " ".join(filter(None, [stand_in.name, stand_in.post]))[:100]
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
        # The earlier of the two last days is away in either case.
        first, until = sorted((last, leave.last_day))
        _refuse_attested(leave.stay, first + timedelta(days=1), until, "returned_on")
    leave.returned_on, leave.returned_by, leave.last_day = returned_on, by, last
    keep(leave)
    audit.record("leave.returned", by, leave, ["returned_on"])
    return leave


def _refuse_attested(stay, first, last, field):
    months = stay.months.filter(words__in=MonthWord.objects.standing())
    months = months.filter(month__range=(month_of(first), last))
    if row := months.order_by("month").first():
        month = date_format(row.month, "YEAR_MONTH_FORMAT")
        message = _("The month %(month)s is attested; the host corrects its word there.")
        raise ValidationError({field: message % {"month": month}})


def _row(stay, month):
    """(the row of a month or None, whether the host said its word)"""
    row = StayMonth.objects.filter(stay=stay, month=month).first()
    word = _newest(row)
    return row, word is not None and word.is_met is not None


def _newest(row):
    return row.words.order_by("-pk").first() if row else None
