"""Joint activities of partnered branches: list, page, photo, sheet."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pairing.acts.joint_activities import ACTIVITIES, crumbs, visible_activity
from pairing.acts.partnerships import address_of, visible_partnership
from pairing.models import JointActivity
from pairing.rules import joint_activities as rules
from pairing.views.partnerships import SHOWN_ACTIVITIES
from portal.pages.web import download


@require_safe
def pairing_activities(request, pk):
    """The activities on the page of a pairing; without script it redirects to the partnership."""
    pairing = visible_partnership(request.user, pk)
    if not request.headers.get("HX-Request"):
        return redirect(address_of(pairing))
    held = pairing.joint_activities.not_void().defer("search").order_by("-held_on", "-pk")
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
