"""Festival visits and their recipients."""

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.template.defaultfilters import floatformat
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.filters.condolence import FESTIVALS_AT, RECIPIENTS_AT
from outreach.ledgers import condolence as sheets
from outreach.models import CondolenceRecipient, CondolenceVisit
from outreach.models.condolence import DELIVERING
from outreach.rules import condolence as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort, counted
from portal.records.seen import values_of


@values_of("campaign")
def _numbers(user):
    """For each campaign the number of recipients on its list, and of those visited."""
    made = CondolenceVisit.objects.standing().filter(recipient=OuterRef("pk"))
    rows = CondolenceRecipient.objects.visible_to(user).order_by().values("campaign")
    numbers = rows.annotate(
        n=Count("pk", filter=Q(removed_at=None)),
        visited=Count("pk", filter=Q(Exists(made), removed_at=None)),
    )
    return numbers.values_list("campaign", "n", "visited")


def _count(page, asked):
    rows = _numbers(asked.user, [one.pk for one in page])
    found = {pk: (n, visited) for pk, n, visited in rows}
    for one in page:
        one.on_list, one.visited = found.get(one.pk, (0, 0))


def _notice(campaign, asked):
    if campaign.state != "notice":
        return ""
    return f"{gettext('under notice until')} {cells.day(campaign.notice_to)}"


FESTIVAL_LIST = Listing(
    "outreach:condolence",
    "condolence/",
    _("Festival visits"),
    FESTIVALS_AT,
    Sort(_("by festival"), "festival_on"),
    area=Area.STAYS,
    may_see=rules.may_see_campaigns,
    load=_count,
    columns=(
        Col(_("Festival"), "label", "organ.label", "division.name", link=True),
        Col(_("Days of the visits"), cells.days("starts_on", "ends_on"), _notice, number=True),
        Col(_("On the list"), "on_list", number=True),
        Col(_("Visited"), "visited", number=True),
        state(),
    ),
    buttons=(Button(_("All recipients"), "outreach:condolence_recipients"),),
    begin=Button(_("Open festival visits"), "outreach:new_condolence", rules.may_open_campaign),
    empty=(
        Empty(
            _("No closed festival visits"),
            _("A campaign is closed when everybody on its list has been visited."),
            tab="closed",
        ),
        Empty(
            _("No festival visits under way"),
            _(
                "The programme office or a host opens them when the days before a festival begin; "
                "you can then put recipients forward here."
            ),
        ),
    ),
)


def _waiting(asked):
    """Count those waiting on lists that are being delivered."""
    rows = asked.rows_in("waiting").filter(campaign__state__in=DELIVERING)
    return counted(rows, up_to=999)[0]


def _festival(recipient, asked):
    campaign = recipient.campaign
    return format_html('<a href="{}">{}</a>', campaign.get_absolute_url(), campaign.label)


def _visit(recipient, asked):
    if recipient.made:
        return cells.joined("", [_made(visit) for visit in recipient.made])
    if recipient.removed_at:
        return cells.under(gettext("Removed"), recipient.removed_reason)
    return ""


def _made(visit):
    names = f"{visit.first_cadre.name}{gettext(', ')}{visit.second_cadre.name}"
    return cells.under(cells.day(visit.visited_on), names)


def _brought(asked):
    """The value delivered by visits; amounts on lists are only planned."""
    made = CondolenceVisit.objects.standing().filter(recipient__in=asked.rows.order_by())
    return cells.yuan(made.aggregate(yuan=Sum(F("amount") + F("goods_value")))["yuan"])


SUMMARY = Export(sheets.SUMMARY, _("Export the summary"))

RECIPIENT_LIST = Listing(
    "outreach:condolence_recipients",
    "condolence/recipients/",
    _("Recipients"),
    RECIPIENTS_AT,
    Sort(_("newest first"), "put_forward_at"),
    way=((_("Festival visits"), "outreach:condolence"),),
    may_see=rules.may_see_campaigns,
    heading=lambda asked: gettext("Recipients of festival visits"),
    counts={"waiting": _waiting},
    sums=_brought,
    sums_in="visited",
    columns=(
        Col(_("Recipient"), "label", cells.together(cells.above(), "unit.name"), link=True),
        Col(_("Category of recipient"), "get_category_display"),
        Col(
            _("Yuan"),
            lambda recipient, asked: floatformat(recipient.value, "-2"),
            cells.together("goods", "get_source_display"),
            number=True,
        ),
        Col(_("Festival"), _festival),
        Col(_("Festival visit"), _visit),
    ),
    export=Export(
        sheets.REGISTER,
        _("Export the register of recipients"),
        "export_condolence",
        also={"outreach:export_condolence_summary": SUMMARY},
    ),
    empty=(
        Empty(
            _("Nobody waits for a visit"),
            _(
                "Once a list is approved, its recipients stand here until two people have been to "
                "see them."
            ),
            tab="waiting",
        ),
        Empty(
            _("No recipients here"),
            _(
                "Open a campaign and put recipients of your units forward; lists show no full "
                "names."
            ),
            button=Button(_("Festival visits"), "outreach:condolence"),
        ),
    ),
)
