"""Acts on a matter other than its moves (acts/moves.py)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.actions import taking_back as actions
from outreach.forms.matters import TakeBackForm
from outreach.models import Matter
from outreach.moves import DONE
from outreach.rules import taking_back as rules
from portal.days.words import short_moment
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def visible_matter(user):
    places = (
        "unit__host_organ",
        "unit__division",
        "township",
        "host_organ",
        "county",
        "visit",
        "merged_into",
    )
    people = ("registered_by", "lead_organ", "organ", "host_organ", "lead_official", "typed_by")
    return Matter.objects.visible_to(user).select_related(*places, *people)


crumbs = crumbs_under(
    gettext_lazy("Matter ledger"), "outreach:matters", lambda matter: matter.number_label
)


def taking_back(user, matter):
    """The button that takes back the last move, labelled with that move; None if hidden."""
    step, decision = rules.decided(user, matter)
    button = MATTERS.button("take_back", user, matter, decision=decision)
    if button and step:
        button["label"] = _("Take back: %(move)s") % {"move": DONE[step.move]}
    return button


def _what_is_taken_back(user, matter):
    step = rules.step_to_take_back(user, matter)
    facts = {
        "move": DONE[step.move],
        "name": step.author,
        "moment": short_moment(step.at, on=user.today),
        "status": step.get_from_status_display(),
    }
    words = _(
        "“%(move)s” (%(name)s, %(moment)s) is taken back, and the matter stands at “%(status)s” "
        "again. Deadlines, reminders and figures follow. Both steps stay in the history."
    )
    return {"intro": words % facts}


def _said(matter, step):
    facts = {"move": DONE[step.facts["move"]], "status": step.matter.get_status_display()}
    return _("“%(move)s” is taken back. The matter stands at “%(status)s”.") % facts


MATTERS = Acts(
    "outreach",
    "matter",
    "matters/<int:pk>/",
    visible_matter,
    crumbs,
    acts=(
        Act(
            "take_back",
            gettext_lazy("Take the move back"),
            rules.may_take_back,
            actions.take_back,
            TakeBackForm,
            "take-back/",
            initial=lambda user, matter: {"seen": rules.step_to_take_back(user, matter).pk},
            shown=_what_is_taken_back,
            said=_said,
            stays=True,
        ),
    ),
)
