"""Acts on visits; the visit forms themselves are in views/visits.py."""

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.actions import visits as actions
from outreach.forms.visits import PhotosForm
from outreach.models import Visit
from outreach.rules import visits as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen


@seen
def visible_visit(user):
    return Visit.objects.visible_to(user).select_related(
        "unit", "township", "author__organ", "organ", "typed_by", "voided_by"
    )


crumbs = crumbs_under(_("Diary"), "outreach:visits", lambda visit: str(visit.visited_on))


def _photos_kept(user, visit):
    """Links to the photos, so that the user can check before removing one."""
    kept = [
        (
            reverse("outreach:visit_photo", args=[visit.pk, one.pk]),
            gettext("Photo %(n)s") % {"n": n},
        )
        for n, one in enumerate(visit.photos.order_by("pk"), 1)
    ]
    links = format_html_join(gettext(", "), '<a href="{}">{}</a>', kept)
    return {"intro": format_html(gettext("Kept so far: {}"), links)} if kept else {}


VISITS = Acts(
    "outreach",
    "visit",
    "visits/<int:pk>/",
    visible_visit,
    crumbs,
    acts=(
        Act(
            "change_photos",
            _("Add or remove photos"),
            rules.may_change_photos,
            actions.change_photos,
            PhotosForm,
            "photos/change/",
            about=True,
            crumb=_("Photos"),
            submit=_("Save"),
            audit={"visit.photos_changed": _("Photos of a visit changed")},
            said=_("The photos are changed."),
            shown=_photos_kept,
        ),
        Act(
            "confirm_visit",
            _("I was there: confirm"),
            rules.may_confirm_visit,
            actions.confirm_visit,
            path="confirm/",
            audit={"visit.confirmed": _("Visit confirmed by the leader")},
            said=_("Confirmed: the visit counts at your contact point."),
            undo="refuse_visit",
        ),
        Act(
            "refuse_visit",
            pgettext_lazy("visits", "It was not so"),
            rules.may_refuse_visit,
            actions.refuse_visit,
            ReasonForm,
            "refuse/",
            intro=_("It then counts nowhere for you; whoever entered it corrects or voids it."),
            audit={"visit.refused": _("Visit refused by the leader")},
            undo="confirm_visit",
        ),
    ),
)
