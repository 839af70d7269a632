"""May this person lift, note, hand on, solve or hand back this problem? Person, then state."""

from django.utils.translation import gettext as _

from pairing.models import ProblemMatter, ProminentProblem
from pairing.models.fields import place_of
from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision, NotNow, NotYours, stands_at

P = Permission


def may_lift_problems(user):
    if user.holds(P.LIFT_PROBLEMS):
        return ALLOWED
    return NotYours(_("Desk and office lift a problem to a lead official."))


def may_lift_matter(user, matter):
    """Whether this one matter can become part of a problem now."""
    decision = may_lift_problems(user)
    if not decision:
        return decision
    place = ProminentProblem(**place_of(matter, "organ"))
    if not user.holds(P.LIFT_PROBLEMS, on=place):
        return NotYours(_("Desk and office of the matter's area lift it to a lead official."))
    if matter.is_closed:
        return NotNow(_("%(number)s is closed.") % {"number": matter.number_label})
    if ProblemMatter.objects.filter(matter=matter, released_on=None).exists():
        said = _("%(number)s belongs to an open problem already.")
        return NotNow(said % {"number": matter.number_label})
    return ALLOWED


def may_lift(user, matters, official, beside=None):
    """Whether these matters of one area may be lifted to this official. With `beside`, they must be
    in the area of that matter."""
    for matter in matters:
        decision = may_lift_matter(user, matter)
        if not decision:
            return decision
    first = beside or matters[0]
    elsewhere = [one.number_label for one in matters if not _same_area(one, first)]
    if elsewhere:
        said = _("Not in the area of %(first)s: %(others)s. Lift them as problems of their own.")
        words = {"first": first.number_label, "others": _(", ").join(elsewhere)}
        return Decision(said % words)
    return may_lead(official, on=user.today)


def _same_area(one, other):
    if one.county_id or other.county_id:
        return one.county_id == other.county_id
    # An enterprise group has no divisions: compare the managing organ.
    return one.host_organ_id == other.host_organ_id


def may_lead(official, *, on):
    if official.left_on and official.left_on <= on:
        return Decision(_("%(name)s has left.") % {"name": official.name})
    return ALLOWED


def is_official(user, problem):
    return problem.official_id is not None and problem.official.user_id in user.identity_ids


def _keeps(user, problem):
    if user.holds(P.LIFT_PROBLEMS, on=problem):
        return ALLOWED
    return NotYours(_("Only the desk and the office of this area may do this."))


def may_note_progress(user, problem):
    if not is_official(user, problem) and not user.holds(P.LIFT_PROBLEMS, on=problem):
        return NotYours(_("The lead official notes progress, or the desk for them."))
    return _if_open(problem)


def may_change_official(user, problem):
    decision = _keeps(user, problem)
    return _if_open(problem) if decision else decision


may_hand_back = may_change_official


def may_add_matters(user, problem, matters=()):
    """Whether these matters of the same area may be added."""
    decision = may_change_official(user, problem)
    if decision and problem.official_id is None:
        return Decision(_("Name a lead official first."))
    if decision and matters:
        first = problem.matters.order_by("pk").first()
        return may_lift(user, matters, problem.official, beside=first)
    return decision


def may_solve(user, problem):
    """Only when all its matters are closed."""
    decision = may_change_official(user, problem)
    if not decision:
        return decision
    if problem.official_id is None:
        return Decision(_("Name a lead official first."))
    waiting = problem.unsettled_matters().order_by("pk")
    numbers = [matter.number_label for matter in waiting.only("number_year", "number")]
    if numbers:
        said = _("Not closed yet: %(numbers)s. A problem is solved when its matters are.")
        return Decision(said % {"numbers": _(", ").join(numbers)})
    return ALLOWED


def _if_open(problem):
    if problem.is_open:
        return ALLOWED
    return stands_at(problem.get_state_display())
