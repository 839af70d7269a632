"""Acts on contact areas."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.actions import areas as actions
from outreach.forms.areas import ContactAreaForm
from outreach.models import ContactArea
from outreach.rules import areas as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.records.seen import seen


@seen
def _areas(user):
    return ContactArea.objects.visible_to(user).select_related("cadre__organ", "unit__host_organ")


AREAS = Acts(
    "outreach",
    "area",
    "areas/<int:pk>/",
    _areas,
    crumbs_under(_("Contact areas"), "outreach:contact_areas"),
    listing="outreach:contact_areas",
    address=lambda area: reverse("outreach:contact_areas"),
    starts=(
        Act(
            "new_contact_area",
            _("New contact area"),
            rules.may_arrange_areas,
            actions.arrange_area,
            ContactAreaForm,
            "areas/new/",
            initial=lambda user, _area: {"starts_on": user.today},
            crumb=_("New"),
            submit=_("Arrange"),
            audit={"contact_area.arranged": _("Contact area arranged")},
            undo="end_contact_area",
        ),
    ),
    acts=(
        Act(
            "end_contact_area",
            _("End"),
            rules.may_end_area,
            lambda *, area, by: actions.end_area(area=area, by=by, on=by.today),
            path="end/",
            confirm=_("End this contact area today?"),
            audit={"contact_area.ended": _("Contact area ended")},
        ),
    ),
)
