"""What each role does about pairings: lines added to the chapters of the help page."""

from django.utils.translation import gettext_lazy as _

from portal.handbook import Advice, add_chapter
from portal.roles import Role

add_chapter(
    Role.CADRE,
    Advice(
        _("Tick “Pairing visit” and name the household by its number: the next contact is counted "
          "from that visit, nothing else is to be reported."),
        "pairing:my_pairings", _("My pairings"),
    ),
)  # fmt: skip
add_chapter(
    Role.LIAISON,
    Advice(
        _("Look which pairings of your organ are without a contact, and which end soon."),
        "pairing:pairings", _("Pairings"),
    ),
)  # fmt: skip
add_chapter(
    Role.HOST,
    Advice(
        _("Note what a household is entitled to on its record: kinds only, for one year at most; "
          "the cadre whose pairing runs sees it, each look is noted."),
        "pairing:pairings", _("Pairings"),
    ),
)  # fmt: skip
add_chapter(
    Role.OFFICE,
    Advice(
        _("Agree who helps whom, from when to when; renew or end each pairing in time. When a "
          "pairing ends, the household's record closes to the cadre."),
        "pairing:pairings", _("Pairings"),
    ),
)  # fmt: skip
