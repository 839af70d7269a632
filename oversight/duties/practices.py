"""Duty: practices to review. No reminders are sent."""

from django.utils.translation import gettext_lazy as _

from oversight.models import Practice
from portal.duties.duty import Duty, Own, Reach, item, oldest, register
from portal.pages.side_list import Area
from portal.roles import Permission as P

register(
    Area.EVALUATION,
    Duty(
        code="practice_to_check",
        title=_("Practices to look at"),
        act=_("Look at it"),
        records=lambda on: Practice.objects.to_check(),
        whose=Reach(P.CHECK_PRACTICES) - Own("written_by"),
        load=lambda rows: rows.select_related("organ"),
        item=item("name", "organ.label"),
        sort=oldest("submitted_on", "pk"),
    ),
    use="practices",
)
