"""Duties: drawn units to interview. No reminders are sent: the list is enough."""

from django.utils.translation import gettext_lazy as _

from portal.duties.duty import Duty, Own, item, register
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P
from research.models import DrawnUnit


def _where(drawn):
    return drawn.sample.title


register(
    Area.GOING_DOWN,
    Duty(
        code="drawn_to_ask",
        title=_("Drawn units that I ask"),
        act=_("Open it"),
        records=DrawnUnit.objects.to_ask,
        whose=Own("asked_by__user", P.SEE_PEOPLE),
        load=lambda rows: rows.select_related("sample").only(
            "key", "position", "sample__title", "reserve"
        ),
        item=item("key", _where),
        sort=Sort(_("in the order of the draw"), ("sample_id", "position"), descending=False),
    ),
    use="research",
)
