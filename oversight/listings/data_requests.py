"""Requests for data, and unadmitted requests."""

from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oversight.filters.data_requests import REQUESTS_AT, UNADMITTED_AT
from oversight.ledgers.data_requests import REQUEST_LEDGER
from oversight.rules import data_requests as rules
from portal import parameters
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort

NEWEST = Sort(pgettext_lazy("oversight", "newest first"), "starts_on")


def _state(request, asked):
    standing = request.standing(asked.today)
    return cells.state(standing.value, standing.label)


def _columns(request, asked):
    n = request.column_count
    held = gettext("%(n)s held already") % {"n": request.held_count} if request.held_count else ""
    return cells.under(ngettext("%(n)s column", "%(n)s columns", n) % {"n": n}, held)


def _with_counts(rows, asked):
    return rows.for_list().with_column_counts()


def _intro(asked):
    words = _("Admitted by %(approver)s. A request expires by itself; nobody need answer it then.")
    return words % {"approver": parameters.text("requests.approver", on=asked.today)}


REQUEST_LIST = Listing(
    "oversight:data_requests",
    "data-requests/",
    _("Requests for data"),
    REQUESTS_AT,
    NEWEST,
    area=Area.EVALUATION,
    may_see=rules.may_see_requests,
    for_list=_with_counts,
    intro=_intro,
    counts={"to_decide": lambda asked: asked.number_in("to_decide")},
    columns=(
        Col(_("From and to"), cells.days("starts_on", "ends_on"), number=True),
        Col(
            pgettext_lazy("data requests", "What is asked"), "title", "number", link=True, bare=True
        ),
        Col(pgettext_lazy("data requests", "Asked by"), "organ.label", "get_kind_display"),
        Col(_("Who fills it in"), "asked_of", "get_frequency_display"),
        Col(pgettext_lazy("data requests", "Columns"), _columns),
        Col(_("State"), _state, bare=True),
    ),
    begin=Button(_("Apply for a request"), "oversight:new_data_request", rules.may_apply),
    buttons=(
        Button(_("Somebody asks without admission"), "oversight:tell_unadmitted", rules.may_tell),
        Button(
            _("Asked without admission"), "oversight:unadmitted_requests", rules.may_see_unadmitted
        ),
    ),
    below=(Button(_("What this portal itself asks"), "oversight:own_requests"),),
    export=Export(REQUEST_LEDGER, _("Export the register of admissions")),
    empty=(
        Empty(
            _("No requests here"),
            _("An organ applies before it asks the grassroots for a form, a sheet or figures."),
            begins=True,
        ),
        Empty(
            _("No requests here"),
            _("What is admitted stands here, with the day on which it expires."),
        ),
    ),
)

UNADMITTED_LIST = Listing(
    "oversight:unadmitted_requests",
    "unadmitted/",
    _("Asked without admission"),
    UNADMITTED_AT,
    Sort(pgettext_lazy("oversight", "newest first"), "asked_on"),
    area=Area.EVALUATION,
    way=((_("Requests for data"), "oversight:data_requests"),),
    may_see=rules.may_see_unadmitted,
    intro=_("Told by townships and other hosts. Who said so is not kept."),
    columns=(
        Col(_("On which day"), "asked_on", number=True),
        Col(_("Who asked"), "organ.label", link=True, bare=True),
        Col(_("What was asked, and how"), "text"),
        Col(pgettext_lazy("data requests", "What came of it"), "outcome", "settled_on"),
    ),
    empty=(
        Empty(
            _("Nothing was told"),
            _("What hosts tell is asked without admission stands here."),
        ),
    ),
)
