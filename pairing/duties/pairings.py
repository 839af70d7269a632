"""Duties about pairings: contacts that are due, terms that end, cadres who left."""

from datetime import timedelta

from django.db.models import DateField, ExpressionWrapper, F, IntegerField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from pairing.models import Pairing
from pairing.views.pairings import contacts_due, visit_form_url
from portal import parameters
from portal.duties.duty import Duty, Item, Own, Reach, Told, item, register, soonest
from portal.duties.reminders import Noun
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P

PLACE_ORDER = ("host_organ__sort_order", "unit__sort_order")


def _interval(on):
    return parameters.number("pairing.visit_interval_days", on=on)


def _due(on):
    interval = Value(_interval(on), output_field=IntegerField())
    return contacts_due(on).annotate(interval=interval)


def _contact_due_on(day):
    last = Coalesce(F("last_contact_on"), F("starts_on"))
    return ExpressionWrapper(last + timedelta(days=_interval(day)), DateField())


def _contact(pairing):
    households = [pairing.household_id] if pairing.household_id else []
    return Item(
        what=pairing.helped_label,
        where=f"{pairing.place_label} · {pairing.level_label}",
        url=pairing.get_absolute_url(),
        act_url=visit_form_url(pairing.unit_id, households),
        due=pairing.contact_due_on(pairing.interval),
    )


def _route(user):
    address = reverse("pairing:contact_route")
    return format_html('<a href="{}">{}</a>', address, _("Route of the day"))


def ending(on):
    return Pairing.objects.ending(on, parameters.number("pairing.ending_days", on=on))


def _to_renew(on):
    """Those of `ending` that have begun: one that has not cannot be renewed or ended yet."""
    return ending(on).filter(starts_on__lte=on)


def sides(pairing):
    """Return helper and helped side in one line."""
    return f"{pairing.helper_label} · {pairing.helped_label}"


def _of_pairing(act):
    return item(sides, "place_label", act, due="ends_on")


def _left(on):
    """Pairings whose cadre has left, from their second day on: only then can the cadre change."""
    return Pairing.objects.going_on(on).filter(cadre__left_on__isnull=False, starts_on__lt=on)


def _apprentice_left(on):
    """Pairings whose apprentice has left, once begun: until then they can only be cancelled."""
    return Pairing.objects.going_on(on).filter(apprentice__left_on__isnull=False, starts_on__lte=on)


def _titles(user, ids):
    rows = Pairing.objects.visible_to(user).filter(pk__in=ids).for_list()
    return {one.pk: f"{one.helped_label} · {one.unit.name}" for one in rows}


register(
    Area.PAIRING,
    Noun("pairing", _titles, "pairing:pairing"),
    Duty(
        code="pairing_contact",
        title=_("Pairings to be visited again"),
        act=_("Write the visit"),
        records=_due,
        whose=Own("cadre__user", P.RECORD_VISITS),
        load=lambda rows: rows.for_list(),
        item=_contact,
        sort=Sort(_("by place"), PLACE_ORDER, descending=False),
        nearest=_contact_due_on,
        note=_route,
        told=Told(
            _("A pairing is to be visited again"),
            "pairing",
            code="pairing_contact_due",
            due=_contact_due_on,
            until_read=True,
        ),
    ),
    Duty(
        code="pairing_ending",
        title=_("Pairings to be renewed or ended"),
        act=_("Renew"),
        records=_to_renew,
        whose=Reach(P.MANAGE_PAIRINGS),
        load=lambda rows: rows.for_list(),
        item=_of_pairing("pairing:renew_pairing"),
        sort=soonest("ends_on"),
        # Also reminds the liaison; excludes pairings that are past.
        told=Told(
            _("A pairing ends soon"),
            "pairing",
            code="pairing_ends",
            whose=Reach(P.MANAGE_PAIRINGS) | Reach(P.NAME_STAND_INS),
            only=lambda rows, day, at: rows.filter(ends_on__gte=day),
            due="ends_on",
            until_read=True,
        ),
    ),
    Duty(
        code="pairing_cadre_left",
        title=_("Pairings whose cadre has left"),
        act=_("Name who goes on"),
        records=_left,
        whose=Reach(P.MANAGE_PAIRINGS),
        load=lambda rows: rows.for_list(),
        item=_of_pairing("pairing:change_pairing_cadre"),
        sort=soonest("ends_on"),
    ),
    Duty(
        code="apprentice_left",
        title=_("Apprentices who have left"),
        act=_("End it"),
        records=_apprentice_left,
        whose=Reach(P.MANAGE_PAIRINGS),
        load=lambda rows: rows.for_list(),
        item=_of_pairing("pairing:end_pairing"),
        sort=soonest("ends_on"),
    ),
    use="pairing",
)
