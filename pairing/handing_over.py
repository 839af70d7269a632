"""What a cadre carries of pairings, contact points, problems and weak organisations."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pairing.models import ContactPoint, Pairing, ProminentProblem
from pairing.models.weak_cases import CaseSupport
from pairing.models.weak_work import RectificationItem
from portal.places.handing_over import CARRIED, Carried


def carried(cadre, on):
    pairings = Pairing.objects.going_on(on).filter(Q(cadre=cadre) | Q(apprentice=cadre))
    # Points of earlier years stay without an end.
    points = ContactPoint.objects.running().filter(year__gte=on.year)
    points = points.filter(Q(leader=cadre) | Q(recorder=cadre))
    problems = ProminentProblem.objects.open().filter(official=cadre)
    helps = CaseSupport.objects.running(on).filter(cadre=cadre)
    items = RectificationItem.objects.open().filter(cadre=cadre)
    return [
        Carried(
            _("Pairings that run"),
            pairings.select_related("unit").order_by("pk"),
            # Without the household: its number is only for the cadre who helps it.
            say=lambda one: f"{one.unit.name} · {one.get_level_display()}",
            how=_(
                "They pass on with a transfer that names an heir; otherwise the cadre responsible "
                "is changed on the page of the pairing."
            ),
            use="pairing",
        ),
        Carried(
            _("Contact points of leaders"),
            points.select_related("unit").order_by("pk"),
            say=lambda one: one.unit.name,
            how=_("They are ended, and arranged for the successor."),
            use="contact_points",
        ),
        Carried(
            _("Prominent problems under the cadre's lead"),
            problems.order_by("pk"),
            say=lambda one: one.title,
            how=_("Another lead official is named on the page of the problem."),
            use="contact_points",
        ),
        Carried(
            _("Help for weak Party organisations"),
            helps.select_related("case__unit").order_by("pk"),
            say=lambda one: one.case.unit.name,
            to=lambda one: one.case.get_absolute_url(),
            how=_("Somebody else is named on the page of the case."),
            use="weak",
        ),
        Carried(
            _("Measures against weaknesses that are not done"),
            items.select_related("case").order_by("due_on", "pk"),
            say=lambda one: one.measure,
            to=lambda one: one.case.get_absolute_url(),
            how=_("The plan of the case names another person."),
            use="weak",
        ),
    ]


CARRIED.append(carried)
