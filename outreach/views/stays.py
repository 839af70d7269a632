"""Stays: the list, the page of a stay, and what is printed of it."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from outreach.acts.stays import STAYS, crumbs, visible_stay
from outreach.models import Matter, Stay, StayHandover, StayOpinion, StayReport
from outreach.rules import stay_months as month_rules
from outreach.stay_days import month_of, months_of, tallies, year_so_far
from portal.pages.web import sheet_page
from portal.trust.steps import history

# So many months stand on the page of a stay; each older one has its page.
MONTHS_SHOWN = 6


@require_safe
def stay(request, pk):
    user, stay = request.user, visible_stay(request.user, pk)
    today = user.today
    months = months_of(stay, today) if stay.starts_on <= today else []
    this_year = [month for month in months if month.year == today.year]
    found = tallies([stay], {*months[:MONTHS_SHOWN], *this_year})
    successor = Stay.objects.visible_to(user).filter(replaces=stay).select_related("cadre").first()
    context = {
        "stay": stay,
        "steps": history(stay),
        "months": [(month, *found[stay.pk, month][:2]) for month in months[:MONTHS_SHOWN]],
        "older_months": months[MONTHS_SHOWN:],
        "year": year_so_far(stay, found, month_of(today)),
        "leaves": _leaves(user, stay),
        "reports": StayReport.objects.visible_to(user).filter(stay=stay).order_by("-created_at"),
        "opinions": newest_opinions(stay),
        "handovers": stay.handovers.select_related("successor").order_by("-on", "-pk"),
        "successor": successor,
        "acts": STAYS.buttons(user, stay),
        "crumbs": crumbs(stay),
    }
    return render(request, "outreach/stay.html", context)


def _leaves(user, stay):
    leaves = list(stay.leaves.select_related("decided_by").order_by("-starts_on", "-pk"))
    for leave in leaves:
        leave.stay = stay
        leave.may_decide = month_rules.may_decide_leave(user, leave)
        leave.may_withdraw = month_rules.may_withdraw_leave(user, leave)
        leave.may_return = month_rules.may_note_return(user, leave)
    return leaves


def newest_opinions(stay):
    """[opinion] in the order of the sheet, the newest of each part."""
    rows = stay.opinions.select_related("by", "organ").order_by("part", "-at", "-pk")
    newest = {one.part: one for one in rows.distinct("part")}
    return [newest[part] for part in StayOpinion.Part if part in newest]


# --- Paper -------------------------------------------------------------------------------------


@require_safe
def stay_appraisal(request, pk):
    """期满考核鉴定表."""
    stay = visible_stay(request.user, pk)

    def context():
        said = {one.part: one for one in newest_opinions(stay)}
        return {
            "stay": stay,
            "parts": [
                (heading, said.get(part))
                for heading, part in (
                    ("主要工作", "work"),
                    ("群众评议", "people"),
                    ("乡镇（管理单位）意见", "host"),
                    ("派出单位意见", "organ"),
                    ("组织部门意见", "office"),
                )
            ],
            "handover": stay.handovers.select_related("successor").order_by("-on", "-pk").first(),
        }

    return sheet_page(request, "outreach/slips/stay_appraisal.html", context)


@require_safe
def handover_sheet(request, pk):
    """移交清单: what passed, as it stands today; matters as far as the reader sees them."""
    handover = get_object_or_404(
        StayHandover.objects.visible_to(request.user).select_related(
            "stay__cadre", "stay__unit", "stay__township", "stay__organ", "successor__organ", "by"
        ),
        pk=pk,
    )
    passed = handover.cares.values("matter")
    context = {
        "handover": handover,
        "stay": handover.stay,
        "matters": Matter.objects.visible_to(request.user)
        .filter(pk__in=passed)
        .select_related("lead_organ")
        .order_by("registered_on", "pk"),
        "matter_count": handover.cares.count(),
        "areas": handover.areas.select_related("unit").order_by("pk"),
        "promises": [one for one in handover.promises.splitlines() if one.strip()],
        "things": [one for one in handover.things.splitlines() if one.strip()],
    }
    return sheet_page(request, "outreach/slips/handover.html", context)
