"""Stay reports: writing, handing in, reviewing, adopting; and opinions at the end of a stay."""

from django.db import transaction
from django.utils import timezone

from outreach.models import ReportStep, Stay, StayOpinion, StayReport, Suggestion
from outreach.models.stay_reports import ReportState
from outreach.rules import stay_reports as rules
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked
from portal.tools.saving import change, keep, put
from portal.trust import privacy
from portal.trust.access import require

Move = ReportStep.Move
LONG = ("situation", "problems", "causes", "solved")
FIELDS = ("title", "starts_on", "ends_on", "members", "method", *LONG)


@transaction.atomic
def write_plan(*, stay, plan, by):
    """The plan of a leader's stay."""
    stay = locked(stay, "cadre")
    require(rules.may_write_plan(by, stay))
    keep(stay, plan=privacy.mask_ids(plan.strip()))
    audit.record("stay.plan_written", by, stay, ["plan"])
    return stay


@transaction.atomic
def draft_report(*, stay, by, at, suggestions=(), **content):
    stay = Stay.objects.select_related("cadre").get(pk=stay.pk)
    require(rules.may_write_report(by, stay))
    report = StayReport(stay=stay, created_at=at)
    _fill(report, content, suggestions)
    audit.record("stay_report.drafted", by, report, FIELDS)
    return report


@transaction.atomic
def change_report(*, report, by, suggestions=(), **content):
    report = locked(report, "stay__cadre")
    require(rules.may_change_report(by, report))
    _fill(report, content, suggestions)
    audit.record("stay_report.changed", by, report, FIELDS)
    return report


@transaction.atomic
def hand_in(*, report, by, at):
    report = locked(report, "stay__cadre")
    require(rules.may_hand_in(by, report))
    change(report, state=ReportState.HANDED_IN, handed_in_on=timezone.localdate(at))
    _step(report, Move.HANDED_IN, by, at)
    return report


@transaction.atomic
def review_report(*, report, accepted, text, by, at):
    report = locked(report, "stay__cadre")
    require(rules.may_review(by, report))
    change(report, state=ReportState.ACCEPTED if accepted else ReportState.SENT_BACK)
    _step(report, Move.ACCEPTED if accepted else Move.SENT_BACK, by, at, text)
    return report


@transaction.atomic
def decide_suggestion(*, suggestion, adopted, why, by, at):
    report = locked(suggestion.report, "stay__cadre")
    suggestion = locked(suggestion, report=report)
    require(rules.may_decide_suggestion(by, suggestion))
    change(suggestion, adopted=adopted, why=why.strip(), decided_by=by, decided_at=at)
    values = [suggestion.position, adopted]
    audit.record("stay_report.suggestion_decided", by, report, ["adopted", "why"], values)
    return suggestion


@transaction.atomic
def give_opinion(*, stay, part, text, by, at):
    """Add an opinion to a part of 期满考核鉴定表; earlier ones stay as rows."""
    stay = locked(stay, "cadre")
    require(rules.may_give_opinion(by, stay))
    if part not in rules.parts_open_to(by, stay):
        require(rules.NotYours(str(StayOpinion.Part(part).label)))
    text = privacy.mask_ids(text.strip())
    opinion = stay.opinions.create(part=part, text=text, by=by, organ_id=by.organ_id, at=at)
    audit.record("stay.opinion_given", by, stay, [part])
    return opinion


def _fill(report, content, suggestions):
    put(report, {name: content[name] for name in FIELDS})
    for name in LONG:
        setattr(report, name, privacy.mask_ids(getattr(report, name).strip()))
    keep(report)
    # No decisions are lost: suggestions are decided after the report is accepted.
    report.suggestions.all().delete()
    rows = (
        Suggestion(report=report, position=n, text=text) for n, text in enumerate(suggestions, 1)
    )
    Suggestion.objects.bulk_create(rows)


def _step(report, move, by, at, text=""):
    take_step(report, move, by=by, at=at, words=text, organ_id=by.organ_id)
    audit.record(f"stay_report.{move}", by, report, ["state"])
