"""结转: the years that were closed, and closing one."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from outreach.models import YearClosing
from outreach.rules import years as rules
from portal.access import require
from portal.rules import may_read_statistics
from portal.side_list import Area
from portal.statistics import Subject
from portal.web import Sort, listed

ORDER = Sort(gettext_lazy("newest first"), "closed_at")


@require_safe
def year_closings(request):
    require(may_read_statistics(request.user))
    rows = YearClosing.objects.visible_to(request.user)
    context = {
        **listed(request, rows.select_related("division", "organ", "closed_by"), ORDER),
        "may_close": rules.may_close_years(request.user),
        "crumbs": [Area.GOING_DOWN.crumb, (_("Year-end closing"), "")],
    }
    for row in context["page"]:
        subject = Subject.of_record(row)
        row.name = subject.name
        asked = {"tab": "all", **subject.where, "carried": row.year}
        row.link = f"{reverse('outreach:matters')}?{urlencode(asked)}"
    return render(request, "outreach/year_closings.html", context)
