"""Cards to replace at the next visit, and messages held by the villager's door."""

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach import slips
from outreach.models import ContactCard, DoorMessage
from outreach.models.door import DoorMessageQuerySet
from portal.days import workdays
from portal.duties.duty import Chosen, Duty, Item, Own, Told, register
from portal.duties.reminders import Noun, names_of
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P


def is_first_of_month(day):
    """Whether it is the first working day of the month, the day for reminders about cards."""
    earlier = (day.replace(day=one) for one in range(1, day.day))
    return workdays.is_working_day(day) and not any(map(workdays.is_working_day, earlier))


def _card(card):
    url = reverse("outreach:contact_card", args=[card.pk])
    changed = " · ".join(f"{printed or '—'} → {now or '—'}" for printed, now in card.changes)
    return Item(f"{card.unit_name} {card.code_in_groups}", changed, url, url)


def _message(message):
    url = reverse("outreach:held_message", args=[message.pk])
    place, _about = slips.about(message)
    return Item(message.get_kind_display(), f"{place} · {message.get_reason_display()}", url, url)


register(
    Area.GOING_DOWN,
    Noun("contactcard", names_of(ContactCard, "unit_name"), "outreach:contact_card"),
    Duty(
        code="replace_card",
        title=_("Contact cards to replace at the next visit"),
        act=_("Print it anew"),
        records=ContactCard.objects.to_replace,
        whose=Own("area__cadre__user", P.RECORD_VISITS),
        load=lambda rows: rows.for_list(),
        item=_card,
        sort=Sort(_("newest first"), "issued_on"),
        told=Told(
            _("A contact card is to be replaced"),
            "contactcard",
            days=is_first_of_month,
            number=F("short_code"),
        ),
    ),
    Duty(
        code="held_message",
        title=_("Messages held back at the villagers' door"),
        act=_("Look at it"),
        records=lambda on: DoorMessage.objects.all(),
        whose=Chosen(DoorMessageQuerySet.visible_to, P.HOST_MATTERS, P.MANAGE_PEOPLE),
        load=lambda rows: rows.defer("sealed").select_related(
            "card__area__unit", "slip__matter__unit"
        ),
        item=_message,
        sort=Sort(_("newest first"), "received_at"),
    ),
)
