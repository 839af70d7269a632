"""Carrying out 一支一策: items with their progress, 四个一, monthly reviews."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import Stay
from outreach.models.stays import StayKind
from pairing.actions.weak_cases import CASE
from pairing.models import CaseSupport, ItemProgress, MonthlyReview, Pairing, RectificationItem
from pairing.models.weak_cases import SupportKind
from pairing.models.weak_work import ItemState
from pairing.rules import weak as rules
from portal.records import audit
from portal.tools.locking import locked, locked_or_none
from portal.tools.saving import change, keep
from portal.trust.access import require


@transaction.atomic
def add_item(*, case, situation, by, at, cadre=None, **facts):
    """Add a measure against a situation; `facts` are measure, responsible and due_on."""
    case = locked(case, *CASE)
    require(rules.may_change_plan(by, case))
    if not case.situations.filter(situation=situation).exists():
        raise ValidationError({"situation": _("This situation was not found here.")})
    _check_serves(cadre)
    item = RectificationItem(case=case, round=case.round, situation=situation, cadre=cadre, **facts)
    item.written_by, item.written_on = by, timezone.localdate(at)
    keep(item)
    audit.record("weak_item.added", on=case, by=by, fields=["measure"], values=[item.pk])
    return item


def _check_serves(cadre):
    if cadre is not None and cadre.left_on:
        said = _("%(name)s no longer serves here.") % {"name": cadre.name}
        raise ValidationError({"cadre": said})


@transaction.atomic
def note_progress(*, item, on, text, by, at):
    item = locked(item, case=locked(item.case, *CASE))
    require(rules.may_note_progress(by, item))
    progress = ItemProgress(item=item, on=on, text=text, by=by, at=at)
    keep(progress)
    audit.record("weak_item.progressed", on=item.case, by=by, fields=["text"], values=[item.pk])
    return progress


@transaction.atomic
def end_item(*, item, done, outcome, by, at):
    """Close an item with its result, or drop it with a reason."""
    item = locked(item, case=locked(item.case, *CASE))
    require(rules.may_end_item(by, item))
    state, day = ItemState.DONE if done else ItemState.DROPPED, timezone.localdate(at)
    keep(item, state=state, outcome=outcome.strip(), ended_by=by, ended_on=day)
    audit.record(f"weak_item.{item.state}", on=item.case, by=by, values=[item.pk])
    return item


@transaction.atomic
def name_support(*, case, kind, cadre=None, organ=None, starts_on, by, at):
    """四个一: name a helper; the term of the previous one ends on the day before."""
    case = locked(case, *CASE)
    require(rules.may_change_plan(by, case))
    _check_serves(cadre)
    before = locked_or_none(case.supports.filter(kind=kind, ends_on=None))
    if before is not None:
        if before.starts_on >= starts_on:
            said = _("Somebody else is named from this day or a later one.")
            raise ValidationError({"starts_on": said})
        change(before, ends_on=starts_on - timedelta(days=1))
    who = {"kind": kind, "cadre": cadre, "organ": organ}
    support = CaseSupport(case=case, starts_on=starts_on, named_by=by, **who)
    if kind == SupportKind.SECRETARY and cadre is not None:
        stays = Stay.objects.running(starts_on).filter(cadre=cadre, unit=case.unit_id)
        support.stay = stays.filter(kind=StayKind.FIRST_SECRETARY).first()
    if kind == SupportKind.ORGAN and organ is not None:
        running = Pairing.objects.helping().running(starts_on)
        running = running.filter(organ=organ, unit=case.unit_id)
        support.pairing = running.filter(household=None).order_by("pk").first()
    keep(support)
    audit.record("weak_case.support_named", on=case, by=by, fields=["kind"], values=[support.pk])
    return support


@transaction.atomic
def end_support(*, support, on, by):
    case = locked(support.case, *CASE)
    support = locked(support, case=case)
    require(rules.may_end_support(by, support))
    keep(support, ends_on=on)
    audit.record("weak_case.support_ended", on=case, by=by, values=[support.pk])
    return support


@transaction.atomic
def review_case(*, case, month, by, at, **facts):
    """月调度: review this month or an earlier one, once a month."""
    case = locked(case, *CASE)
    require(rules.may_review(by, case))
    if month > timezone.localdate(at):
        raise ValidationError({"month": _("This month has not begun.")})
    if case.decided_on and month.replace(day=1) < case.decided_on.replace(day=1):
        raise ValidationError({"month": _("It was confirmed later than this month.")})
    review = MonthlyReview(case=case, month=month.replace(day=1), by=by, at=at, **facts)
    keep(review)
    audit.record("weak_case.reviewed", on=case, by=by, fields=["findings", "next_steps"])
    return review
