"""Pools, nominations, the meeting's choice, public notice; grades of the year."""

from collections import Counter
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.actions.asking import permitted, stated
from evaluation.models import Appraised, Cycle, Grade, Honour, HonourPool, PoolPart, PoolStep
from evaluation.models.honours import GradeValue, HonourPurpose, HonourState, PoolState, QuotaBasis
from evaluation.models.schemes import Subject
from evaluation.rules import honours as rules
from portal import parameters
from portal.days import workdays
from portal.records import audit
from portal.records.steps import take_step
from portal.tools.locking import locked, locked_one
from portal.tools.saving import change, keep
from portal.trust.access import require

Move = PoolStep.Move
OF_CYCLE = ("organ__division",)


def usual_percent(basis, *, on):
    """The norm for a share, in percent; None if the share is typed in."""
    code = {
        QuotaBasis.USUAL: "appraisal.civil_excellent_max",
        QuotaBasis.SPECIAL: "appraisal.civil_excellent_special",
    }.get(basis)
    return Decimal(parameters.text(code, on=on)) * 100 if code else None


@transaction.atomic
def make_pool(
    *, cycle, title, purpose, basis, by, at, percent=None, basis_document="", **belonging
):
    """Create a pool whose quota follows from its members; `belonging` has the fields of its
    part."""
    cycle = permitted(cycle, rules.may_make_pool, by, *OF_CYCLE)
    on, part = timezone.localdate(at), PoolPart(**belonging)
    pool = HonourPool(
        cycle=cycle,
        title=title.strip(),
        purpose=purpose,
        basis=basis,
        percent=usual_percent(basis, on=on) or percent,
        basis_document=basis_document.strip(),
        written_by=by,
        made_on=on,
    )
    if purpose == HonourPurpose.GRADE:
        # The grade of the year is for cadres only.
        part.subject = Subject.CADRE
        _belong_once(cycle, part)
    keep(pool)
    part.pool = pool
    part.save()
    take_step(pool, Move.MADE, by=by, at=at, words=part.text)
    fields = ["title", "purpose", "percent"]
    values = {"title": pool.title, "percent": str(pool.percent), "document": basis_document}
    audit.record("honour_pool.made", on=pool, by=by, fields=fields, values=values)
    return pool


def _belong_once(cycle, part):
    """Refuse people who are in another pool for the grade: they would count towards two quotas."""
    pools = HonourPool.objects.standing().filter(cycle=cycle, purpose=HonourPurpose.GRADE)
    for other in pools.for_list():
        both = cycle.appraised.standing().filter(part.condition()).filter(other.belongs())
        if n := both.count():
            raise ValidationError(
                _("%(n)s of them belong to the pool “%(title)s” already; nobody counts twice.")
                % {"n": n, "title": other.title}
            )


@transaction.atomic
def join_pools(*, pool, other, by, at):
    """Move members and nominations of `other` to `pool`, so that groups too small for a quota share
    one."""
    in_order = sorted((pool, other), key=lambda one: one.pk)
    both = {one.pk: _locked_pool(one) for one in in_order}
    pool, other = both[pool.pk], both[other.pk]
    require(rules.may_join(by, pool, other))
    there = set(pool.honours.exclude(state=HonourState.WITHDRAWN).values_list("appraised", flat=1))
    for honour in other.honours.filter(state=HonourState.PROPOSED):
        if honour.appraised_id in there:
            honour.state, honour.outcome = HonourState.WITHDRAWN, Honour.TWICE
        else:
            honour.pool = pool
        honour.save(update_fields=["pool", "state", "outcome"])
    other.parts.update(pool=pool)
    change(other, state=PoolState.JOINED, joined_to=pool)
    take_step(other, Move.JOINED, by=by, at=at, words=pool.title)
    take_step(pool, Move.JOINED, by=by, at=at, words=other.title)
    audit.record("honour_pool.joined", on=pool, by=by, values={"other": other.pk})
    return pool


@transaction.atomic
def give_up_pool(*, pool, by, at, reason):
    pool = _permitted(pool, rules.may_give_up_pool, by)
    pool.honours.filter(state=HonourState.PROPOSED).update(
        state=HonourState.WITHDRAWN, outcome=reason.strip()
    )
    change(pool, state=PoolState.GIVEN_UP)
    take_step(pool, Move.GIVEN_UP, by=by, at=at, words=reason)
    audit.record("honour_pool.given_up", on=pool, by=by, values={"reason": reason})
    return pool


