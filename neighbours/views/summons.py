"""Summons: the record, and the part of a matter."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from neighbours.acts.summons import ASKED, SUMMONS, crumbs, visible_summons
from neighbours.models import Summons
from neighbours.rules import summons as rules
from outreach.models import Matter
from portal.pages.side_list import Area
from portal.pages.web import page_or_part
from portal.records.seen import sees
from portal.records.steps import history


@require_safe
def one_summons(request, pk):
    user, summons = request.user, visible_summons(request.user, pk)
    organs = list(summons.organs.select_related("organ__division").in_order())
    acts = SUMMONS.buttons(user, summons)
    for asked in organs:
        asked.summons = summons
        asked.is_overdue = asked.is_late(user.today)
        asked.attendance = asked.came if rules.may_read_attendance(user, asked) else None
        asked.acts = ASKED.buttons(user, asked)
    context = {
        "summons": summons,
        "organs": organs,
        "opens_matter": sees(user, Matter, summons.matter_id),
        "steps": history(summons),
        "acts": acts,
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(summons)],
    }
    return render(request, "neighbours/summons.html", context)


@require_safe
def summons_of_matter(request, pk):
    """A part of a matter's page: the summons that led to it."""
    matter = get_object_or_404(Matter.objects.visible_to(request.user), pk=pk)
    rows = Summons.objects.visible_to(request.user).about(matter)
    context = {
        "matter": matter,
        "rows": rows.for_list().order_by("-called_on", "-pk"),
        "crumbs": [(matter.number_label, matter.get_absolute_url()), (_("Summons"), "")],
    }
    page, part = "neighbours/summons_of_matter.html", "neighbours/_summons_of_matter.html"
    return page_or_part(request, page, part, context)
