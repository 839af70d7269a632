"""Enrolled phones of the people whom the user manages, without times or places of a person."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages import cells
from portal.pages.listings import Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import by_day
from sync.filters.devices import DEVICES_AT
from sync.rules import devices as rules

_revoke = cells.press(
    pgettext_lazy("phones", "Revoke"),
    "sync:revoke_phone",
    about="owner.name",
    confirm=lambda device: (
        _(
            "Revoke the phone of %(name)s? It forgets what it knows at its next contact, and what "
            "it has not sent yet goes to its owner to be looked at. This is not taken back; the "
            "phone can be enrolled anew."
        )
        % {"name": device.owner.name}
    ),
)


def _contact(device, asked):
    """By day only: other people must not see when somebody wrote."""
    return device.last_contact_at and cells.day(device.last_contact_on, asked.today)


def _enrolled(device, asked):
    return cells.day(device.enrolled_on, asked.today)


def _revoked(device, asked):
    return cells.day(device.revoked_on, asked.today)


DEVICE_LIST = Listing(
    "sync:phones",
    "phones/",
    _("Enrolled phones"),
    DEVICES_AT,
    by_day("enrolled_at"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_phones,
    intro=_(
        "Whoever has lost a phone calls you: revoke it here. It then reads nothing any more; what "
        "was written on it and still arrives waits for its owner."
    ),
    for_list=lambda rows, asked: rows.select_related("owner__organ"),
    counts={"unsent": lambda asked: asked.number_in("unsent")},
    columns=(
        Col(_("Name"), "owner.name", "owner.organ.label"),
        Col(pgettext_lazy("phones", "Phone"), "name", bare=True),
        Col(_("Enrolled"), _enrolled, number=True, sort="newest oldest"),
        Col(pgettext_lazy("phones", "Last contact"), _contact, number=True),
        Col(_("Unsent as last told"), "unsent", number=True),
        Col(
            pgettext_lazy("phones", "Revoked"),
            _revoked,
            number=True,
            when=lambda asked: asked.tab == "revoked",
        ),
        Col(
            pgettext_lazy("phones", "Revoke"),
            _revoke,
            silent=True,
            when=lambda asked: asked.tab != "revoked",
        ),
    ),
    empty=(
        Empty(
            _("No matching phone"),
            _("Try the user name, the name, the pinyin initials or the organ."),
            filtered=True,
        ),
        Empty(
            _("No phones here"),
            _("Cadres enrol their own phones by themselves; nobody has to."),
        ),
    ),
)
