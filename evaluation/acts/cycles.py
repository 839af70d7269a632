"""Acts on cycles: their moves, who is appraised in them, computing their scores."""

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from evaluation.actions import cycles, scores
from evaluation.actions.schemes import own_organ
from evaluation.appraisal import gathering
from evaluation.forms import cycles as forms
from evaluation.models import Appraised, Cycle
from evaluation.rules import cycles as rules
from evaluation.rules import scores as score_rules
from portal import parameters
from portal.days.words import short_day
from portal.pages.acts import Act, Acts
from portal.pages.forms import ReaderForm
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_cycle(user):
    return Cycle.objects.visible_to(user).select_related(
        "organ__division", "division", "written_by"
    )


@seen
def visible_appraised(user):
    return (
        Appraised.objects.visible_to(user)
        .for_list()
        .select_related("cycle__organ__division", "cadre__organ", "host_organ", "branch")
    )


def crumbs(cycle, *more):
    way = [(_("Cycles"), reverse("evaluation:cycles"))]
    if cycle is not None:
        way.append((cycle.title, cycle.get_absolute_url()))
    return [*way, *[(label, "") for label in more]]


def appraised_crumbs(appraised, *more):
    """Crumbs for people who may list the appraised."""
    return [
        *crumbs(appraised.cycle),
        (_("Who is appraised"), reverse("evaluation:appraised_list", args=[appraised.cycle_id])),
        (appraised.name, appraised.get_absolute_url() if more else ""),
        *[(label, "") for label in more],
    ]


def _plan(user, cycle):
    plan = {name: getattr(cycle, name) for name in cycles.PLAN}
    return plan | {"schemes": list(cycle.schemes.all())}


def _list_of(cycle, _done):
    return reverse("evaluation:appraised_list", args=[cycle.pk])


def _how_many_added(cycle, n):
    words = ngettext(
        "%(n)s was added to who is appraised.", "%(n)s were added to who is appraised.", n
    )
    return [(messages.INFO, words % {"n": n})]


def _before_collecting(user, cycle):
    n = cycle.appraised.standing().count()
    words = ngettext(
        "%(n)s is appraised. From now on schemes, days and area stand; who left or moved can "
        "still be left out with a reason. Ballots and words are taken until %(day)s.",
        "%(n)s are appraised. From now on schemes, days and area stand; who left or moved can "
        "still be left out with a reason. Ballots and words are taken until %(day)s.",
        n,
    )
    return {"intro": words % {"n": n, "day": short_day(cycle.ballots_until, on=user.today)}}


def _before_closing(user, cycle):
    sentences = [
        _(
            "Ballots are closed and counted; nothing more is accepted. All records count as "
            "they are now. Later corrections are shown separately and need a decision. Scores "
            "are computed at once. This cannot be undone."
        )
    ]
    waiting = rules.may_close_collecting(user, cycle)
    if not waiting:
        sentences.append(waiting.refusal)
    if cycle.ballots_until > user.today:
        day = short_day(cycle.ballots_until, on=user.today)
        sentences.append(_("People were told that ballots are taken until %(day)s.") % {"day": day})
    return {"intro": " ".join(map(str, sentences))}


def _before_publishing(user, cycle):
    words = _(
        "Whoever is appraised reads their own score with all that it comes from, and can "
        "object for %(n)s working days. Nobody reads a list of persons by points."
    )
    return {"intro": words % {"n": parameters.number("notice.days", on=user.today)}}


