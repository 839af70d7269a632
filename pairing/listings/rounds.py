"""Rounds of pairing."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.filters.rounds import ROUNDS_AT
from pairing.rules.rounds import may_begin_round
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission
from portal.trust.access import ALLOWED, Decision


def _may_open(user):
    if user.holds(Permission.MANAGE_PAIRINGS):
        return ALLOWED
    return Decision(_("Rounds are kept by the programme office until they are confirmed."))


MATCHING_ROUNDS = Listing(
    "pairing:matching_rounds",
    "matching/",
    _("Pairing rounds"),
    ROUNDS_AT,
    Sort(_("newest first"), "starts_on"),
    area=Area.PAIRING,
    may_see=_may_open,
    for_list=lambda rows, asked: rows.select_related("area"),
    columns=(
        Col(_("Round of pairing"), "title", "get_level_display", link=True),
        Col(_("Area"), cells.either("area.name", pgettext_lazy("batches", "everywhere"))),
        Col(_("Term of the pairings"), cells.days("starts_on", "ends_on"), number=True),
        state("state", "document"),
    ),
    begin=Button(_("Begin a round"), "pairing:new_matching_round", may_begin_round),
    empty=(
        Empty(
            _("No round is under way"),
            _("Begin one with its term; a proposal then matches open needs with offers."),
            tab="running",
            begins=True,
        ),
        Empty(_("No rounds here"), _("Rounds that are over stay here with all their steps.")),
    ),
)
