"""Editions, headings and monthly sheets: every change to what an office makes of its sheets."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import parameters, rules
from portal.models import LedgerHeading, ReportedEdition, ScheduledExport
from portal.run import jobs
from portal.run.saving import keep
from portal.sheets import ledgers, reports, statistics
from portal.sheets.statistics import Subject
from portal.trust import audit
from portal.trust.access import require

# A monthly sheet waits until the next one comes.
MONTHLY_KEPT_DAYS = 31


# --- Editions -----------------------------------------------------------------------------------


def lock_edition(*, subject, breakdown, period, document_number, by, at, replaces=None, reason=""):
    """Count the sheet and keep it as it was reported; a correction names what it replaces."""
    require(rules.may_count(by, subject))
    with ledgers.one_moment():
        if replaces is not None:
            require(rules.may_correct_edition(by, replaces))
        _must_be_over(period, at)
        table = statistics.count(subject, breakdown, period)
        return _keep(
            table,
            by=by,
            at=at,
            document_number=document_number.strip(),
            replaces=replaces,
            reason=reason,
        )


def state_nothing(*, subject, breakdown, period, by, at):
    """零报告: nothing happened in the period, said in one press; refused where something did."""
    require(rules.may_count(by, subject))
    with ledgers.one_moment():
        _must_be_over(period, at)
        table = statistics.count(subject, breakdown, period)
        require(rules.may_state_nothing(by, table))
        return _keep(table, by=by, at=at, is_nil=True)


def _must_be_over(period, at):
    if period.last > timezone.localdate(at):
        raise ValidationError(
            _("The period runs until %(day)s; report it up to today or when it is over.")
            % {"day": period.last}
        )


def _keep(table, *, by, at, document_number="", is_nil=False, replaces=None, reason=""):
    subject, period = table.layout.subject, table.period
    below = ReportedEdition.objects.current().of_period(period).inside(subject)
    outside = below.filter(source=ReportedEdition.Source.OUTSIDE).order_by("unit_name", "pk")
    with translation.override("zh-hans"):
        columns = reports.column_values(period)
        title = reports.title_of(subject, period)
    values = reports.as_values(table, columns=columns, outside=list(outside))
    edition = ReportedEdition(
        division=subject.division,
        organ=subject.organ,
        is_hosted=subject.is_hosted,
        breakdown=table.layout.by,
        unit_name=subject.name or parameters.text("programme.office_name", on=by.today),
        title=title,
        first=period.first,
        last=period.last,
        document_number=document_number,
        is_nil=is_nil,
        asked_by=by,
        asked_at=at,
        stamped_by=ledgers.stamped_by(by),
        filled_in_by=ledgers.filled_in_by(by),
        replaces=replaces,
        reason=reason,
        table=values,
        digest=reports.digest(values),
    )
    _insert(edition)
    edition.contains.set(below)
    audit.record(
        "edition.nothing_stated" if is_nil else "edition.locked",
        on=edition,
        by=by,
        fields=["table", "document_number"],
        values=[edition.digest, document_number, str(period)],
    )
    return edition


def _insert(edition):
    """The constraints say in words what is reported already; nobody waits, nothing is changed."""
    edition.full_clean()
    try:
        with transaction.atomic():
            edition.save(force_insert=True)
    except IntegrityError as problem:
        raise ValidationError(_("Somebody reported the same a moment ago.")) from problem


@transaction.atomic
def take_in_edition(*, content, division, by, at, document_number="", reason=""):
    """Keep the edition of a unit that is not on this portal, from the workbook that it sent."""
    require(rules.may_count(by, Subject(division)))
    said = reports.read_workbook(content)
    known = ReportedEdition.objects.filter(key=said["edition"]).first()
    if known is not None:
        raise ValidationError(
            _("This edition is here already: %(unit)s, locked on %(day)s.")
            % {"unit": known.unit_name, "day": timezone.localdate(known.asked_at)}
        )
    previous = (
        ReportedEdition.objects.current()
        .filter(
            source=ReportedEdition.Source.OUTSIDE,
            unit_name=said["unit"],
            division=division,
            first=said["first"],
            last=said["last"],
        )
        .first()
    )
    if previous is not None and not reason:
        raise ValidationError(
            {"reason": _("This unit reported the period already. Say why this one replaces it.")}
        )
    edition = ReportedEdition(
        key=said["edition"],
        source=ReportedEdition.Source.OUTSIDE,
        division=division,
        breakdown="area",
        unit_name=said["unit"],
        title=said["title"],
        first=said["first"],
        last=said["last"],
        document_number=document_number or said["document_number"],
        is_nil=bool(said["is_nil"]),
        asked_by=by,
        asked_at=at,
        stamped_by=ledgers.stamped_by(by),
        filled_in_by=ledgers.filled_in_by(by),
        replaces=previous,
        reason=reason if previous else "",
        table=said["table"],
        digest=said["digest"],
    )
    _insert(edition)
    audit.record(
        "edition.taken_in",
        on=edition,
        by=by,
        fields=["table", "document_number"],
        values=[edition.digest, edition.document_number],
    )
    return edition


# --- Headings -----------------------------------------------------------------------------------


@transaction.atomic
def set_heading(*, ledger, index, heading, place, is_hidden, by, at):
    """How this installation prints a column; said as in the code, the row goes."""
    require(rules.may_set_headings(by))
    column = ledger.columns[index]
    heading = "" if heading.strip() == column.heading else heading.strip()
    place = None if place in {None, ledgers.default_place(index)} else place
    if heading and heading in _headings_beside(ledger, index):
        raise ValidationError({"heading": _("Another column of this sheet is called like this.")})
    if is_hidden and column.heading in ledger.kept:
        raise ValidationError(
            {"is_hidden": _("It says how many answers a rate is made of; it stays in the sheet.")}
        )
    if is_hidden and not _shown_beside(ledger, index):
        raise ValidationError({"is_hidden": _("It is the last column of this sheet; keep it.")})
    own = LedgerHeading.objects.filter(ledger=ledger.name, column=column.known_as)
    if heading or is_hidden or place is not None:
        own.update_or_create(
            ledger=ledger.name,
            column=column.known_as,
            defaults={
                "heading": heading,
                "place": place,
                "is_hidden": is_hidden,
                "set_by": by,
                "set_at": at,
            },
        )
    else:
        own.delete()
    audit.record(
        "heading.set",
        by=by,
        fields=[ledger.name],
        values=[column.heading, heading, place, is_hidden],
    )


def _headings_beside(ledger, index):
    return {column.heading for at, column, _row in ledgers.headings(ledger) if at != index}


def _shown_beside(ledger, index):
    return [
        at
        for at, _column, row in ledgers.headings(ledger)
        if at != index and not (row and row.is_hidden)
    ]


# --- Monthly sheets -----------------------------------------------------------------------------


@transaction.atomic
def schedule_export(*, ledger, filters, span, day_of_month, by, on, said=""):
    """Have a sheet made for oneself every month, from the next such day on."""
    require(rules.may_schedule_export(by))
    is_over = day_of_month < on.day
    scheduled = ScheduledExport(
        ledger=ledger.name,
        filters=filters,
        said=said[:300],
        span=span,
        day_of_month=day_of_month,
        owner=by,
        made_for=on.replace(day=1) if is_over else None,
    )
    keep(scheduled)
    audit.record(
        "monthly_sheet.asked",
        on=scheduled,
        by=by,
        fields=["ledger", "day_of_month"],
        values=[ledger.name, filters, span, day_of_month],
    )
    return scheduled


@transaction.atomic
def end_scheduled_export(*, scheduled, by, at):
    ended = ScheduledExport.objects.running().filter(pk=scheduled.pk).update(ended_at=at)
    if ended:
        audit.record("monthly_sheet.ended", on=scheduled, by=by)


def make_scheduled_exports(*, today):
    """Start the sheets whose day has come, each once a month however often this runs; those of
    owners who no longer export rest. Returns how many were started."""
    made = 0
    for scheduled in ScheduledExport.objects.due(today).select_related("owner").order_by("pk"):
        owner = scheduled.owner.acting(on=today)
        if scheduled.ledger not in ledgers.REGISTRY:
            continue
        if owner.is_active and rules.may_schedule_export(owner):
            made += _make_once(scheduled, today)
    return made


@transaction.atomic
def _make_once(scheduled, today):
    """The row is taken by a conditional update: of two tasks one finds nothing left to do."""
    month = today.replace(day=1)
    taken = ScheduledExport.objects.due(today).filter(pk=scheduled.pk).update(made_for=month)
    if not taken:
        return 0
    ledger = ledgers.REGISTRY[scheduled.ledger]
    filters = dict(scheduled.filters)
    if ledger.days and scheduled.span != ScheduledExport.Span.ALL:
        of_last_month = scheduled.span == ScheduledExport.Span.LAST_MONTH
        period = (statistics.last_month if of_last_month else statistics.year_so_far)(today)
        filters.pop("period", None)
        filters |= dict(zip(ledger.days, map(str, (period.first, period.last)), strict=True))
    job = jobs.start(
        kind="ledger",
        title=ledger.title,
        arguments={"ledger": ledger.name, "filters": filters, "kept_days": MONTHLY_KEPT_DAYS},
        by=scheduled.owner,
    )
    ScheduledExport.objects.filter(pk=scheduled.pk).update(last_job=job)
    return 1
