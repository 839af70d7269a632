"""Summons of organs."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from neighbours.filters.summons import SUMMONS_AT
from neighbours.ledgers.summons import SUMMONS_LEDGER
from neighbours.models import SummonedOrgan
from neighbours.rules import summons as rules
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P

NEWEST = Sort(pgettext_lazy("summons", "newest first"), "called_on")


def _with_organs(page, asked):
    called = {}
    rows = SummonedOrgan.objects.filter(summons__in=list(page)).select_related("organ")
    for one in rows.in_order():
        called.setdefault(one.summons_id, []).append(one.organ.label)
    for summons in page:
        summons.called = called.get(summons.pk, [])


def _called(summons, asked):
    return _(", ").join(summons.called)


SUMMONS_LIST = Listing(
    "neighbours:summons",
    "summons/",
    _("Summons"),
    SUMMONS_AT,
    NEWEST,
    area=Area.GOING_DOWN,
    may_see=rules.may_see_summons,
    intro=_(
        "A township calls organs together about what none of them settles alone. The conclusion "
        "becomes a matter; organs are not ranked by it."
    ),
    load=_with_organs,
    columns=(
        Col(
            pgettext_lazy("summons", "What it is about"),
            "title",
            "number_label",
            "get_reason_display",
            link=True,
            bare=True,
        ),
        Col(_("Who calls"), "organ.label", "unit.name"),
        Col(_("Organs that are called"), _called),
        Col(_("Day on which they come together"), "meet_on", "place", number=True),
        state(),
    ),
    begin=Button(
        pgettext_lazy("summons", "Call organs together"), "neighbours:call_organs", P.HOST_MATTERS
    ),
    buttons=(Button(_("Note an emergency"), "neighbours:note_emergency", P.HOST_MATTERS),),
    export=Export(SUMMONS_LEDGER, _("Export the register of summons")),
    empty=(
        Empty(
            _("No summons here"),
            _("Call organs together when a matter needs several of them at once."),
            begins=True,
        ),
        Empty(
            _("No summons here"),
            _("When a township calls your organ, or organs of your area, it stands here."),
        ),
    ),
)
