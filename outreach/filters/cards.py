"""The list query of cards: tabs and text, the same for page and register."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.door import codes
from outreach.models import ContactCard

TABS = {
    "force": _("In force"),
    "replace": _("To be replaced"),
    "over": _("Not valid any more"),
    "all": _("All"),
}


def tab_of(query):
    return query.get("tab") if query.get("tab") in TABS else "force"


def cards_at(user, query):
    """Return the cards that the list shows to this reader for a query string."""
    rows = ContactCard.objects.visible_to(user)
    today, tab = user.today, tab_of(query)
    if tab == "force":
        rows = rows.in_force(today)
    elif tab == "replace":
        rows = rows.to_replace(today)
    elif tab == "over":
        rows = rows.exclude(pk__in=ContactCard.objects.in_force(today).values("pk"))
    text = query.get("q", "").strip()[:40]
    if digits := codes.digits_of(text):
        return rows.filter(short_code__startswith=digits)
    if text:
        rows = rows.filter(Q(area__unit__name__contains=text) | Q(holder__contains=text))
    return rows