@transaction.atomic
def nominate(*, pool, appraised, reason, by, at):
    """Nominate somebody. Nominations may exceed the quota; the meeting chooses."""
    pool = _locked_pool(pool)
    require(rules.may_nominate_one(by, pool, appraised))
    honour = Honour(
        pool=pool,
        appraised=appraised,
        year=pool.cycle.ends_on.year,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=at,
    )
    keep(honour)
    take_step(pool, Move.NOMINATED, by=by, at=at, honour=honour, words=honour.reason)
    values = {"appraised": appraised.pk, "reason": reason}
    audit.record("honour.nominated", on=honour, by=by, fields=["reason"], values=values)
    return honour


@transaction.atomic
def withdraw_nomination(*, honour, reason, by, at):
    honour = _locked_honour(honour)
    require(rules.may_withdraw(by, honour))
    return _take_off(honour, HonourState.WITHDRAWN, Move.WITHDRAWN, reason, by=by, at=at)


def _take_off(honour, state, move, reason, *, by, at):
    change(honour, state=state, outcome=reason.strip())
    take_step(honour.pool, move, by=by, at=at, honour=honour, words=reason)
    audit.record(f"honour.{move}", on=honour, by=by, values={"reason": reason})
    return honour


@transaction.atomic
def decide_pool(*, pool, chosen, document, on, by, at):
    """Record the meeting's choice with its document. Freezes the quota and its basis; more are
    refused. If nobody is chosen, the pool is final without public notice."""
    pool = _permitted(pool, rules.may_decide_pool, by)
    _not_later(on, at)
    proposed = pool.honours.filter(state=HonourState.PROPOSED).select_related("appraised__cycle")
    there = {honour.pk: honour for honour in proposed}
    honours = [there[one.pk] for one in chosen if one.pk in there]
    if len(honours) < len(chosen):
        raise ValidationError(_("A nomination was withdrawn meanwhile; look at the list again."))
    require(rules.may_choose(pool, honours))

    pool.eligible = pool.members().count()
    pool.quota = pool.quota_of(pool.eligible)
    pool.document, pool.decided_on = document.strip(), on
    pool.state = PoolState.DECIDED if honours else PoolState.FINAL
    pool.final_on = None if honours else on
    keep(pool)
    for honour in there.values():
        honour.state = HonourState.CHOSEN if honour in honours else HonourState.NOT_CHOSEN
    Honour.objects.bulk_update(there.values(), ["state"])
    if pool.purpose == HonourPurpose.GRADE:
        decided = {"by": by, "at": at, "document": pool.document, "on": on}
        for honour in honours:
            _grade(honour.appraised, GradeValue.EXCELLENT, reason=honour.reason, **decided)
    words = f"{len(honours)}/{pool.quota}/{pool.eligible}"
    take_step(pool, Move.DECIDED, by=by, at=at, words=words)
    fields = ["document", "decided_on", "quota"]
    values = {"chosen": sorted(one.pk for one in honours), "document": pool.document}
    audit.record("honour_pool.decided", on=pool, by=by, fields=fields, values=values)
    return pool


@transaction.atomic
def publicise_pool(*, pool, on, by, at):
    """公示: starts on this day and lasts the working days of the norm."""
    pool = _permitted(pool, rules.may_publicise, by)
    if on < pool.decided_on:
        raise ValidationError({"on": _("The meeting decided later than this day.")})
    until = workdays.add_working_days(on, parameters.number("notice.days", on=on))
    change(pool, notice_from=on, notice_until=until, state=PoolState.PUBLICITY)
    pool.honours.filter(state=HonourState.CHOSEN).update(state=HonourState.NOTICE)
    take_step(pool, Move.PUBLICISED, by=by, at=at, words=f"{on} – {until}")
    audit.record("honour_pool.publicised", on=pool, by=by, fields=["notice_from", "notice_until"])
    return pool


