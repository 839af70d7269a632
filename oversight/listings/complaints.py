"""Complaints and suggestions about the portal."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.overview.dashboard import Period
from oversight import burden
from oversight.filters.complaints import COMPLAINTS_AT
from oversight.ledgers.complaints import COMPLAINT_LEDGER
from portal.models.text import shown
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P

SHOWN = 60


def _text(complaint, asked):
    return cells.link(complaint, cells.short(shown(complaint.text), SHOWN))


def _writer(complaint, asked):
    return gettext("anonymous") if complaint.is_anonymous else complaint.author.name


def _due(complaint, asked):
    return cells.until(complaint.due_on) if complaint.is_open else ""


def _counted(asked):
    """Number of complaints and their outcomes, visible to everybody (DOMAIN-NEXT K)."""
    today = asked.today
    (line,) = burden.complaints(Period(today.replace(month=1, day=1), today))
    return gettext("This year %(n)s in all: %(note)s.") % {"n": line.value, "note": line.note}


COMPLAINT_LIST = Listing(
    "oversight:complaints",
    "complaints/",
    _("Complaints and suggestions"),
    COMPLAINTS_AT,
    Sort(pgettext_lazy("oversight", "newest first"), "received_on"),
    area=Area.EVALUATION,
    intro=_counted,
    counts={"open": lambda asked: asked.number_in("open")},
    columns=(
        Col(_("Number"), "number_label", "received_on", number=True),
        Col(pgettext_lazy("complaints", "What it is"), "get_kind_display"),
        Col(pgettext_lazy("complaints", "What it is about"), _text, bare=True),
        Col(pgettext_lazy("complaints", "From"), _writer),
        Col(pgettext_lazy("complaints", "Answer until"), _due),
        state(),
    ),
    begin=Button(_("Complaint or suggestion about the portal"), "oversight:new_complaint"),
    below=(Button(_("By query code"), "oversight:complaint_by_code"),),
    export=Export(
        COMPLAINT_LEDGER,
        _("Export the register of complaints"),
        may=lambda user: user.holds(P.EXPORT) and user.holds(P.RECEIVE_COMPLAINTS),
        tabs=("open", "all"),
    ),
    empty=(
        Empty(
            _("No complaints here"),
            _("What you write about this portal stands here with its answer."),
            begins=True,
        ),
        Empty(_("No complaints here"), _("Complaints about this portal stand here.")),
    ),
)
