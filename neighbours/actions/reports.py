"""双报到: reports of branches, and the host's line of a quarter."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from neighbours.models import BranchReport, BranchReportStep, QuarterLine
from neighbours.models.reports import GOING_ON, ReportState
from neighbours.rules import reports as rules
from outreach.actions import matters
from portal.places.succession import Passed
from portal.records import audit, steps
from portal.records.steps import take_step
from portal.tools.locking import locked, locked_many
from portal.tools.saving import keep, put_what_differs
from portal.trust.access import require

Move, S = BranchReportStep.Move, ReportState
RELATED = ("organ__division", "unit__division", "unit__host_organ", "party")


@transaction.atomic
def draft_report(*, by, at, party, unit, needs=(), **content):
    require(rules.may_draft(by))
    require(rules.may_report_to(by, party, unit))

    facts = {"secretary": party.secretary, "written_by": by, "created_at": at, **content}
    report = BranchReport(party=party, organ=party.organ, **facts)
    report.stand_at(unit)
    keep(report)
    _set_needs(report, needs)
    _note("drafted", report, by, sorted(content))
    return report


def _set_needs(report, needs):
    """认领需求: only needs of this community."""
    others = [one.title for one in needs if one.unit_id != report.unit_id]
    if others:
        said = _("Not a need of this community: %(needs)s.")
        raise ValidationError({"needs": said % {"needs": _(", ").join(map(str, others))}})
    report.needs.set(needs)


@transaction.atomic
def change_report(*, report, by, needs=(), **content):
    report = locked(report, *RELATED)
    require(rules.may_change_report(by, report))

    changed = put_what_differs(report, {**content, "secretary": report.party.secretary})
    keep(report)
    _set_needs(report, needs)
    _note("changed", report, by, changed)
    return report


@transaction.atomic
def drop_report(*, report, by):
    report = locked(report, *RELATED)
    require(rules.may_drop_report(by, report))

    _note("dropped", report, by)
    with steps.allowing_deletion():
        report.delete()


@transaction.atomic
def hand_in(*, report, by, at):
    """Allowed without a secretary; the sheet then has an empty field."""
    facts = {"state": S.HANDED_IN, "reported_on": timezone.localdate(at)}
    return _move(report, rules.may_hand_in, Move.HANDED_IN, by, at, **facts)


@transaction.atomic
def confirm_report(*, report, by, at, opinion):
    facts = {"state": S.CONFIRMED, "opinion": opinion.strip()}
    facts["confirmed_on"] = timezone.localdate(at)
    return _move(report, rules.may_confirm_report, Move.CONFIRMED, by, at, opinion, **facts)


@transaction.atomic
def return_report(*, report, by, at, reason):
    facts = {"state": S.RETURNED}
    return _move(report, rules.may_return_report, Move.RETURNED, by, at, reason, **facts)


@transaction.atomic
def end_report(*, report, by, at):
    facts = {"state": S.ENDED, "ended_on": timezone.localdate(at)}
    return _move(report, rules.may_end_report, Move.ENDED, by, at, **facts)


def _move(report, rule, move, by, at, words="", **facts):
    report = locked(report, *RELATED)
    require(rule(by, report))

    keep(report, **facts)
    take_step(report, move, by=by, at=at, words=words)
    audit.record(f"branch_report.{move}", by, report, sorted(facts), facts)
    return report


def _note(event, report, by, fields=()):
    values = {name: getattr(report, name) for name in fields}
    audit.record(f"branch_report.{event}", by, report, sorted(fields), values)


# --- The line of a quarter ------------------------------------------------------------------------


@transaction.atomic
def write_line(*, report, by, at, year, quarter, **words):
    report = locked(report, *RELATED)
    require(rules.may_write_line(by, report))
    require(rules.may_write_quarter(report, year, quarter, on=timezone.localdate(at)))

    facts = {"year": year, "quarter": quarter, "written_by": by, "written_at": at}
    line = QuarterLine(report=report, **facts, **words)
    keep(line)
    take_step(report, Move.LINE, by=by, at=at, words=line.label)
    audit.record("branch_report.line", by, report, sorted(words), {"line": line.pk, **words})
    return report


@transaction.atomic
def correct_line(*, line, by, at, **words):
    report = locked(line.report, *RELATED)
    line = locked(line, report=report)
    require(rules.may_correct_line(by, line))

    changed = put_what_differs(line, words)
    keep(line)
    take_step(report, Move.CORRECTED, by=by, at=at, words=line.label)
    values = {"line": line.pk, **{name: getattr(line, name) for name in changed}}
    audit.record("branch_report.corrected", by, report, sorted(changed), values)
    return line


@transaction.atomic
def hear_problem(*, line, by, at, **form):
    """居民反映问题: register a matter in the ledger, whose number the line shows."""
    report = locked(line.report, *RELATED)
    line = locked(line, report=report)
    require(rules.may_hear_problem(by, line))
    if form["unit"].pk != report.unit_id:
        raise ValidationError(_("A problem heard there is about this community."))

    matter = matters.register_matter(by=by, at=at, on=timezone.localdate(at), **form)
    if line.matters.filter(pk=matter.pk).exists():
        # A repeated submission.
        return matter
    line.matters.add(matter)
    take_step(report, Move.HEARD, by=by, at=at, words=matter.number_label)
    values = {"line": line.pk, "matter": matter.pk}
    audit.record("branch_report.heard", by, report, ["matters"], values)
    return matter


# --- Reorganisation -------------------------------------------------------------------------------


def pass_on_party(old, heir, *, by, at, on):
    """Move the reports to the successor. Where the successor has reported already, the old report
    ends."""
    rows = BranchReport.objects.going_on().filter(party=old)
    for report in locked_many(rows, no_key=True):
        report.party, report.organ = heir, heir.organ
        try:
            with transaction.atomic():
                report.save(update_fields=["party", "organ"])
        except IntegrityError:
            ended = {"state": S.ENDED, "ended_on": on}
            BranchReport.objects.filter(pk=report.pk).update(**ended)
            take_step(report, Move.ENDED, by=by, at=at)
        else:
            take_step(report, Move.PASSED_ON, by=by, at=at, words=heir.name)


def pass_on_host(units, old, new, reorganisation):
    """The new host of a community confirms its reports and writes the lines."""
    rows = BranchReport.objects.going_on().filter(unit__in=[one.pk for one in units])
    passed = rows.filter(host_organ=old).update(host_organ=new)
    return [Passed("branch_reports", passed)]


def held_by_parties(parties, *, on):
    rows = BranchReport.objects.filter(party__in=parties, state__in=GOING_ON)
    return [Passed("branch_reports", rows.count())]
