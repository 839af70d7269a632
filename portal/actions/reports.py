"""Changes to editions, headings and monthly sheets."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import editions as reports
from portal import parameters, rules, wordings
from portal.models import LedgerHeading, LedgerPaper, ReportedEdition, ScheduledExport
from portal.records import audit
from portal.sheets import ledgers, periods, statistics
from portal.sheets.statistics import Subject
from portal.tools.saving import keep
from portal.trust.access import require

# A monthly sheet is kept until the next one.
MONTHLY_KEPT_DAYS = 31


# --- Editions -----------------------------------------------------------------------------------


def lock_edition(*, subject, breakdown, period, document_number, by, at, replaces=None, reason=""):
    """Count the sheet and store it as reported; a correction names the edition it replaces."""
    require(rules.may_count(by, subject))
    with ledgers.one_moment():
        if replaces is not None:
            require(rules.may_correct_edition(by, replaces))
        _must_be_over(period, at)
        with _in_chinese_of(by):
            table = statistics.count(subject, breakdown, period)
        more = {"document_number": document_number.strip(), "replaces": replaces, "reason": reason}
        return _keep(table, by=by, at=at, **more)


def state_nothing(*, subject, breakdown, period, by, at):
    """零报告: report that nothing happened in the period; refused if something did."""
    require(rules.may_count(by, subject))
    with ledgers.one_moment():
        _must_be_over(period, at)
        with _in_chinese_of(by):
            table = statistics.count(subject, breakdown, period)
        require(rules.may_state_nothing(by, table))
        return _keep(table, by=by, at=at, is_nil=True)


def _in_chinese_of(user):
    """Use the wording of an edition, which also determines its columns: counted and stored in the
    same."""
    return translation.override(wordings.chinese_of(user, on=user.today))


def _must_be_over(period, at):
    if not (decision := rules.may_report(period, on=timezone.localdate(at))):
        raise ValidationError(str(decision.refusal))


def _keep(table, *, by, at, is_nil=False, **more):
    subject, period = table.layout.subject, table.period
    below = ReportedEdition.objects.current().of_period(period).inside(subject)
    outside = below.filter(source=ReportedEdition.Source.OUTSIDE).order_by("unit_name", "pk")
    with _in_chinese_of(by):
        columns = reports.column_values(period)
        title = reports.title_of(subject, period)
    values = reports.as_values(table, columns=columns, outside=list(outside))
    edition = _insert(
        by,
        at,
        division=subject.division,
        organ=subject.organ,
        is_hosted=subject.is_hosted,
        breakdown=table.layout.by,
        unit_name=subject.name or parameters.text("programme.office_name", on=by.today),
        title=title,
        first=period.first,
        last=period.last,
        is_nil=is_nil,
        table=values,
        digest=reports.digest(values),
        **more,
    )
    edition.contains.set(below)
    _note("nothing_stated" if is_nil else "locked", edition, by, str(period))
    return edition


def _insert(by, at, **facts):
    """Insert an edition; ValidationError when a constraint finds the period reported already."""
    signed = {"stamped_by": ledgers.stamped_by(by), "filled_in_by": ledgers.filled_in_by(by)}
    edition = ReportedEdition(asked_by=by, asked_at=at, **signed, **facts)
    edition.full_clean()
    try:
        with transaction.atomic():
            edition.save(force_insert=True)
    except IntegrityError as problem:
        raise ValidationError(_("Somebody else has just reported the same.")) from problem
    return edition


def _note(event, edition, by, *more):
    values = [edition.digest, edition.document_number, *more]
    fields = ["table", "document_number"]
    audit.record(f"edition.{event}", on=edition, by=by, fields=fields, values=values)


@transaction.atomic
def take_in_edition(*, content, division, by, at, document_number="", reason=""):
    """Store the edition of a unit that is not on this portal, from its workbook."""
    require(rules.may_count(by, Subject(division)))
    said = reports.read_workbook(content)
    known = ReportedEdition.objects.filter(key=said["edition"]).first()
    if known is not None:
        raise ValidationError(
            _("This edition is here already: %(unit)s, locked on %(day)s.")
            % {"unit": known.unit_name, "day": timezone.localdate(known.asked_at)}
        )
    same = {"source": ReportedEdition.Source.OUTSIDE, "division": division}
    same |= {"unit_name": said["unit"], "first": said["first"], "last": said["last"]}
    previous = ReportedEdition.objects.current().filter(**same).first()
    if previous is not None and not reason:
        raise ValidationError(
            {"reason": _("This unit reported the period already. Say why this one replaces it.")}
        )
    edition = _insert(
        by,
        at,
        key=said["edition"],
        breakdown="area",
        **same,
        **{name: said[name] for name in ("title", "table", "digest")},
        document_number=document_number or said["document_number"],
        is_nil=bool(said["is_nil"]),
        replaces=previous,
        reason=reason if previous else "",
    )
    _note("taken_in", edition, by)
    return edition


# --- Headings -----------------------------------------------------------------------------------


@transaction.atomic
def set_heading(*, ledger, index, heading, place, is_hidden, by, at):
    """Set how this installation prints a column; a row equal to the default is deleted."""
    require(rules.may_set_headings(by))
    column = ledger.columns[index]
    heading = "" if heading.strip() == column.heading else heading.strip()
    place = None if place in {None, ledgers.default_place(index)} else place
    beside = [(c, row) for other, c, row in ledgers.headings(ledger) if other != index]
    same = [one for one, _row in beside if one.group == column.group]
    if heading and heading in {one.heading for one in same}:
        raise ValidationError({"heading": _("Another column of this sheet is called like this.")})
    if is_hidden and column.heading in ledger.kept:
        raise ValidationError(
            {"is_hidden": _("It says how many answers a rate is made of; it stays in the sheet.")}
        )
    if is_hidden and all(ledgers.is_left_out(*one) for one in beside):
        raise ValidationError({"is_hidden": _("It is the last column of this sheet; keep it.")})
    own = LedgerHeading.objects.filter(ledger=ledger.name, column=column.known_as)
    if heading or is_hidden != column.is_off or place is not None:
        said = {"heading": heading, "place": place, "is_hidden": is_hidden}
        own.update_or_create(
            ledger=ledger.name,
            column=column.known_as,
            defaults=said | {"set_by": by, "set_at": at},
        )
    else:
        own.delete()
    values = [column.heading, heading, place, is_hidden]
    audit.record("heading.set", by=by, fields=[ledger.name], values=values)
    return column


@transaction.atomic
def set_paper(*, ledger, paper, by, at):
    """Set the paper size of a sheet; if empty, the width of its columns decides."""
    require(rules.may_set_headings(by))
    own = LedgerPaper.objects.filter(ledger=ledger.name)
    if paper:
        said = {"paper": paper, "set_by": by, "set_at": at}
        own.update_or_create(ledger=ledger.name, defaults=said)
    else:
        own.delete()
    audit.record("paper.set", by=by, fields=[ledger.name], values=[paper])
    return ledger


# --- Monthly sheets -----------------------------------------------------------------------------


@transaction.atomic
def schedule_export(*, ledger, filters, span, day_of_month, by, on, said=""):
    """Schedule a sheet for the user every month, from the next such day on."""
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
    """Start the sheets that are due, each once a month. Skips owners who may no longer export.
    Returns how many were started."""
    made, in_use = 0, ledgers.in_use()
    for scheduled in ScheduledExport.objects.due(today).select_related("owner").order_by("pk"):
        owner = scheduled.owner.acting(on=today)
        if scheduled.ledger not in in_use:
            continue
        if owner.is_active and rules.may_schedule_export(owner):
            made += _make_once(scheduled, today)
    return made


@transaction.atomic
def _make_once(scheduled, today):
    """A conditional update claims the row, so that only one of two tasks makes the sheet."""
    month = today.replace(day=1)
    taken = ScheduledExport.objects.due(today).filter(pk=scheduled.pk).update(made_for=month)
    if not taken:
        return 0
    ledger = ledgers.REGISTRY[scheduled.ledger]
    filters = dict(scheduled.filters)
    if ledger.days and scheduled.span != ScheduledExport.Span.ALL:
        of_last_month = scheduled.span == ScheduledExport.Span.LAST_MONTH
        period = (periods.last_month if of_last_month else periods.year_so_far)(today)
        filters.pop("period", None)
        filters |= dict(zip(ledger.days, map(str, (period.first, period.last)), strict=True))
    with translation.override(wordings.chinese_of(scheduled.owner, on=today)):
        job = ledgers.start_export(
            ledger, filters=filters, by=scheduled.owner, kept_days=MONTHLY_KEPT_DAYS
        )
    ScheduledExport.objects.filter(pk=scheduled.pk).update(last_job=job)
    return 1
