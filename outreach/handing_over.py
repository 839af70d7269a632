"""The visits, matters and stays that a leaving cadre has to hand over."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models import (
    ContactArea,
    ContactCard,
    FollowUp,
    Matter,
    NeedPledge,
    ReceptionDay,
    Stay,
    SupervisionOrder,
    VisitDraft,
)
from outreach.models.matters import MatterCare
from outreach.models.receptions import ReceptionState
from outreach.models.stays import StayState
from portal.places.handing_over import CARRIED, Carried


def _matter(matter):
    return f"{matter.number_label} {matter.title}"


def _named_matters(rows, user):
    return rows.filter(matter__in=Matter.objects.visible_to(user).values("pk"))


def carried(cadre, on):
    return [*_matters(cadre), *_places(cadre, on), *_account(cadre)]


def _matters(cadre):
    matters = Matter.objects.open().order_by("due_on", "pk")
    taken_over = MatterCare.objects.running().filter(cadre=cadre).values("matter")
    return [
        Carried(
            _("Open matters registered or taken over"),
            matters.filter(Q(registered_by=cadre) | Q(pk__in=taken_over)),
            say=_matter,
            how=_(
                "The organ in charge goes on with them; those of a stay pass on with its handing "
                "over. Tell the successor what the people were promised."
            ),
        ),
        Carried(
            _("Open matters under the cadre's lead"),
            matters.filter(lead_official=cadre),
            say=_matter,
            how=_("Another lead official is named on the page of the matter."),
        ),
    ]


def _places(cadre, on):
    running = ContactArea.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), cadre=cadre)
    cards = ContactCard.objects.in_force(on).filter(area__cadre=cadre)
    stays = Stay.objects.filter(cadre=cadre, state=StayState.PUBLISHED, ends_on__gte=on)
    pledges = NeedPledge.objects.not_given_back().filter(cadre=cadre, confirmed_on=None)
    receptions = ReceptionDay.objects.filter(
        leader=cadre, state__in=[ReceptionState.PLANNED, ReceptionState.ANNOUNCED]
    )
    return [
        Carried(
            _("Contact areas"),
            running.select_related("unit").order_by("pk"),
            say=lambda area: f"{area.unit.name} {area.group}".strip(),
            to=lambda area: reverse("outreach:contact_areas"),
            how=_(
                "They pass on with a transfer that names an heir; otherwise they are ended here "
                "and given to somebody else."
            ),
        ),
        Carried(
            _("Contact cards in force"),
            cards.select_related("area__unit").order_by("pk"),
            say=lambda card: card.area.unit.name,
            to=lambda card: reverse("outreach:contact_cards"),
            how=_("They are collected and revoked, and the successor's are printed."),
        ),
        Carried(
            _("Stays"),
            stays.select_related("township", "unit").order_by("pk"),
            say=lambda stay: stay.place_label,
            how=_("On the page of the stay the work is handed over, or the cadre is replaced."),
            use="stays",
        ),
        Carried(
            _("Reception days to come"),
            receptions.order_by("held_on", "pk"),
            say=lambda reception: f"{reception.held_on}",
            how=_("They are cancelled, and planned with another leader."),
            use="receptions",
        ),
        Carried(
            _("Needs that were taken up and wait for the word of the place"),
            pledges.select_related("need").order_by("pk"),
            say=lambda pledge: pledge.need.title,
            to=lambda pledge: pledge.need.get_absolute_url(),
            how=_("Who leaves gives them back, so that somebody else can take them up."),
            use="needs",
        ),
    ]


def _account(cadre):
    if not cadre.user_id:
        return []
    calls = FollowUp.objects.filter(caller=cadre.user_id, answered_at=None, given_up_at=None)
    orders = SupervisionOrder.objects.filter(leader=cadre.user_id, settled_at=None)
    return [
        Carried(
            _("Call-backs to make"),
            calls.select_related("matter").order_by("due_on", "pk"),
            say=lambda call: _matter(call.matter),
            how=_("The host, the desk or the office gives each to another caller."),
        ),
        Carried(
            _("Instructions whose answer is awaited"),
            orders.select_related("matter").order_by("due_on", "pk"),
            say=lambda order: _matter(order.matter),
            to=lambda order: order.matter.get_absolute_url(),
            how=_("Their author accepts the answer, or somebody who stands in."),
            named=_named_matters,
        ),
        Carried(
            _("Drafts of visits"),
            VisitDraft.objects.filter(owner=cadre.user_id),
            how=_("Nobody else reads them: their author saves or drops them before leaving."),
            named=lambda rows, user: rows.none(),
        ),
    ]


CARRIED.append(carried)
