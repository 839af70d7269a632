"""Stays, leave, and stay reports."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.filters.stays import LEAVES_AT, REPORTS_AT, STAYS_AT
from outreach.ledgers.stays import MONTH_LEDGER, REPORT_LEDGER, STAY_LEDGER
from outreach.rules.stay_months import may_decide_leave
from outreach.rules.stays import may_export_stays
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, reading, state
from portal.pages.side_list import Area
from portal.pages.web import Sort, by_day
from portal.roles import Permission as P

BY_FIRST_DAY = by_day("starts_on")
# Default sorts of tabs with few rows.
FIRST_SORTS = {
    "to_begin": {"to_begin": Sort(_("by first day"), "starts_on", descending=False)},
    "ending": {"ending": Sort(_("by last day"), "ends_on", descending=False)},
}
STAYS = ((_("Stays"), "outreach:stays"),)
LEAVE = pgettext_lazy("stays", "Leave")
# Used by the page on which months are attested.
MONTH_EXPORT = Export(MONTH_LEDGER, _("Export the monthly sheet"), may=may_export_stays)


def _kind(stay, asked):
    leads = gettext("leads the team") if stay.is_leader else ""
    return cells.joined(" · ", [stay.get_kind_display(), leads])


STAY_LIST = Listing(
    "outreach:stays",
    "stays/",
    _("Stays"),
    STAYS_AT,
    lambda asked: FIRST_SORTS.get(asked.tab, {}) | BY_FIRST_DAY,
    area=Area.STAYS,
    for_list=reading(
        "kind is_leader post programme document state starts_on ends_on ended_on",
        cadre="name",
        organ="name short_name",
        unit="name",
        host_organ="name short_name",
    ),
    columns=(
        Col(_("Cadre"), "cadre.name", "organ.label", "post", link=True),
        Col(_("Place"), "unit.name", "host_organ.label", bare=True),
        Col(_("Kind"), _kind, "programme", bare=True),
        Col(
            _("From – to"),
            cells.days("starts_on", "last_day"),
            "document",
            number=True,
            bare=True,
            sort="ending newest oldest",
        ),
        Col(_("State"), cells.stands, bare=True),
    ),
    buttons=(
        Button(_("Who is where"), "outreach:stay_timeline"),
        Button(_("Coverage"), "outreach:stay_coverage", P.READ_STAYS),
        Button(_("Months of stays"), "outreach:stay_months"),
        Button(LEAVE, "outreach:leaves"),
        Button(_("Stay reports"), "outreach:stay_reports"),
    ),
    begin=Button(_("Publish a stay"), "outreach:new_stay", P.MANAGE_STAYS),
    export=Export(STAY_LEDGER, _("Export the register of stays"), may=may_export_stays),
    empty=(
        Empty(
            _("No stay ends soon"),
            _(
                "Stays with their last day in the next weeks stand here, so that the work is "
                "handed over in time."
            ),
            tab="ending",
        ),
        Empty(
            _("No stays here"),
            _("A stay is published with its approval document; those that ran stay here."),
            begins=True,
        ),
        Empty(
            _("No stays here"),
            _(
                "Stays of your organ, at your units and your own stand here once they are "
                "published."
            ),
        ),
    ),
)


REPORT_LIST = Listing(
    "outreach:stay_reports",
    "stay-reports/",
    _("Stay reports"),
    REPORTS_AT,
    Sort(_("newest first"), "created_at"),
    way=STAYS,
    columns=(
        Col(_("Report"), "title", "stay.cadre.name", "stay.organ.label", link=True),
        Col(_("Place"), "stay.place_label", cells.days("starts_on", "ends_on"), bare=True),
        Col(_("Handed in"), "handed_in_on", number=True),
        state(),
    ),
    export=Export(REPORT_LEDGER, _("Export the list of reports"), may=may_export_stays),
    empty=(
        Empty(
            _("No stay reports here"),
            _(
                "A cadre writes a report on the page of the stay; it stands here once it is handed "
                "in."
            ),
        ),
    ),
)


DAYS = ngettext_lazy("%(n)s day", "%(n)s days", "n")


def _decide(page, asked):
    for leave in page:
        leave.deciding = may_decide_leave(asked.user, leave)


def _cadre(leave, asked):
    return cells.link(leave.stay, leave.stay.cadre.name, leave.stay.place_label)


def _decided(leave, asked):
    if not leave.decided_by:
        return ""
    return f"{cells.day(leave.decided_at)} · {leave.decided_by.name}"


def _to_do(leave, asked):
    """A button to decide, or the reason why this reader may not."""
    if leave.deciding:
        to, label = reverse("outreach:decide_leave", args=[leave.pk]), gettext("Decide on it")
        return format_html('<a class="button small-button" href="{}">{}</a>', to, label)
    return cells.under("", leave.deciding.refusal if leave.state == "asked" else "")


LEAVE_LIST = Listing(
    "outreach:leaves",
    "stays/leave/",
    LEAVE,
    LEAVES_AT,
    BY_FIRST_DAY,
    way=STAYS,
    for_list=lambda rows, asked: rows.select_related(
        "stay__cadre", "stay__unit", "stay__township", "stay__host_organ", "decided_by"
    ),
    load=_decide,
    columns=(
        Col(_("Cadre"), _cadre),
        Col(
            _("Days"),
            cells.days("starts_on", "ends_on"),
            cells.said(DAYS, n="days"),
            number=True,
            bare=True,
            sort="newest oldest",
        ),
        Col(
            _("Kind of leave"),
            "get_kind_display",
            cells.said(_("stands by: %(name)s"), name="stand_by"),
            bare=True,
        ),
        state("state", _decided, words="state_label"),
        Col(_("What you can do"), _to_do, silent=True),
    ),
    empty=(
        Empty(
            _("No leave here"),
            _("Leave is asked for on the page of the stay and decided by a second person."),
        ),
    ),
)
