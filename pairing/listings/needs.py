"""Lists of the needs of units and households, and of the offers of organs."""

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pairing.filters.needs import NEEDS_AT, OFFERS_AT
from pairing.ledgers.needs import UNMET_LEDGER
from pairing.models import Pairing
from pairing.rules import needs as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort, counted
from portal.roles import Permission as P

OLDEST = Sort(_("oldest first"), "noted_on", descending=False)
NEWEST = Sort(_("newest first"), "noted_on")
OFFICIAL = Sort(_("official order"), ("organ__sort_order", "organ_id"), descending=False)


def _sorts(asked):
    """Sort oldest first in the tabs with something still to do."""
    if asked.tab in {"open", "run_out"}:
        return {"oldest": OLDEST, "newest": NEWEST}
    return {"newest": NEWEST, "oldest": OLDEST}


def _name(needs, asked):
    """Set `may_name` on each need, whether the user may know the household, with one query for
    all."""
    user, own = asked.user, set()
    households = [need.household_id for need in needs if need.household_id]
    if households:
        running = Pairing.objects.open_to(user, asked.today).filter(household__in=households)
        own = set(running.values_list("household", flat=True))
    for need in needs:
        need.may_name = need.household_id in own or user.holds(P.NOTE_HELP_NEEDS, on=need)


def _titled(one, asked):
    kind = one.get_kind_display()
    return f"{kind}{gettext(': ')}{one.what}" if one.what else kind


def _money(one, asked):
    if not one.amount:
        return ""
    return gettext("%(n)s yuan") % {"n": floatformat(one.amount, "-2")}


def _household(need, asked):
    if not need.household_id:
        return ""
    if not need.may_name:
        return gettext("a household")
    return f"{need.household.display_name} {need.household.serial}"


def _until(need, asked):
    if asked.tab == "open":
        return cells.under(cells.until(need.until), cells.day(need.until))
    closed = f"{gettext('closed')} {cells.day(need.closed_on)}" if need.closed_on else ""
    return cells.under(cells.day(need.until), closed)


HELP_NEEDS = Listing(
    "pairing:help_needs",
    "help-needs/",
    _("Needs for help"),
    NEEDS_AT,
    _sorts,
    area=Area.PAIRING,
    may_see=rules.may_read_needs,
    intro=_(
        "What units and households are in need of, until when. Of a household only the kind of "
        "help is kept."
    ),
    counts={"run_out": lambda asked: counted(asked.rows_in("run_out"), up_to=999)[0]},
    load=_name,
    columns=(
        Col(_("Need"), _titled, _money, link=True),
        Col(_("Whose"), "unit.name", cells.above(), _household),
        Col(_("Urgency"), "get_urgency_display"),
        Col(_("Noted on"), "noted_on", number=True, sort="newest oldest"),
        Col(_("Until"), _until, number=True),
    ),
    buttons=(Button(_("Offers of help"), "pairing:help_resources", rules.may_read_offers),),
    begin=Button(_("Note a need"), "pairing:new_help_need", rules.may_note_needs),
    export=Export(UNMET_LEDGER, _("Export the list of unmet needs"), tabs=("open",)),
    empty=(
        Empty(
            _("Nothing has run out"),
            _("Expired needs stay here until they are renewed or closed."),
            tab="run_out",
        ),
        Empty(
            _("No needs here"),
            _(
                "Note what a unit needs, or of which kind of help a household is in need; the "
                "office brings it together with what is offered."
            ),
            begins=True,
        ),
        Empty(_("No needs here"), _("What hosts note for the units that you help stands here.")),
    ),
)


WITHDRAWN = cells.after(pgettext_lazy("offers", "withdrawn"), "withdrawn_on")

HELP_RESOURCES = Listing(
    "pairing:help_resources",
    "help-offers/",
    _("Offers of help"),
    OFFERS_AT,
    OFFICIAL,
    way=((_("Needs for help"), "pairing:help_needs"),),
    may_see=rules.may_read_offers,
    columns=(
        Col(_("Offer"), _titled, _money, link=True),
        Col(_("Organ"), "organ.label"),
        Col(_("For how many at once"), "capacity", number=True),
        Col(_("Until"), "until", WITHDRAWN, number=True),
    ),
    begin=Button(_("Offer help"), "pairing:new_help_resource", rules.may_offer_help),
    empty=(
        Empty(
            _("Nothing is offered"),
            _("Write what the organ can truly give, and for how many at once."),
            tab="on",
            begins=True,
        ),
        Empty(_("No offers here"), _("Withdrawn and expired offers stay here.")),
    ),
)
