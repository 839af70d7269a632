"""Duties on the progress of a cycle, for its office and for the appraised."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.models import Appraised, Cycle
from evaluation.models.cycles import CycleState as S
from portal.duties.duty import Duty, OrganReach, Own, Told, by_deadline, item, register, soon
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P


def _in_state(state, **limits):
    return Cycle.objects.filter(state=state, **limits)


def _of_office(code, title, act, records, told, *, due="ballots_until", page=""):
    """Build a duty of the office that holds the cycle."""
    return Duty(
        code=code,
        title=title,
        act=act,
        records=records,
        whose=OrganReach(P.MANAGE_EVALUATION),
        load=lambda cycles: cycles.select_related("organ"),
        item=item("title", "organ.label", page, due=due),
        sort=by_deadline(due),
        told=told,
    )


register(
    Area.EVALUATION,
    Noun("cycle", names_of(Cycle, "title"), "evaluation:cycle"),
    Noun("appraised", names_of(Appraised, "cycle__title"), "evaluation:appraised"),
    _of_office(
        "cycle_to_begin",
        _("Cycles in which collecting is to begin"),
        _("Look and begin"),
        lambda on: _in_state(S.OPEN),
        Told(
            _("The days of a cycle are over, and collecting has not begun"),
            "cycle",
            only=lambda cycles, day, at: cycles.filter(ends_on__lt=day),
            due="ballots_until",
        ),
    ),
    _of_office(
        "cycle_to_close",
        _("Cycles whose ballots end"),
        _("Close the ballots"),
        lambda on: _in_state(S.COLLECTING, ballots_until__lte=soon(on)),
        Told(_("Ballots of a cycle end soon"), "cycle", code="ballots_end", due="ballots_until"),
        page="evaluation:close_collecting",
    ),
    _of_office(
        "cycle_to_check",
        _("Scores to be checked and published"),
        _("Check and publish"),
        lambda on: _in_state(S.CHECKING),
        Told(
            _("The scores of a cycle are computed and to be checked"),
            "cycle",
            code="scores_to_check",
        ),
    ),
    _of_office(
        "cycle_to_finish",
        _("Cycles whose days for objections are over"),
        _("Make it final"),
        lambda on: _in_state(S.OBJECTION, objection_until__lt=on),
        Told(
            _("The days for objections are over; the cycle can be made final"),
            "cycle",
            due="objection_until",
        ),
        due="objection_until",
    ),
    Duty(
        code="score_published",
        title=_("My score is published: until when I can object"),
        act=_("Look at it"),
        records=lambda on: Appraised.objects.standing().filter(
            cycle__state=S.OBJECTION, cycle__objection_until__gte=on
        ),
        whose=Own("cadre__user", P.SEE_PEOPLE),
        load=lambda rows: rows.select_related("cycle"),
        item=item(
            "cycle.title", lambda one: f"{one.name} · {one.organ_name}", due="cycle.objection_until"
        ),
        sort=by_deadline("cycle__objection_until"),
        # Until read, and again shortly before the days for objections end.
        told=Told(
            _("Your score is published; you can object"),
            "appraised",
            due="cycle__objection_until",
            until_read=lambda day: Q(cycle__objection_until__gt=soon(day)),
        ),
    ),
    use="evaluation",
)
