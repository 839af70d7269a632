"""The burden panel: what villages are asked, by organs and by this portal itself.

Nothing is about a person, and nobody is ranked.

What the dashboard counts already comes from there (`dashboard.costs`); what is added here is either
counted from records, or from the code.
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
    """A line of the panel: what, how much, and what it is measured against."""

    label: str
    value: str
    note: str = ""
    is_over: bool = False


# --- What is asked --------------------------------------------------------------------------------


def asked(scope, days):
    """Replies that notices asked for, days of notice, requests in force."""
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
    """Working days between publishing and the day of the reply, as the asked organs had them."""
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
    """A form of the portal: its fields, and those that must be filled in."""

    label: str
    mandatory: int
    fields: int


def forms():
    """Every form, as the code has it, by its title; those that ask most come by their title too."""
    return list(_forms(get_language()))


@cache
def _forms(_language):
    # By the first act that asks by it: several acts may share a form.
    found = {VisitForm: _("Visit"), NewMatterForm: _("New matter")}
    for move in MOVES.values():
        found.setdefault(move.form, str(move.label))
    for _acts, act in ACTS.values():
        # A form that depends on the record corrects what another form of the list asked.
        if isinstance(act.form, type):
            found.setdefault(act.form, str(act.label))
    asked = (FormAsks(label, *_asked_by(form)) for form, label in found.items())
    return tuple(sorted(asked, key=lambda one: one.label))


def _asked_by(form):
    """(mandatory fields, all fields), without what the page fills in itself."""
    shown = [one for one in form.base_fields.values() if not one.widget.is_hidden]
    return sum(one.required for one in shown), len(shown)


@dataclass(frozen=True)
class SheetFilled:
    """A sheet: how many of its columns the portal fills. As each row has each column, their share
    is that of its cells."""

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
    """What this portal asks, and what is said about it; numbers that anybody may read."""
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
    """How many there are and what became of them, for everybody; nobody's words."""
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
