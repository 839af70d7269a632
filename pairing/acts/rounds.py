"""Acts on rounds of pairing. Acts on a proposal, whose address names both, are views."""

from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from pairing.actions import rounds as actions
from pairing.forms.rounds import RoundForm
from pairing.models import MatchingRound
from pairing.rules import rounds as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_round(user):
    return MatchingRound.objects.visible_to(user).select_related(
        "organ", "area", "created_by", "confirmed_by"
    )


crumbs = crumbs_under(_("Pairing rounds"), "pairing:matching_rounds", attrgetter("title"))


def _terms(user, round_):
    return {name: getattr(round_, name) for name in actions.TERMS}


ROUNDS = Acts(
    "pairing",
    "round_",
    "matching/<int:pk>/",
    visible_round,
    crumbs,
    listing="pairing:matching_rounds",
    starts=(
        Act(
            "new_matching_round",
            _("Begin a round"),
            rules.may_begin_round,
            actions.begin_round,
            RoundForm,
            "matching/new/",
            submit=_("Begin it"),
            intro=_("One round pairs all who have open needs and no helper yet, for one term."),
            audit={"matching.begun": _("Round of pairing begun")},
            undo="give_up_matching_round",
        ),
    ),
    acts=(
        Act(
            "ask_matching",
            _("Work out a proposal"),
            rules.may_ask_matching,
            actions.ask_matching,
            path="ask/",
            then=lambda round_, proposal: proposal,
        ),
        Act(
            "edit_matching_round",
            _("Change the round"),
            rules.may_change_round,
            actions.change_round,
            RoundForm,
            "edit/",
            initial=_terms,
            submit=_("Keep"),
            audit={"matching.changed": _("Round of pairing changed")},
        ),
        Act(
            "give_up_matching_round",
            _("Give the round up"),
            rules.may_give_up_round,
            actions.give_up_round,
            ReasonForm,
            "give-up/",
            intro=_("It stays on the list with its reason and leads to no pairing."),
            audit={"matching.given_up": _("Round of pairing given up")},
        ),
    ),
)
