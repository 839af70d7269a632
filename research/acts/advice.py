"""Acts on suggestions of research."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models.text import shown
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen
from research.actions import advice as actions
from research.forms import advice as forms
from research.models import Advice
from research.rules import advice as rules


@seen
def visible_advice(user):
    return Advice.objects.visible_to(user).select_related(
        "topic__lead_organ__division", "topic__leader", "addressed_to__division"
    )


crumbs = crumbs_under(
    _("Suggestions of research"),
    "research:suggestions",
    attrgetter("label"),
)


def _text(advice):
    return shown(advice.text)


ADVICE = Acts(
    "research",
    "advice",
    "research/suggestions/<int:pk>/",
    visible_advice,
    crumbs,
    acts=(
        Act(
            "edit_advice",
            _("Change it"),
            rules.may_change,
            actions.change_advice,
            forms.AdviceForm,
            "edit/",
            initial=lambda user, advice: {"text": advice.text},
            submit=_("Save"),
            audit={"research_advice.changed": _("Suggestion of research changed")},
        ),
        Act(
            "send_advice",
            _("Send it to be studied"),
            rules.may_send,
            actions.send_advice,
            forms.SendForm,
            "send/",
            intro=_text,
            primary=True,
            audit={"research_advice.sent": _("Suggestion of research sent to an organ")},
        ),
        Act(
            "answer_advice",
            pgettext_lazy("suggestions", "Answer it"),
            rules.may_answer,
            actions.answer_advice,
            forms.AnswerForm,
            "answer/",
            intro=_text,
            primary=True,
            audit={
                "research_advice.adopted": _("Suggestion of research adopted"),
                "research_advice.partly": _("Suggestion of research adopted in part"),
                "research_advice.studied": _("Suggestion of research put on the list for study"),
                "research_advice.refused": _("Suggestion of research not adopted"),
            },
        ),
        Act(
            "carry_out_advice",
            _("It is being carried out"),
            rules.may_carry_out,
            actions.carry_out_advice,
            forms.CarryOutForm,
            "carry-out/",
            intro=_text,
            audit={"research_advice.carried_out": _("Suggestion of research being carried out")},
        ),
        Act(
            "turn_advice",
            _("It became a document or a project"),
            rules.may_turn,
            actions.turn_advice,
            forms.TurnForm,
            "turn/",
            intro=_text,
            audit={"research_advice.turned": _("Suggestion of research turned into a measure")},
        ),
        Act(
            "look_back_at_advice",
            _("Look at it again"),
            rules.may_look_back,
            actions.look_back_at_advice,
            forms.LookBackForm,
            "look-back/",
            intro=_text,
            primary=True,
            audit={"research_advice.looked_back": _("Suggestion of research looked at again")},
        ),
    ),
)
