"""Acts on a helped household: noting a difficulty."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pairing.actions import households as actions
from pairing.forms.pairings import DifficultyForm
from pairing.models.households import helped_by_or_hosted_by
from pairing.rules import pairings as rules
from portal.pages.acts import Act, Acts
from portal.pages.side_list import Area
from portal.records.seen import seen


@seen
def visible_household(user):
    return helped_by_or_hosted_by(user).select_related("unit__host_organ", "unit__division")


def address_of(household):
    return reverse("pairing:helped_household", args=[household.pk])


def crumbs(household, *more):
    name = f"{household.unit.name} {household.serial}"
    return [
        Area.PAIRING.crumb,
        (name, address_of(household) if more else ""),
        *[(label, "") for label in more],
    ]


HOUSEHOLDS = Acts(
    "pairing",
    "household",
    "pairings/households/<int:pk>/",
    visible_household,
    crumbs,
    address=address_of,
    acts=(
        Act(
            "note_difficulty",
            _("Note a difficulty"),
            rules.may_note_difficulty,
            actions.note_difficulty,
            DifficultyForm,
            "difficulties/note/",
            submit=_("Note it"),
            intro=_("The kind of help it is entitled to; no reasons and no names of illnesses."),
            audit={"household.difficulty_noted": _("Difficulty of a household noted")},
        ),
    ),
)
