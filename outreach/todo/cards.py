"""Cards to replace at the next visit, and what the villager's door holds back."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from outreach.models import ContactCard, DoorMessage
from portal.roles import Permission as P
from portal.side_list import Area
from portal.todo import Item, Kind, register
from portal.web import Sort


def _own_to_replace(user):
    return ContactCard.objects.to_replace(user.today).of(user)


def _card(card):
    url = reverse("outreach:contact_card", args=[card.pk])
    changed = " · ".join(f"{printed or '—'} → {now or '—'}" for printed, now in card.changes)
    return Item(f"{card.unit_name} {card.code_in_groups}", changed, url, url)


def _message(message):
    url = reverse("outreach:held_message", args=[message.pk])
    place = message.card.area.unit.name if message.card else message.slip.matter.place_label
    return Item(message.get_kind_display(), f"{place} · {message.get_reason_display()}", url, url)


register(
    Area.GOING_DOWN,
    Kind(
        code="replace_card",
        title=gettext_lazy("Contact cards to replace at the next visit"),
        act=gettext_lazy("Print it anew"),
        rows=_own_to_replace,
        load=lambda rows: rows.for_list(),
        item=_card,
        sort=Sort(gettext_lazy("newest first"), "issued_on"),
        permissions=(P.RECORD_VISITS,),
    ),
    Kind(
        code="held_message",
        title=gettext_lazy("Messages that the villager's door holds back"),
        act=gettext_lazy("Look at it"),
        rows=DoorMessage.objects.visible_to,
        load=lambda rows: rows.defer("sealed").select_related(
            "card__area__unit", "slip__matter__unit", "slip__matter__township"
        ),
        item=_message,
        sort=Sort(gettext_lazy("newest first"), "received_at"),
        permissions=(P.HOST_MATTERS, P.MANAGE_PEOPLE),
    ),
)