CYCLES = Acts(
    "evaluation",
    "cycle",
    "cycles/<int:pk>/",
    visible_cycle,
    crumbs,
    listing="evaluation:cycles",
    starts=(
        Act(
            "open_cycle",
            _("Open a cycle"),
            lambda user: rules.may_open_cycle(user, own_organ(user)),
            cycles.open_cycle,
            forms.CycleForm,
            "cycles/open/",
            intro=_(
                "Who is appraised is found from stays, contact areas, pairings, visits and "
                "matters of these days; you look at the list before anything is collected."
            ),
            audit={"cycle.opened": _("Appraisal cycle opened")},
            undo="cancel_cycle",
        ),
    ),
    acts=(
        Act(
            "start_collecting",
            _("Begin collecting"),
            lambda user, cycle: rules.may_start_collecting(user, cycle, on=user.today),
            cycles.start_collecting,
            ReaderForm,
            "collect/",
            shown=_before_collecting,
            primary=True,
            audit={"cycle.started": _("Collecting of a cycle begun")},
        ),
        Act(
            "gather_appraised",
            _("Gather who is appraised"),
            rules.may_gather,
            cycles.gather,
            path="gather/",
            then=_list_of,
            said=_how_many_added,
            audit={"cycle.gathered": _("Appraised of a cycle gathered")},
        ),
        Act(
            "edit_cycle",
            _("Change the plan"),
            rules.may_change_cycle,
            cycles.change_cycle,
            forms.CycleForm,
            "edit/",
            about=True,
            initial=_plan,
            submit=_("Keep"),
            intro=_(
                "With other days, another area or other schemes others may be appraised: who was "
                "gathered is then gathered anew, by you."
            ),
            audit={"cycle.changed": _("Plan of a cycle changed")},
        ),
        Act(
            "close_collecting",
            _("Close the ballots"),
            rules.may_open_closing,
            cycles.close_collecting,
            forms.CloseForm,
            "close/",
            about=True,
            shown=_before_closing,
            primary=True,
            audit={"cycle.closed": _("Ballots of a cycle closed")},
        ),
        Act(
            "publish_scores",
            _("Publish the scores"),
            rules.may_publish_scores,
            cycles.publish_scores,
            forms.PublishScoresForm,
            "publish/",
            shown=_before_publishing,
            primary=True,
            audit={"cycle.published": _("Scores of a cycle published")},
        ),
        Act(
            "finish_cycle",
            _("Make it final"),
            lambda user, cycle: rules.may_finish_cycle(user, cycle, on=user.today),
            cycles.finish_cycle,
            forms.FinishForm,
            "finish/",
            intro=_("Scores and grades stand from then on, with this document."),
            primary=True,
            audit={"cycle.finished": _("Appraisal cycle made final")},
        ),
        Act(
            "cancel_cycle",
            _("Cancel the cycle"),
            rules.may_cancel_cycle,
            cycles.cancel_cycle,
            ReasonForm,
            "cancel/",
            intro=_(
                "The cycle stays on the list with its reason and gives no scores. Ballots not "
                "counted yet are destroyed unread. This cannot be undone."
            ),
            audit={"cycle.cancelled": _("Appraisal cycle cancelled")},
        ),
        Act(
            "compute_scores",
            _("Compute the scores"),
            score_rules.may_compute,
            scores.start_computing,
            path="compute/",
            hidden=True,
            then=lambda cycle, job: reverse("evaluation:computations", args=[cycle.pk]),
            audit={"scores.computing_asked": _("Computation of scores asked for")},
        ),
        Act(
            "look_for_changes",
            _("Compare now"),
            score_rules.may_look_for_changes,
            scores.look_for_changes,
            path="changes/look/",
            hidden=True,
            then=lambda cycle, job: reverse("evaluation:evidence_changes", args=[cycle.pk]),
        ),
    ),
)


def _why_left_out(user, appraised):
    gathering.with_whereabouts([appraised], on=user.today)
    return {"reason": _(", ").join(appraised.since)}


APPRAISED = Acts(
    "evaluation",
    "appraised",
    "appraised/<int:pk>/",
    visible_appraised,
    appraised_crumbs,
    acts=(
        Act(
            "leave_out",
            _("Leave out of the cycle"),
            rules.may_leave_out,
            cycles.leave_out,
            forms.LeaveOutForm,
            "leave-out/",
            initial=_why_left_out,
            intro=lambda appraised: (
                _(
                    "%(name)s stays on the list of those left out, with the reason, and is not "
                    "judged."
                )
                % {"name": appraised.name}
            ),
            audit={"appraised.left_out": _("Somebody left out of a cycle")},
            undo="take_in_again",
        ),
        Act(
            "take_in_again",
            _("Take in again"),
            rules.may_take_in_again,
            cycles.take_in_again,
            path="take-in/",
            audit={"appraised.taken_in": _("Somebody left out taken into a cycle again")},
            undo="leave_out",
        ),
    ),
)
