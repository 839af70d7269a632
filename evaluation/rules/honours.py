"""Who may make, join and decide pools, nominate, and decide grades. Checks person, then state."""

from django.utils.translation import gettext as _

from evaluation.discipline import findings_of
from evaluation.models import Appeal, Computation, Grade, Score
from evaluation.models.cycles import CycleState
from evaluation.models.honours import HonourPool, HonourPurpose, HonourState, PoolState
from evaluation.models.schemes import Subject
from evaluation.rules.scores import is_about
from portal.days.words import short_day
from portal.roles import Permission as P
from portal.rules import holds_for_organ
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, stands_at

# Nominations need computed scores, to know whether thresholds are met.
NOMINATING = (CycleState.CHECKING, CycleState.OBJECTION, CycleState.FINAL)


def may_open_pools(user):
    if user.holds(P.MANAGE_EVALUATION) or user.holds(P.GIVE_ORGANISATION_WORD):
        return ALLOWED
    return Decision(_("Only the office and those who nominate for an organ can see pools."))


def may_keep_pools(user, cycle):
    if holds_for_organ(user, P.MANAGE_EVALUATION, cycle.organ):
        return ALLOWED
    return NotYours(_("Only the programme office that holds the cycle can do this."))


def may_make_pool(user, cycle):
    decision = may_keep_pools(user, cycle)
    if decision and cycle.state == CycleState.CANCELLED:
        return NotNow(_("The cycle was cancelled."))
    return decision


def _of_open_pool(user, pool):
    decision = may_make_pool(user, pool.cycle)
    if decision and not pool.is_open:
        return stands_at(pool.get_state_display())
    return decision


may_give_up_pool = may_join_pools = _of_open_pool


def may_join(user, pool, other):
    """Only pools of one cycle with the same purpose and share."""
    for one in (pool, other):
        if not (decision := _of_open_pool(user, one)):
            return decision
    if pool.pk == other.pk or pool.cycle_id != other.cycle_id or pool.purpose != other.purpose:
        return Decision(_("Only two pools of one cycle and for the same are joined."))
    if pool.percent != other.percent:
        shares = {"a": pool.percent_words, "b": other.percent_words}
        return Decision(
            _("%(one)s has %(a)s %%, %(other)s %(b)s %%: pools of different shares are not joined.")
            % {"one": pool.title, "other": other.title, **shares}
        )
    return ALLOWED


def may_nominate(user, pool):
    """Whether this person may nominate anybody in the pool now."""
    keeps = may_keep_pools(user, pool.cycle)
    if not keeps and not user.holds(P.GIVE_ORGANISATION_WORD):
        return NotYours(_("The office, the sending organ and the host nominate."))
    if not pool.is_open:
        return stands_at(pool.get_state_display())
    if pool.cycle.state not in NOMINATING:
        return Decision(_("Nominations follow the computed scores."))
    return ALLOWED


def may_nominate_one(user, pool, appraised):
    if not (decision := may_nominate(user, pool)):
        return decision
    keeps = may_keep_pools(user, pool.cycle)
    if not keeps and not user.holds(P.GIVE_ORGANISATION_WORD, on=appraised):
        return NotYours(_("%(name)s lies outside your role.") % {"name": appraised.name})
    if is_about(user, appraised):
        return Decision(_("Nobody nominates themselves; somebody else does it."))
    if not pool.members().filter(pk=appraised.pk).exists():
        return Decision(_("%(name)s does not belong to this pool.") % {"name": appraised.name})
    if reason := obstacles([appraised]).get(appraised.pk):
        if not keeps:
            reason = _("%(name)s cannot be nominated this time; the programme office knows why.")
            reason %= {"name": appraised.name}
        return Decision(reason)
    return ALLOWED


def obstacles(appraised):
    """{id: reason} for people of one cycle who cannot be nominated."""
    appraised = list(appraised)
    if not appraised:
        return {}
    cycle = appraised[0].cycle
    latest = Computation.objects.filter(cycle=cycle).order_by("-number").values("pk")[:1]
    scores = Score.objects.filter(computation__in=latest, appraised__in=appraised)
    met = dict(scores.values_list("appraised", "gates_met"))
    found = findings_of(appraised, cycle.starts_on, cycle.ends_on)
    reasons = {}
    for one in appraised:
        if one.is_left_out:
            sentence = _("%(name)s was left out of the cycle.")
        elif one.pk in found:
            sentence = _("Of %(name)s a discipline finding is on record.")
        elif one.pk not in met:
            sentence = _("%(name)s has no computed score.")
        elif not met[one.pk]:
            sentence = _("%(name)s does not meet the thresholds of the scheme.")
        else:
            continue
        reasons[one.pk] = sentence % {"name": one.name}
    return reasons


