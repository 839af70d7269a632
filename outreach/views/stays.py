"""Stays: record and sheets."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from outreach.acts.stays import STAYS, crumbs, visible_stay
from outreach.models import Leave, Matter, Stay, StayHandover, StayOpinion, StayReport
from outreach.rules import stay_months as month_rules
from outreach.stay_days import months, months_of, summary
from portal.models.text import shown
from portal.pages.side_list import Area
from portal.pages.web import sheet_page
from portal.records.seen import seen_by, sees
from portal.records.steps import history
from portal.sheets.wording import worded
from portal.tools.prepared import Prepared

# Months shown on the page of a stay; older ones have pages of their own.
MONTHS_SHOWN = 6


_HANDOVERS = Prepared(
    lambda stay: (
        StayHandover.objects.filter(stay=stay).select_related("successor").order_by("-on", "-pk")
    ),
    stay=-1,
)
_LEAVES = Prepared(
    lambda stay: (
        Leave.objects.filter(stay=stay).select_related("decided_by").order_by("-starts_on", "-pk")
    ),
    stay=-1,
)
_OPINIONS = Prepared(
    lambda stay: (
        StayOpinion.objects.filter(stay=stay)
        .select_related("by", "organ")
        .order_by("part", "-at", "-pk")
        .distinct("part")
    ),
    stay=-1,
)


@seen_by("replaces")
def _successors(user):
    return Stay.objects.visible_to(user).select_related("cadre").order_by("pk")


@seen_by("stay")
def _reports(user):
    return StayReport.objects.visible_to(user).order_by("-created_at")


@require_safe
def stay(request, pk):
    user, stay = request.user, visible_stay(request.user, pk)
    today = user.today
    begun = months_of(stay, today) if stay.starts_on <= today and not stay.is_of_leader else []
    found = months([stay], begun[:MONTHS_SHOWN])
    context = {
        "stay": stay,
        "steps": history(stay),
        "months": [(month, found[stay.pk, month]) for month in begun[:MONTHS_SHOWN]],
        "older_months": begun[MONTHS_SHOWN:],
        "summary": summary(stay, today) if begun else None,
        "leaves": _leaves(user, stay),
        "reports": _reports(user, pk),
        "opinions": newest_opinions(stay),
        "handovers": _HANDOVERS.rows(stay=pk),
        "successor": next(iter(_successors(user, pk)), None),
        "acts": STAYS.buttons(user, stay),
        "crumbs": [Area.STAYS.crumb, *crumbs(stay)],
    }
    return render(request, "outreach/stay.html", context)


def _leaves(user, stay):
    leaves = _LEAVES.rows(stay=stay.pk)
    for leave in leaves:
        leave.stay = stay
        leave.may_decide = month_rules.may_decide_leave(user, leave)
        leave.may_withdraw = month_rules.may_withdraw_leave(user, leave)
        leave.may_return = month_rules.may_note_return(user, leave)
    return leaves


def newest_opinions(stay):
    """The newest opinion of each part, in the order of the sheet."""
    newest = {one.part: one for one in _OPINIONS.rows(stay=stay.pk)}
    return [newest[part] for part in StayOpinion.Part if part in newest]


# --- Paper -------------------------------------------------------------------------------------

# {part: its heading on the 期满考核鉴定表}
APPRAISAL_PARTS = {
    "work": "主要工作",
    "people": "群众评议",
    "host": "乡镇（管理单位）意见",
    "organ": "派出单位意见",
    "office": "组织部门意见",
}


@require_safe
def stay_appraisal(request, pk):
    """期满考核鉴定表."""
    stay = visible_stay(request.user, pk)
    said = {one.part: one for one in newest_opinions(stay)}
    context = {
        "stay": stay,
        "parts": [(worded(heading), said.get(part)) for part, heading in APPRAISAL_PARTS.items()],
        "months": None if stay.is_of_leader else summary(stay, request.user.today),
        "handover": next(iter(_HANDOVERS.rows(stay=stay.pk)), None),
    }
    return sheet_page(
        request, "outreach/slips/stay_appraisal.html", context, about=stay, at=timezone.now()
    )


@require_safe
def handover_sheet(request, pk):
    """移交清单 as of today; only the matters visible to the reader."""
    # The stay is not joined: the successor may not see its other pages.
    visible = StayHandover.objects.visible_to(request.user).select_related("successor__organ", "by")
    handover = get_object_or_404(visible, pk=pk)
    matters = Matter.objects.visible_to(request.user).filter(pk__in=handover.cares.values("matter"))
    context = {
        "handover": handover,
        "stay": handover.stay,
        "opens_stay": sees(request.user, Stay, handover.stay_id),
        "matters": matters.select_related("lead_organ").order_by("registered_on", "pk"),
        "matter_count": handover.cares.count(),
        "areas": handover.areas.select_related("unit").order_by("pk"),
        "promises": [one for one in shown(handover.promises).splitlines() if one.strip()],
        "things": [one for one in shown(handover.things).splitlines() if one.strip()],
    }
    return sheet_page(request, "outreach/slips/handover.html", context)
