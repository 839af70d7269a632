"""The move that a summons adds to a matter."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbours.actions import summons as effects
from neighbours.forms import summons as forms
from neighbours.rules import summons as rules
from outreach.models.matters import Status
from outreach.moves import Move, add
from outreach.rules.moves import host

add(
    Move(
        "gather",
        label=_("Give it to the organs that were called"),
        done=pgettext_lazy("summons", "Given to the organs that were called"),
        possible_in=rules.GATHERED_FROM,
        leads_to=Status.ASSIGNED,
        primary=True,
        person=host,
        state=rules.may_gather,
        effect=effects.gather,
        form=forms.GatherForm,
        door=_("Given to an office to be handled"),
    )
)