@transaction.atomic
def take_off(*, honour, reason, by, at):
    """Remove an honour after a justified objection. The place stays empty; a grade is decided
    anew."""
    honour = _locked_honour(honour)
    require(rules.may_object(by, honour))
    if honour.pool.purpose == HonourPurpose.GRADE:
        excellent = honour.appraised.grades.current().filter(value=GradeValue.EXCELLENT)
        excellent.update(replaced_at=at)
    return _take_off(honour, HonourState.OBJECTED, Move.OBJECTED, reason, by=by, at=at)


@transaction.atomic
def finish_pool(*, pool, by, at):
    pool = _locked_pool(pool)
    day = timezone.localdate(at)
    require(rules.may_finish_pool(by, pool, on=day))
    change(pool, state=PoolState.FINAL, final_on=day)
    pool.honours.filter(state=HonourState.NOTICE).update(state=HonourState.FINAL)
    take_step(pool, Move.FINISHED, by=by, at=at)
    audit.record("honour_pool.finished", on=pool, by=by)
    return pool


@transaction.atomic
def propose_grade(*, appraised, value, reason, by, at):
    """Propose a grade other than “competent”, or any grade where there is no total; “excellent”
    comes only from a pool."""
    _locked_cycle(appraised.cycle)
    appraised = Appraised.objects.select_related("cycle__organ", "cadre").get(pk=appraised.pk)
    require(rules.may_propose_grade_of(by, appraised))
    if appraised.subject != Subject.CADRE or appraised.is_left_out:
        raise ValidationError(_("A grade of the year is given to cadres appraised in the cycle."))
    if value == GradeValue.EXCELLENT:
        raise ValidationError(_("“Excellent” is decided in a pool with its quota."))
    if appraised.grades.decided().exists():
        raise ValidationError(_("%(name)s has a decided grade already.") % {"name": appraised.name})
    return _grade(appraised, value, reason=reason, by=by, at=at)


def _grade(appraised, value, *, reason, by, at, document="", on=None):
    appraised.grades.current().update(replaced_at=at)
    grade = Grade(
        appraised=appraised,
        value=value,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=at,
        document=document,
        decided_on=on,
    )
    keep(grade)
    event, values = "grade.decided" if on else "grade.proposed", {"value": value}
    values["appraised"] = appraised.pk
    audit.record(event, on=grade, by=by, fields=["value"], values=values)
    return grade


@transaction.atomic
def decide_grades(*, cycle, document, on, by, at):
    """Decide all grades of a cycle: the proposed ones, and “competent” for all others with a total.

    Returns {value: count}.
    """
    cycle = permitted(cycle, rules.may_decide_grades, by, *OF_CYCLE)
    _not_later(on, at)
    document = stated("document", document, _("Write the number of the document."))
    proposed = Grade.objects.current().filter(appraised__cycle=cycle, decided_on=None)
    counts = Counter(proposed.values_list("value", flat=True))
    proposed.update(document=document, decided_on=on)
    others = rules.competent_in_one_act(cycle)
    ids = list(others.order_by("pk").values_list("pk", flat=True))
    said = {"proposed_by": by, "proposed_at": at, "document": document, "decided_on": on}
    competent = (Grade(appraised_id=pk, value=GradeValue.COMPETENT, **said) for pk in ids)
    Grade.objects.bulk_create(competent, batch_size=2000)
    counts[GradeValue.COMPETENT] += len(ids)
    values = {"document": document, "counts": counts}
    audit.record("grades.decided", on=cycle, by=by, fields=["document"], values=values)
    return dict(counts)


def _locked_pool(pool):
    """Lock the pool after its cycle, so that meetings of one cycle wait for each other."""
    cycle = _locked_cycle(Cycle(pk=pool.cycle_id))
    pool = locked_one(HonourPool.objects.for_list().filter(pk=pool.pk), no_key=True)
    pool.cycle = cycle
    return pool


def _permitted(pool, rule, by):
    pool = _locked_pool(pool)
    require(rule(by, pool))
    return pool


def _locked_cycle(cycle):
    return locked(cycle, *OF_CYCLE, no_key=True)


def _locked_honour(honour):
    _locked_pool(honour.pool)
    return locked(honour, "pool__cycle__organ__division", "appraised__cycle", no_key=True)


def _not_later(on, at):
    if on > timezone.localdate(at):
        raise ValidationError({"on": _("This day lies in the future.")})
