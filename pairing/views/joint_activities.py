"""Joint activities of partnered branches: list, page, photo, sheet."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pairing.acts.joint_activities import ACTIVITIES, crumbs, visible_activity
from pairing.acts.partnerships import address_of, visible_partnership
from pairing.filters.joint_activities import TABS, activities_at, in_tab
from pairing.ledgers.joint_activities import ACTIVITY_LEDGER
from pairing.models import JointActivity
from pairing.rules import joint_activities as rules
from pairing.views.partnerships import SHOWN_ACTIVITIES
from portal import ledgers
from portal.access import Decision, require
from portal.roles import Permission
from portal.side_list import Area
from portal.web import (
    Sort,
    download,
    exact_total,
    listed,
    page_or_part,
)

NEWEST = Sort(gettext_lazy("newest first"), "held_on")


@require_safe
def joint_activities(request):
    user = request.user
    filtered, tab = activities_at(user, request.GET)
    rows = filtered.qs if filtered.form.is_valid() else filtered.queryset.none()
    shown = in_tab(rows, tab)
    if count := exact_total(request, shown):
        return count
    context = {
        **listed(request, shown.for_list(), NEWEST),
        "filter": filtered,
        "tab": tab,
        "tabs": [
            {"code": code, "label": label, "current": code == tab} for code, label in TABS.items()
        ],
        "sorts": [("", NEWEST)],
        "sort": NEWEST,
        "may_export": user.holds(Permission.EXPORT),
        "crumbs": [
            Area.PAIRING.crumb, (_("Co-building"), reverse("pairing:partnerships")),
            (_("Joint activities"), ""),
        ],
    }  # fmt: skip
    return page_or_part(
        request, "pairing/joint_activities.html", "pairing/_joint_activity_rows.html", context
    )


@require_safe
def pairing_activities(request, pk):
    """The part of a pairing's page; without script its link leads to the partnership."""
    pairing = visible_partnership(request.user, pk)
    if not request.headers.get("HX-Request"):
        return redirect(address_of(pairing))
    held = pairing.joint_activities.standing().defer("search").order_by("-held_on", "-pk")
    context = {
        "pairing": pairing,
        "done": JointActivity.objects.done_together([pairing]).get(pairing.pk, (0, 0)),
        "activities": held[:SHOWN_ACTIVITIES],
        "may_record": rules.may_record_activity(request.user, pairing),
    }
    return render(request, "pairing/_activities.html", context)


@require_safe
def joint_activity(request, pk):
    user, activity = request.user, visible_activity(request.user, pk)
    context = {
        "activity": activity,
        "partnership_url": address_of(activity.pairing),
        "photos": activity.photos.order_by("pk"),
        "acts": ACTIVITIES.buttons(user, activity),
        "crumbs": crumbs(activity),
    }
    return render(request, "pairing/joint_activity.html", context)


@require_safe
def joint_activity_photo(request, pk, attachment_pk):
    activity = visible_activity(request.user, pk)
    photo = get_object_or_404(activity.photos, pk=attachment_pk)
    return download(photo.file.open("rb"), f"{photo.pk}.jpg", photo.content_type)


@require_POST
def export_joint_activities(request):
    if not request.user.holds(Permission.EXPORT):
        require(Decision(_("Your roles do not export ledgers.")))
    filters = {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken" and v}
    return redirect(ledgers.start_export(ACTIVITY_LEDGER, filters=filters, by=request.user))
