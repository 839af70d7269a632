"""Talks in numbers: the only page about other people's talks."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import parameters
from portal.pages.side_list import Area
from portal.tools.asked import whole_number
from portal.trust.access import require
from works import talk_numbers as numbers
from works.models import Talk
from works.rules import talks as rules


# Not a Listing: it shows counts and no records.
@require_safe
def talk_numbers(request):
    user = request.user
    require(rules.may_count_talks(user))
    this_year = user.today.year
    year = whole_number(request.GET.get("year", "")) or this_year
    year = min(max(year, this_year - 10), this_year)
    least = parameters.number("eval.min_display_n", on=user.today)
    quarters = numbers.quarters_of(Talk.objects.counted_for(user), year, least=least)
    context = {
        "year": year,
        "before": year - 1,
        "after": year + 1 if year < this_year else None,
        "quarters": quarters,
        "lines": numbers.table(quarters),
        "least": least,
        "total": sum(one.total for one in quarters),
        "crumbs": [Area.GOING_DOWN.crumb, (_("Talks by class and quarter"), "")],
    }
    return render(request, "works/talk_numbers.html", context)
