"""Duties: lists of destruction to approve."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.models import DestructionList
from portal.duties.duty import Duty, OrganReach, Own, Told, item, oldest, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P

register(
    Area.ADMINISTRATION,
    Noun("destruction_list", names_of(DestructionList, "title"), "oversight:destruction_list"),
    Duty(
        code="destruction_approve",
        title=_("Lists of destruction to approve"),
        act=pgettext_lazy("oversight", "Decide"),
        records=lambda on: DestructionList.objects.to_approve(),
        whose=OrganReach(P.APPROVE_DESTRUCTION) - Own("written_by"),
        load=lambda rows: rows.for_list(),
        item=item("title", "organ.label", page="oversight:destruction_list"),
        sort=oldest("created_at"),
        is_approval=True,
        told=Told(_("A list of destruction is to be approved"), "destruction_list"),
    ),
)
