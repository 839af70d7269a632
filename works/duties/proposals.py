"""Duties: proposals of the workers' congress, from collecting to handling."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.duties.duty import Duty, Reach, Told, item, oldest, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.roles import Permission as P
from works.models import CongressProposal

register(
    Area.GOING_DOWN,
    Noun("congress_proposal", names_of(CongressProposal, "title"), "works:congress_proposal"),
    Duty(
        code="proposal_to_file",
        title=_("Proposals of the workers' congress to be filed"),
        act=pgettext_lazy("proposals", "Decide"),
        records=lambda on: CongressProposal.objects.to_file(),
        whose=Reach(P.HOST_MATTERS),
        load=lambda rows: rows.for_list(),
        item=item("title", "organ.label"),
        sort=oldest("created_at", "pk"),
        is_approval=True,
        told=Told(
            _("A proposal of the workers' congress is to be filed or not"), "congress_proposal"
        ),
    ),
    use="works",
)