def may_withdraw(user, honour):
    keeps = may_keep_pools(user, honour.pool.cycle)
    if not keeps and not user.holds(P.GIVE_ORGANISATION_WORD, on=honour.appraised):
        return NotYours(_("Who nominates for this organ withdraws it."))
    if honour.state != HonourState.PROPOSED or not honour.pool.is_open:
        return stands_at(honour.get_state_display())
    return ALLOWED


def _objections_over(cycle, on):
    if cycle.state == CycleState.FINAL:
        return ALLOWED
    if cycle.state != CycleState.OBJECTION:
        return Decision(_("The meeting decides after the scores were published for objections."))
    if cycle.objection_until >= on:
        return Decision(
            _("Objections can be raised until %(day)s; the meeting decides after that.")
            % {"day": short_day(cycle.objection_until, on=on)}
        )
    return ALLOWED


def may_decide_pool(user, pool):
    decision = _of_open_pool(user, pool)
    return _objections_over(pool.cycle, user.today) if decision else decision


def may_choose(pool, honours):
    """Whether the meeting may choose these nominations."""
    quota = pool.quota_of(pool.members().count())
    if len(honours) > quota:
        return Decision(
            _(
                "The quota is %(quota)s and %(n)s are chosen. Whom to choose is for the meeting:"
                " points do not decide."
            )
            % {"quota": quota, "n": len(honours)}
        )
    people = [honour.appraised for honour in honours]
    waiting = Appeal.objects.open().filter(appraised__in=people)
    for name in waiting.values_list("appraised__name", flat=True):
        return Decision(_("An objection about %(name)s is open.") % {"name": name})
    for reason in obstacles(people).values():
        return Decision(reason)
    return ALLOWED


def may_publicise(user, pool):
    decision = may_keep_pools(user, pool.cycle)
    if decision and pool.state != PoolState.DECIDED:
        return stands_at(pool.get_state_display())
    return decision


def may_object(user, honour):
    """Who may remove an honour after a justified objection."""
    decision = may_keep_pools(user, honour.pool.cycle)
    if decision and honour.state != HonourState.NOTICE:
        return stands_at(honour.get_state_display())
    return decision


def may_finish_pool(user, pool, *, on):
    if not (decision := may_keep_pools(user, pool.cycle)):
        return decision
    if pool.state != PoolState.PUBLICITY:
        return stands_at(pool.get_state_display())
    if pool.notice_until >= on:
        return Decision(
            _("The public notice runs until %(day)s.")
            % {"day": short_day(pool.notice_until, on=on)}
        )
    return ALLOWED


def pools_decided(cycle):
    """For `hooks.BEFORE_FINISH`: no pool may wait for its meeting."""
    waiting = HonourPool.objects.undecided().filter(cycle=cycle).order_by("pk")
    if titles := list(waiting.values_list("title", flat=True)):
        return Decision(
            _("Pools wait for the meeting: %(titles)s. Decide them, or give them up.")
            % {"titles": _(", ").join(titles)}
        )
    return ALLOWED


def may_propose_grades(user, cycle):
    decision = may_keep_pools(user, cycle)
    if decision and cycle.state not in NOMINATING:
        return Decision(_("Grades follow the computed scores."))
    return decision


def may_propose_grade_of(user, appraised):
    if is_about(user, appraised):
        return Decision(_("Nobody proposes a grade for themselves; somebody else does it."))
    return may_propose_grades(user, appraised.cycle)


def may_decide_grades(user, cycle):
    if not (decision := may_keep_pools(user, cycle)):
        return decision
    if not (decision := _objections_over(cycle, user.today)):
        return decision
    pools = HonourPool.objects.undecided().filter(cycle=cycle, purpose=HonourPurpose.GRADE)
    if pools.exists():
        return Decision(_("The pools for “excellent” are decided first."))
    proposed = Grade.objects.current().filter(appraised__cycle=cycle, decided_on=None)
    if not (proposed.exists() or competent_in_one_act(cycle).exists()):
        return NotNow(_("No grade waits for the meeting."))
    return ALLOWED


def competent_in_one_act(cycle):
    """Cadres with a total and without a grade. A cadre without a total needs a proposal, since no
    computed result supports a grade."""
    scores = Score.objects.latest().filter(computation__cycle=cycle, total__isnull=False)
    graded = Grade.objects.current().filter(appraised__cycle=cycle)
    rows = cycle.appraised.standing().filter(subject=Subject.CADRE)
    rows = rows.filter(pk__in=scores.values("appraised"))
    return rows.exclude(pk__in=graded.values("appraised"))
