"""Scheduled anonymisation, and destruction by list."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from oversight.keeping import KINDS, PERSONAL
from oversight.models import DestructionItem, DestructionList, DestructionStep, RetentionRun
from oversight.models.retention import DestructionState
from oversight.rules import retention as rules
from portal import parameters
from portal.models import Organ
from portal.models.text import shown
from portal.records import audit, steps
from portal.records.steps import take_step
from portal.tools.locking import lock_name, locked
from portal.tools.saving import keep
from portal.trust.access import require

Move = DestructionStep.Move
# Longer lists must be split by year.
MOST_ITEMS = 2_000


def years_before(on, years):
    """Return the same day `years` earlier; 28 February for 29 February."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return date(on.year - years, 2, 28)


@transaction.atomic
def anonymise(*, at):
    """Erase names and phones kept beyond the limit; return the report."""
    lock_name("anonymise")
    on = timezone.localdate(at)
    before = years_before(on, parameters.number("retention.personal_years", on=on))
    last = RetentionRun.objects.order_by("-ran_at", "-pk").first()
    counts = {}
    for forget in PERSONAL:
        counts |= forget(before, last.before if last else None)
    run = RetentionRun.objects.create(ran_at=at, before=before, counts=counts)
    audit.record("retention.anonymised", "anonymise", run, sorted(counts), counts)
    return run


# --- 鉴定、审批、销毁清册 ----------------------------------------------------------------------


@transaction.atomic
def begin_list(*, by, at, title, kind, before):
    """Begin a list of all records of this kind that are old enough, to be appraised one by one."""
    require(rules.may_begin_list(by))
    require(rules.may_list_for(by, by.organ))

    on = timezone.localdate(at)
    years = parameters.number("retention.record_years", on=on)
    if before > (youngest := years_before(on, years)):
        said = _("Records are kept %(years)s years: only those before %(day)s can be destroyed.")
        raise ValidationError({"before": said % {"years": years, "day": youngest}})
    known = {"title": title, "kind": kind, "before": before, "years": years}
    listed = DestructionList(organ=by.organ, written_by=by, created_at=at, **known)
    keep(listed)
    _gather(listed)
    audit.record("destruction.begun", by, listed, sorted(known), known)
    return listed


def _gather(listed):
    kind, organs = KINDS[listed.kind], _organs_of(listed)
    rows = list(kind.rows(organs, listed.before).order_by(kind.day, "pk")[: MOST_ITEMS + 1])
    if not rows:
        raise ValidationError({"before": _("There are no such records.")})
    if len(rows) > MOST_ITEMS:
        said = _("More than %(n)s records: choose an earlier day.")
        raise ValidationError({"before": said % {"n": MOST_ITEMS}})
    DestructionItem.objects.bulk_create(
        DestructionItem(
            list=listed,
            record=one.pk,
            label=shown(str(kind.label(one)))[:120],
            dated_on=getattr(one, kind.day),
        )
        for one in rows
    )


def _organs_of(listed):
    below = Organ.objects.filter(path__startswith=listed.organ.path)
    return list(below.values_list("pk", flat=True))


@transaction.atomic
def keep_records(*, listed, by, items, reason):
    """鉴定: keep these records, with a reason."""
    listed = locked(listed, "organ__division", "written_by")
    require(rules.may_change_list(by, listed))

    chosen = listed.items.filter(pk__in=[one.pk for one in items])
    chosen.update(kept_reason=reason.strip())
    values = {"items": sorted(one.pk for one in items), "reason": reason}
    audit.record("destruction.kept", by, listed, ["kept_reason"], values)
    return listed


@transaction.atomic
def drop_list(*, listed, by):
    listed = locked(listed, "organ__division", "written_by")
    require(rules.may_drop_list(by, listed))

    audit.record("destruction.dropped", by, listed)
    with steps.allowing_deletion():
        listed.delete()


@transaction.atomic
def submit_list(*, listed, by, at):
    rule = rules.may_submit_list
    return _move(listed, rule, Move.SUBMITTED, by, at, state=DestructionState.SUBMITTED)


@transaction.atomic
def take_back_list(*, listed, by, at):
    rule = rules.may_take_back_list
    return _move(listed, rule, Move.TAKEN_BACK, by, at, state=DestructionState.DRAFT)


@transaction.atomic
def return_list(*, listed, by, at, reason):
    rule = rules.may_decide_list
    return _move(listed, rule, Move.RETURNED, by, at, reason, state=DestructionState.DRAFT)


@transaction.atomic
def approve_list(*, listed, by, at, document=""):
    facts = {"state": DestructionState.APPROVED, "approved_by": by, "document": document.strip()}
    facts["approved_on"] = timezone.localdate(at)
    return _move(listed, rules.may_decide_list, Move.APPROVED, by, at, **facts)


@transaction.atomic
def destroy_list(*, listed, by, at, witness):
    """Delete the records on the list that are still old enough; the list itself stays."""
    listed = locked(listed, "organ__division", "written_by")
    require(rules.may_destroy(by, listed))
    require(rules.may_watch(witness, by, listed))

    gone = 0
    kind, organs = KINDS[listed.kind], _organs_of(listed)
    items = {one.record: one for one in listed.items.filter(kept_reason="")}
    with steps.allowing_deletion():
        for record in kind.rows(organs, listed.before).filter(pk__in=items).order_by("pk"):
            pk = record.pk
            try:
                with transaction.atomic():
                    record.delete()
            except ProtectedError:
                items[pk].kept_reason = "仍被其他记录引用"
            else:
                items[pk].is_gone = True
                gone += 1
            items[pk].save(update_fields=["is_gone", "kept_reason"])
    facts = {"state": DestructionState.DESTROYED, "destroyed_by": by, "witness": witness}
    facts["destroyed_on"] = timezone.localdate(at)
    words = f"共{gone}件"
    return _move(listed, rules.may_destroy, Move.DESTROYED, by, at, words, **facts)


def _move(listed, rule, move, by, at, words="", **facts):
    listed = locked(listed, "organ__division", "written_by")
    require(rule(by, listed))

    keep(listed, **facts)
    take_step(listed, move, by=by, at=at, words=words, document=facts.get("document"))
    audit.record(f"destruction.{move}", by, listed, sorted(facts), facts | {"words": words})
    return listed
