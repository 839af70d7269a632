"""Stay reports: writing, handing in, reviewing, adopting; and the sheet at the end of a stay."""

from django.db import transaction
from django.utils import timezone

from outreach.models import ReportStep, Stay, StayOpinion, StayReport, Suggestion
from outreach.models.stay_reports import ReportState
from outreach.rules import stay_reports as rules
from portal.run.locking import locked
from portal.run.saving import change, keep, put
from portal.trust import audit, privacy
from portal.trust.access import require
from portal.trust.steps import take_step

Move = ReportStep.Move
FIELDS = (
    "title",
    "starts_on",
    "ends_on",
    "members",
    "method",
    "situation",
    "problems",
    "causes",
    "solved",
)
LONG = ("situation", "problems", "causes", "solved")


@transaction.atomic
def draft_report(*, stay, by, at, suggestions=(), **content):
    stay = Stay.objects.select_related("cadre").get(pk=stay.pk)
    require(rules.may_write_report(by, stay))
    report = StayReport(stay=stay, created_at=at)
    _fill(report, content, suggestions)
    audit.record("stay_report.drafted", on=report, by=by, fields=FIELDS)
    return report


@transaction.atomic
def change_report(*, report, by, suggestions=(), **content):
    report = locked(report, "stay__cadre")
    require(rules.may_change_report(by, report))
    _fill(report, content, suggestions)
    audit.record("stay_report.changed", on=report, by=by, fields=FIELDS)
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
    suggestion.adopted, suggestion.why = adopted, why.strip()
    suggestion.decided_by, suggestion.decided_at = by, at
    suggestion.save()
    audit.record(
        "stay_report.suggestion_decided",
        on=report,
        by=by,
        fields=["adopted", "why"],
        values=[suggestion.position, adopted],
    )
    return suggestion


@transaction.atomic
def give_opinion(*, stay, part, text, by, at):
    """A part of 期满考核鉴定表; what was said before stays as a row."""
    stay = locked(stay, "cadre")
    require(rules.may_give_opinion(by, stay))
    if part not in rules.parts_open_to(by, stay):
        require(rules.NotYours(str(StayOpinion.Part(part).label)))
    opinion = StayOpinion.objects.create(
        stay=stay,
        part=part,
        text=privacy.mask_ids(text.strip()),
        by=by,
        organ_id=by.organ_id,
        at=at,
    )
    audit.record("stay.opinion_given", on=stay, by=by, fields=[part])
    return opinion


def _fill(report, content, suggestions):
    put(report, {name: content[name] for name in FIELDS})
    for name in LONG:
        setattr(report, name, privacy.mask_ids(getattr(report, name).strip()))
    keep(report)
    # A report that was sent back keeps no decisions yet: they follow the acceptance.
    report.suggestions.all().delete()
    Suggestion.objects.bulk_create(
        Suggestion(report=report, position=place, text=text)
        for place, text in enumerate(suggestions, 1)
    )


def _step(report, move, by, at, text=""):
    take_step(report, move, by=by, at=at, words=text, organ_id=by.organ_id)
    audit.record(f"stay_report.{move}", on=report, by=by, fields=["state"])
