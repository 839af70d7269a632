"""The burden panel: what villages are asked for, by organs and by this portal itself.

Nothing is about a person, and nobody is ranked.

What the dashboard already counts is taken from there (`dashboard.costs`); the rest is counted from
records or derived from the code.
"""

from dataclasses import dataclass
from functools import cache
from statistics import median

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from outreach.forms.matters import NewMatterForm
from outreach.forms.visits import VisitForm
from outreach.models import NoticeAddressee
from outreach.moves import MOVES
from oversight.held import is_filled
from oversight.models import DataRequest, PortalComplaint
from oversight.models.complaints import OPEN, Adopted, Rating
from oversight.own_requests import own_requests
from portal import parameters
from portal.days import workdays
from portal.pages.acts import ACTS
from portal.sheets import ledgers
from portal.sheets.wording import worded
from portal.trust import wall


@dataclass(frozen=True)
class Fact:
    """A line of the panel: label, value, and a note for comparison."""

    label: str
    value: str
    note: str = ""
    is_over: bool = False


# --- What is asked --------------------------------------------------------------------------------


def asked(scope, days):
    """Replies requested by notices, days of notice, requests in force."""
    rows = NoticeAddressee.objects.filter(
        notice__published_on__range=(days.first, days.last)
    ).exclude(notice__asks="none")
    if scope.division:
        rows = rows.filter(organ__division__path__startswith=scope.division.path)
    if limit := scope.organ or scope.host:
        rows = rows.filter(organ__path__startswith=limit.path)
    counted = rows.order_by().values_list("notice__published_on", "notice__reply_due_on")
    with wall.as_system("of how many organs notices asked something"):
        counted = list(counted.annotate(n=Count("pk")))
    replies = sum(n for _first, _due, n in counted)
    facts = [Fact(_("Replies asked of organs"), str(replies), _("one organ, one notice"))]
    if counted:
        facts.append(_notice_given(counted, days.judged_on(scope.user.today)))
    on = min(days.last, scope.user.today)
    admitted = DataRequest.objects.in_force(on).aggregate(
        n=Count("pk", distinct=True),
        columns=Count("items"),
        held=Count("items", filter=~Q(items__held_in="")),
    )
    note = _("%(columns)s columns, %(held)s of them struck, because the portal holds them")
    facts.append(Fact(_("Requests for data in force"), str(admitted["n"]), note % admitted))
    return facts


def _notice_given(counted, on):
    """Working days between publication and due date of a notice, weighted by the organs asked."""
    least = parameters.number("requests.ahead_wd", on=on)
    given = {
        pair: workdays.working_days_between(*pair)
        for pair in {(first, due) for first, due, _n in counted}
    }
    each = [given[first, due] for first, due, n in counted for _one in range(n)]
    short = sum(one < least for one in each)
    note = _("median; %(short)s of %(all)s had less than %(least)s")
    note %= {"short": short, "all": len(each), "least": least}
    return Fact(_("Working days of notice"), f"{median(each):g}", note, short > 0)


# --- This portal itself ---------------------------------------------------------------------------


@dataclass(frozen=True)
class FormAsks:
    """A form of the portal, with its number of fields and of mandatory fields."""

    label: str
    mandatory: int
    fields: int


def forms():
    """Return every form known to the code, sorted by title."""
    return list(_forms(get_language()))


@cache
def _forms(_language):
    # Labelled by the first act that uses it: several acts may share a form.
    found = {VisitForm: _("Visit"), NewMatterForm: _("New matter")}
    for move in MOVES.values():
        found.setdefault(move.form, str(move.label))
    for _acts, act in ACTS.values():
        # A callable builds its form from the record: it corrects what a form counted here has
        # asked.
        if isinstance(act.form, type):
            found.setdefault(act.form, str(act.label))
    asked = (FormAsks(label, *_asked_by(form)) for form, label in found.items())
    return tuple(sorted(asked, key=lambda one: one.label))


def _asked_by(form):
    """Return (mandatory fields, all fields), without hidden ones, which the page fills in."""
    shown = [one for one in form.base_fields.values() if not one.widget.is_hidden]
    return sum(one.required for one in shown), len(shown)


@dataclass(frozen=True)
class SheetFilled:
    """A sheet with the number of columns that the portal fills. Each row has every column, so the
    share of columns is the share of cells."""

    title: str
    filled: int
    columns: int

    @property
    def share(self):
        return round(100 * self.filled / self.columns)


def sheets():
    found = []
    for ledger in ledgers.in_use().values():
        if columns := getattr(ledger, "columns", ()):
            found.append(
                SheetFilled(worded(ledger.title), sum(map(is_filled, columns)), len(columns))
            )
    return sorted(found, key=lambda one: one.title)


def of_the_portal(user, days):
    """What this portal asks for, and complaints about it; figures that anybody may read."""
    every, filled = forms(), sheets()
    mandatory = sum(one.mandatory for one in every)
    all_fields = sum(one.fields for one in every)
    cells, columns = sum(one.filled for one in filled), sum(one.columns for one in filled)
    own = own_requests(user, days.first, days.last)
    said = complaints(days)
    facts = [
        Fact(
            _("Mandatory fields in a form, on average"),
            f"{mandatory / len(every):.1f}",
            _("%(mandatory)s of %(fields)s fields in %(forms)s forms")
            % {"mandatory": mandatory, "fields": all_fields, "forms": len(every)},
        ),
        Fact(
            _("Cells of official sheets that the portal fills"),
            f"{100 * cells / columns:.0f}%",
            _("%(filled)s of %(columns)s columns in %(sheets)s sheets")
            % {"filled": cells, "columns": columns, "sheets": len(filled)},
        ),
        Fact(
            _("What this portal itself asks"),
            str(len(own)),
            _("%(n)s of them without admission") % {"n": sum(not one.number for one in own)},
        ),
    ]
    return facts + said


def complaints(days):
    """Number of complaints and their outcomes, visible to everybody; without texts."""
    rows = PortalComplaint.objects.filter(received_on__range=(days.first, days.last))
    with wall.as_system("how many complaints there were"):
        n = rows.aggregate(
            all=Count("pk"),
            open=Count("pk", filter=Q(state__in=OPEN)),
            adopted=Count("pk", filter=Q(adopted__in=(Adopted.YES, Adopted.PARTLY))),
            rated=Count("pk", filter=~Q(rating="")),
            unsatisfied=Count("pk", filter=Q(rating=Rating.UNSATISFIED)),
        )
    note = _("%(open)s open, %(adopted)s adopted; %(unsatisfied)s not satisfied of %(rated)s rated")
    return [Fact(_("Complaints and suggestions about it"), str(n["all"]), note % n)]
