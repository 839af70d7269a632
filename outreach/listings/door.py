"""Messages of the villager's door that are held for a check."""

from django.utils.translation import gettext_lazy as _

from outreach.models import DoorMessage
from outreach.rules.door import may_see_held
from outreach.slips import about
from portal.pages import cells
from portal.pages.filters import Address
from portal.pages.listings import Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import by_day


def _say_about(page, asked):
    for message in page:
        message.place, message.about = about(message)


HELD_LIST = Listing(
    "outreach:held_messages",
    "held/",
    _("Held messages"),
    Address(None, DoorMessage.objects.visible_to),
    by_day("received_at"),
    area=Area.GOING_DOWN,
    may_see=may_see_held,
    for_list=lambda rows, asked: rows.select_related(
        "card__area__unit", "slip__matter__unit"
    ).defer("sealed"),
    intro=_(
        "What came by the villager's door and should be looked at before it is taken over. Nothing "
        "is lost while it waits."
    ),
    load=_say_about,
    columns=(
        Col(_("Received"), cells.at("received_at"), number=True, sort="newest oldest"),
        Col(_("What it is"), "get_kind_display", link="outreach:held_message", bare=True),
        Col(_("Place"), "place", "about", bare=True),
        Col(_("Why it is held"), "get_reason_display"),
    ),
    empty=(
        Empty(
            _("Nothing is held"),
            _(
                "Very many messages by one card, or two different ones from the same form, wait "
                "here for a look."
            ),
        ),
    ),
)
