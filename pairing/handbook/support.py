"""What each role does of who helps whom; added to the chapters of the help page."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

SUPPORT = (_("Items of help"), "pairing:support_items")
DELIVERY = (_("Promised and delivered"), "pairing:support_delivery")


def _to(text, page):
    label, url_name = page
    return Advice(text, url_name, label)


add_chapter(
    Role.CADRE,
    _to(_("Promise in your pairing what lies within your means, with a day, and note when it is "
          "done. Money moves between the accounts of the units; write no account number."),
        SUPPORT),
)  # fmt: skip
add_chapter(
    Role.LIAISON,
    _to(_("Look at the promises of your organ that come due, and enter for a cadre what was "
          "done."), SUPPORT),
)  # fmt: skip
add_chapter(
    Role.HOST,
    _to(_("Ask those who are helped whether it was done and did them good. The helping organ "
          "does not ask about its own help; a slip with a code lets them say it themselves."),
        SUPPORT),
)  # fmt: skip
add_chapter(
    Role.OFFICE,
    _to(_("See what was promised and what was delivered, by kind, organ and place; each number "
          "opens its items."), DELIVERY),
)  # fmt: skip
