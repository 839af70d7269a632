"""Partnerships of Party branches, and what they do together."""

from django.utils.translation import gettext_lazy as _

from pairing.filters.joint_activities import ACTIVITIES_AT
from pairing.filters.partnerships import PARTNERSHIPS_AT
from pairing.ledgers.joint_activities import ACTIVITY_LEDGER
from pairing.ledgers.partnerships import PARTNERSHIP_LEDGER
from pairing.models import JointActivity
from pairing.rules.partnerships import may_agree_partnerships
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing
from portal.pages.side_list import Area
from portal.pages.web import by_day

BRANCHES = Button(_("Partnerships"), "pairing:partnerships")


def _count_activities(page, asked):
    done = JointActivity.objects.done_together(page)
    for pairing in page:
        pairing.activity_count, pairing.deed_count = done.get(pairing.pk, (0, 0))


def _term(pairing, asked):
    return f"{pairing.starts_on:%Y-%m-%d}–{pairing.last_day:%Y-%m-%d}"


PARTNERSHIP_LIST = Listing(
    "pairing:partnerships",
    "co-building/",
    _("Co-building"),
    PARTNERSHIPS_AT,
    by_day("starts_on"),
    area=Area.PAIRING,
    keeps_filters=True,
    load=_count_activities,
    columns=(
        Col(
            _("Helping Party organisation"),
            "helper_label",
            "organ.label",
            link="pairing:partnership",
        ),
        Col(
            _("Partner at the grassroots"),
            "helped_label",
            cells.together(cells.above(), "unit.name"),
        ),
        Col(
            _("Term"),
            _term,
            "get_mode_display",
            lambda pairing, asked: pairing.get_state_display() if pairing.state != "agreed" else "",
            number=True,
            sort="newest oldest",
        ),
        Col(_("Joint activities"), "activity_count", number=True),
        Col(_("Practical things"), "deed_count", number=True),
    ),
    buttons=(Button(_("Joint activities"), "pairing:joint_activities"),),
    begin=Button(_("Pair two branches"), "pairing:new_partnership", may_agree_partnerships),
    export=Export(PARTNERSHIP_LEDGER, _("Export the ledger")),
    empty=(
        Empty(
            _("No partnerships here"),
            _(
                "A branch of an organ and one at the grassroots are paired by the programme "
                "office; what they do together is then entered on their page."
            ),
            begins=True,
        ),
    ),
)


VOID = cells.said(_("void: %(reason)s"), reason="void_reason")

ACTIVITY_LIST = Listing(
    "pairing:joint_activities",
    "co-building/activities/",
    _("Joint activities"),
    ACTIVITIES_AT,
    by_day("held_on"),
    area=Area.PAIRING,
    way=((_("Co-building"), "pairing:partnerships"),),
    keeps_filters=True,
    columns=(
        Col(_("Date"), "held_on", number=True, sort="newest oldest"),
        Col(_("Theme"), "theme", "get_kind_display", VOID, link=True, bare=True),
        Col(_("Branches"), "pairing.helper_label", "pairing.helped_label"),
        Col(_("Place"), "place"),
        Col(_("How many came"), "head_count", number=True),
        Col(_("Practical things"), lambda activity, asked: len(activity.deeds), number=True),
    ),
    buttons=(BRANCHES,),
    export=Export(ACTIVITY_LEDGER, _("Export the sheet")),
    empty=(
        Empty(
            _("No joint activities here"),
            _(
                "They are entered on the page of the partnership, by the liaison of the helping "
                "organ or the host of the unit."
            ),
            button=BRANCHES,
        ),
    ),
)
