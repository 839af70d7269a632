"""What of pairings waits for an act: contacts that are due, terms that end, cadres who left."""

from django.db.models import IntegerField, Value
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pairing.models import Pairing
from pairing.models.pairings import PairingState
from pairing.views.pairings import due_contacts, visit_form_url
from portal import parameters
from portal.access import reach
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort

BY_PLACE = Sort(
    gettext_lazy("by place"), ("host_organ__sort_order", "unit__sort_order"), descending=False
)


def _due(user):
    interval = parameters.number("pairing.visit_interval_days", on=user.today)
    rows = due_contacts(user, user.today)
    return rows.annotate(interval=Value(interval, output_field=IntegerField()))


def _contact(pairing):
    return Item(
        what=pairing.helped_label,
        where=f"{pairing.place_label} · {pairing.level_label}",
        url=pairing.get_absolute_url(),
        act_url=visit_form_url(
            pairing.unit_id, [pairing.household_id] if pairing.household_id else []
        ),
        due=pairing.contact_due_on(pairing.interval),
    )


def _route(user):
    return format_html(
        '<a href="{}">{}</a>', reverse("pairing:contact_route"), _("Route of the day")
    )


def _ending(user):
    rows = Pairing.objects.filter(reach(user, P.MANAGE_PAIRINGS))
    return rows.ending(user.today, parameters.number("pairing.ending_days", on=user.today))


def _of_pairing(act):
    def item(pairing):
        return Item(
            what=f"{pairing.helper_label} · {pairing.helped_label}",
            where=pairing.place_label,
            url=pairing.get_absolute_url(),
            act_url=reverse(f"pairing:{act}", args=[pairing.pk]),
            due=pairing.ends_on,
        )

    return item


def _left(user):
    rows = Pairing.objects.filter(reach(user, P.MANAGE_PAIRINGS), state=PairingState.AGREED)
    return rows.filter(ends_on__gte=user.today, cadre__left_on__isnull=False)


register(
    Area.PAIRING,
    Kind(
        code="pairing_contact",
        title=gettext_lazy("Pairings to be visited again"),
        act=gettext_lazy("Write the visit"),
        rows=_due,
        load=lambda rows: rows.for_list(),
        item=_contact,
        sort=BY_PLACE,
        permissions=(P.RECORD_VISITS,),
        note=_route,
    ),
    Kind(
        code="pairing_ending",
        title=gettext_lazy("Pairings to be renewed or ended"),
        act=gettext_lazy("Renew"),
        rows=_ending,
        load=lambda rows: rows.for_list(),
        item=_of_pairing("renew_pairing"),
        sort=Sort(gettext_lazy("soonest first"), "ends_on", descending=False),
        permissions=(P.MANAGE_PAIRINGS,),
    ),
    Kind(
        code="pairing_cadre_left",
        title=gettext_lazy("Pairings whose cadre has left"),
        act=gettext_lazy("Name who goes on"),
        rows=_left,
        load=lambda rows: rows.for_list(),
        item=_of_pairing("change_pairing_cadre"),
        sort=Sort(gettext_lazy("soonest first"), "ends_on", descending=False),
        permissions=(P.MANAGE_PAIRINGS,),
    ),
)
