"""Rounds of pairing."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pairing.filters.rounds import ROUNDS_AT
from pairing.rules.rounds import may_begin_round
from portal import cells
from portal.access import ALLOWED, Decision
from portal.listings import Button, Col, Empty, Listing, state
from portal.roles import Permission
from portal.side_list import Area
from portal.web import Sort


def _may_open(user):
    if user.holds(Permission.MANAGE_PAIRINGS):
        return ALLOWED
    return Decision(_("Rounds are kept by the programme office until they are confirmed."))


MATCHING_ROUNDS = Listing(
    "pairing:matching_rounds",
    "matching/",
    _("Rounds of pairing"),
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
            _("Begin one with its term; a proposal then brings open needs and offers together."),
            tab="running",
            begins=True,
        ),
        Empty(_("No rounds here"), _("Rounds that are over stay here with all their steps.")),
    ),
)
