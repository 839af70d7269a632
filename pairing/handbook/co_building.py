"""What each role does for who helps whom: added to its chapter of the help page."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

CO_BUILDING = "pairing:partnerships", _("Co-building")

add_chapter(
    Role.LIAISON,
    Advice(_("What your Party organisation did together with its partner branch you enter on "
             "their page: the theme, the day, how many came, and each practical thing in a line "
             "of its own. Nobody's name is kept."), *CO_BUILDING),
)  # fmt: skip
add_chapter(
    Role.HOST,
    Advice(_("Joint activities of a branch of yours and its partner from an organ are entered "
             "once, by you or by the liaison of the organ."), *CO_BUILDING),
)  # fmt: skip
add_chapter(
    Role.OFFICE,
    Advice(_("Keep the list of Party organisations; then pair a branch of an organ with one at "
             "the grassroots. The ledger of co-building counts activities by itself."),
           *CO_BUILDING),
)  # fmt: skip
