"""Hotline tickets: the record, the parts of lower pages, codes of the hotline's classification."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from neighbours.acts.hotline import CODES, TICKETS, crumbs, visible_ticket
from neighbours.hints import RECENT_DAYS
from neighbours.ledgers.hotline import CODE_LEDGER, codes
from neighbours.models import CategoryCode, HotlineTicket
from neighbours.rules import hotline as rules
from outreach.models import Matter
from portal.models import GrassrootsUnit
from portal.pages.side_list import Area
from portal.pages.web import page_or_part
from portal.rules import may_schedule_export, may_see_people
from portal.sheets import ledgers
from portal.trust import wall
from portal.trust.access import require

# Tickets on the page of a unit; the list has all.
SHOWN = 5


@require_safe
def ticket(request, pk):
    user, one = request.user, visible_ticket(request.user, pk)
    reads = one.matter_id and Matter.objects.visible_to(user).filter(pk=one.matter_id).exists()
    context = {
        "ticket": one,
        "verdicts": list(one.verdicts.order_by("-pk")),
        "reads_matter": reads,
        "acts": TICKETS.buttons(user, one),
        "crumbs": [Area.GOING_DOWN.crumb, *crumbs(one)],
    }
    return render(request, "neighbours/ticket.html", context)


@require_safe
def tickets_of_unit(request, pk):
    """A part of a unit's page: the newest tickets, or only their number for people who visit the
    unit."""
    user = request.user
    require(may_see_people(user))
    unit = get_object_or_404(GrassrootsUnit.objects.select_related("host_organ"), pk=pk)
    of_unit = HotlineTicket.objects.filter(unit=unit)
    rows = of_unit.visible_to(user).for_list().order_by("-noted_on", "-pk")
    rows = list(rows[:SHOWN])
    since = user.today - timedelta(days=RECENT_DAYS)
    knows = rows or rules.may_know_number(user, unit)
    with wall.as_system("how many tickets there were about a unit"):
        number = of_unit.filter(noted_on__gt=since).count() if knows else 0
    context = {
        "unit": unit,
        "tickets": rows,
        "knows": bool(knows),
        "n": number,
        "days": RECENT_DAYS,
        "crumbs": [(unit.name, unit.get_absolute_url()), (_("Hotline tickets"), "")],
    }
    page, part = "neighbours/tickets_of_unit.html", "neighbours/_tickets_of_unit.html"
    return page_or_part(request, page, part, context)


@require_safe
def tickets_of_matter(request, pk):
    """A part of a matter's page: the tickets linked to it."""
    matter = get_object_or_404(Matter.objects.visible_to(request.user), pk=pk)
    rows = HotlineTicket.objects.visible_to(request.user).filter(matter=matter)
    context = {
        "matter": matter,
        "tickets": rows.for_list().order_by("-noted_on", "-pk"),
        "crumbs": [(matter.number_label, matter.get_absolute_url()), (_("Hotline tickets"), "")],
    }
    page, part = "neighbours/tickets_of_matter.html", "neighbours/_tickets_of_matter.html"
    return page_or_part(request, page, part, context)


@require_safe
def category_codes(request):
    """The codes of the categories."""
    user = request.user
    require(may_see_people(user))
    rows = []
    for category, row in codes():
        shown = row or CategoryCode(category=category)
        rows.append((shown, CODES.button("set_category_code", user, shown)))
    context = {
        "rows": rows,
        "may_export": may_schedule_export(user),
        "crumbs": [Area.GOING_DOWN.crumb, (_("Categories of the hotline"), "")],
    }
    return render(request, "neighbours/category_codes.html", context)


@require_POST
def export_category_codes(request):
    require(may_see_people(request.user))
    require(may_schedule_export(request.user))
    return redirect(ledgers.start_export(CODE_LEDGER, filters={}, by=request.user))
