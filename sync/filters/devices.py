"""The address of the list of enrolled phones."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Cadre, Organ
from portal.pages.filters import Address, Search
from sync.models import Device

TABS = {
    "in_use": pgettext_lazy("phones", "In use"),
    "unsent": pgettext_lazy("phones", "With unsent entries"),
    "revoked": pgettext_lazy("phones", "Revoked"),
}


def of_person(rows, text):
    """Match the owner by user name, name, pinyin initials or organ."""
    found = Q(owner__username__startswith=text.lower()) | Q(owner__name__startswith=text)
    found |= Q(owner__organ__in=Organ.objects.called(text).values("pk"))
    cadres = Cadre.objects.called(text).exclude(user=None).values("user")
    return rows.filter(found | Q(owner__in=cadres))


def _in_tab(rows, tab, *, on):
    if tab == "revoked":
        return rows.exclude(revoked_at=None)
    rows = rows.in_use()
    return rows.filter(unsent__gt=0) if tab == "unsent" else rows


DEVICES_AT = Address(
    Search(_("User name, name, initials or organ"), of_person),
    Device.objects.visible_to,
    TABS,
    _in_tab,
)
