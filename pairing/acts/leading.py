"""Acts on contact points of leaders."""

from django.utils.translation import gettext_lazy as _

from pairing.actions import leading as actions
from pairing.forms.leading import ChangePointForm, ContactPointForm
from pairing.models import ContactPoint
from pairing.rules import leading as rules
from portal.pages.acts import Act, Acts, crumbs_under
from portal.pages.text_forms import ReasonForm
from portal.records.seen import seen
from portal.tools.asked import whole_number


@seen
def visible_point(user):
    rows = ContactPoint.objects.visible_to(user).select_related(
        "leader", "organ", "unit", "township", "party_organization", "arranged_by", "recorder"
    )
    return rows.with_done()


crumbs = crumbs_under(
    _("Contact points of leaders"),
    "pairing:contact_points",
    lambda point: f"{point.leader.name} · {point.unit.name}",
)


def _usual_plan(user, point):
    return {"year": user.today.year, "planned_visits": 4}


def _year_named(query):
    year = whole_number(query.get("year", ""))
    return {"year": year} if year else {}


POINTS = Acts(
    "pairing",
    "point",
    "contact-points/<int:pk>/",
    visible_point,
    crumbs,
    listing="pairing:contact_points",
    starts=(
        Act(
            "new_contact_point",
            _("Arrange a contact point"),
            rules.may_arrange_points,
            actions.arrange_point,
            ContactPointForm,
            "contact-points/new/",
            initial=_usual_plan,
            prefill=_year_named,
            submit=_("Arrange it"),
            undo="end_contact_point",
        ),
    ),
    acts=(
        Act(
            "edit_contact_point",
            _("Change the arrangement"),
            rules.may_change_point,
            actions.change_point,
            ChangePointForm,
            "edit/",
            about=True,
            submit=_("Keep it"),
            audit={"contact_point.changed": _("Arrangement of a contact point changed")},
        ),
        Act(
            "end_contact_point",
            _("End the contact point"),
            rules.may_end_point,
            actions.end_point,
            ReasonForm,
            "end/",
            intro=_("What was done there stays; it is not expected of the leader any more."),
            audit={"contact_point.ended": _("Contact point ended")},
        ),
    ),
)
