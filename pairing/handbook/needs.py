"""What each role of who helps whom does first, and how: chapters of the help page."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

NEEDS = (_("Needs for help"), "pairing:help_needs")
OFFERS = (_("Offers of help"), "pairing:help_resources")
ROUNDS = (_("Rounds of pairing"), "pairing:matching_rounds")


def _to(text, page):
    label, url_name = page
    return Advice(text, url_name, label)


add_chapter(
    Role.HOST,
    _to(_("Note what your units need, and of which kind of help a household is in need: nothing "
          "about anybody. What runs out is looked at again."), NEEDS),
)  # fmt: skip
add_chapter(
    Role.LIAISON,
    _to(_("Write down what your organ can truly give and for how many at once; withdraw what it "
          "can give no more."), OFFERS),
)  # fmt: skip
add_chapter(
    Role.OFFICE,
    _to(_("Begin a round for units or households: a proposal brings open needs and offers "
          "together and says why. Change lines by hand, and confirm it by its document."),
        ROUNDS),
)  # fmt: skip
