"""Acts on summons, and on the organs that one calls."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbours.actions import summons as actions
from neighbours.forms import summons as forms
from neighbours.models import SummonedOrgan, Summons
from neighbours.rules import summons as rules
from portal.acts.undoing import taking_back
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_summons(user):
    return Summons.objects.visible_to(user).select_related(
        "organ__division", "unit__division", "unit__host_organ", "matter", "called_by"
    )


@seen
def visible_asked(user):
    return SummonedOrgan.objects.visible_to(user).select_related(
        "summons__organ__division", "organ__division"
    )


crumbs = crumbs_under(
    _("Summons"), "neighbours:summons", lambda summons: f"{summons.number_label} {summons.title}"
)

SUMMONS = Acts(
    "neighbours",
    "summons",
    "summons/<int:pk>/",
    visible_summons,
    crumbs,
    listing="neighbours:summons",
    starts=(
        Act(
            "call_organs",
            pgettext_lazy("summons", "Call organs together"),
            rules.may_call,
            actions.call_organs,
            forms.CallForm,
            "summons/new/",
            intro=_(
                "The organs answer with who comes and their opinion, or that it is not their task. "
                "An emergency goes by telephone; note it afterwards."
            ),
            audit={"summons.called": _("Organs called together")},
        ),
        Act(
            "note_emergency",
            _("Note an emergency"),
            rules.may_call,
            actions.note_emergency,
            forms.EmergencyForm,
            "summons/emergency/",
            intro=_("In an emergency, telephone first; note here afterwards who was called."),
        ),
    ),
    acts=(
        Act(
            "note_attendance",
            _("Note who came"),
            rules.may_note_attendance,
            actions.note_attendance,
            forms.AttendanceForm,
            "attendance/",
            about=True,
            primary=True,
            audit={"summons.gathered": _("Noted who came to a summons")},
        ),
        Act(
            "conclude_summons",
            pgettext_lazy("summons", "Conclude it"),
            rules.may_conclude,
            actions.conclude,
            forms.ConcludeForm,
            "conclude/",
            about=True,
            primary=True,
            intro=_(
                "With a lead organ the conclusion becomes a matter that the organs sign for; you "
                "review the result. What is settled at once needs no lead organ."
            ),
            audit={
                "summons.concluded": _("Summons concluded"),
                "summons.assigned": _("Conclusion of a summons given to the organs"),
            },
        ),
        Act(
            "cancel_summons",
            pgettext_lazy("summons", "Call it off"),
            rules.may_cancel,
            actions.cancel_summons,
            ReasonForm,
            "cancel/",
            audit={"summons.cancelled": _("Summons called off")},
            undo="take_back_summons_step",
        ),
        taking_back(
            "take_back_summons_step",
            "summons.taken_back",
            lock=actions.locked_summons,
            noun="summons",
        ),
    ),
)

ASKED = Acts(
    "neighbours",
    "asked",
    "summons/organs/<int:pk>/",
    visible_asked,
    lambda asked, *more: crumbs(asked.summons if asked else None, *more),
    page=lambda asked: asked,
    acts=(
        Act(
            "answer_summons",
            pgettext_lazy("summons", "Answer"),
            rules.may_answer,
            actions.answer_summons,
            forms.AnswerSummonsForm,
            "answer/",
            title=lambda asked: f"{asked.organ.label} · {asked.summons.title}",
            primary=True,
            audit={"summons.answered": _("Summons answered")},
        ),
        Act(
            "say_not_ours",
            _("It is not our task"),
            rules.may_say_not_ours,
            actions.say_not_ours,
            ReasonForm,
            "not-ours/",
            title=lambda asked: f"{asked.organ.label} · {asked.summons.title}",
            intro=_("The assignment desk decides. Its word is final."),
            audit={"summons.not_ours": _("Summoned organ says it is not its task")},
        ),
        Act(
            "decide_whose",
            _("Decide whose task it is"),
            rules.may_decide,
            actions.decide_whose,
            forms.DecideForm,
            "decide/",
            title=lambda asked: f"{asked.organ.label} · {asked.summons.title}",
            intro=lambda asked: asked.objection,
            primary=True,
            audit={
                "summons.upheld": _("Decided: it is the task of the summoned organ"),
                "summons.released": _("Decided: it is not the task of the summoned organ"),
            },
        ),
    ),
)
