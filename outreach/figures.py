"""The figures of outreach that are updated with each change, each linked to its ledger."""

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Least, LPad, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.filters.matters import MatterFilter, in_tab
from outreach.filters.visits import VisitFilter
from outreach.filters.words import WordFilter
from outreach.models import FollowUp, Matter, Visit
from outreach.models.matters import OPEN_KIND, Stage
from portal.roles import Permission as P
from portal.sheets.figures import Figure, register

# Larger groups share one part: two digits keep their order when sorted as text.
MOST_COMPANIONS = 99


def _visits(user, query):
    rows = Visit.objects.visible_to(user) if user else Visit.objects.all()
    return VisitFilter(query, queryset=rows.standing(), user=user).qs


def _matters(user, query):
    rows = Matter.objects.visible_to(user) if user else Matter.objects.all()
    return in_tab(MatterFilter(query, queryset=rows, user=user).qs, query["tab"], user)


def _words(user, query):
    rows = FollowUp.objects.readable_by(user) if user else FollowUp.objects.answered()
    return WordFilter(query, queryset=rows, user=user).qs


def _visit(visit):
    if visit.voided_at:
        return None
    return f"{min(visit.companion_count, MOST_COMPANIONS):02d}", visit.visited_on


VISITS = register(
    Figure(
        "visits",
        _("Visits"),
        Visit,
        "outreach:visits",
        _visits,
        {},
        P.READ_VISITS,
        day="visited_on",
        from_to=("visited_from", "visited_to"),
        # Keyed by number of companions, so that figures stay right when the norm changes.
        part=LPad(
            Cast(Least("companion_count", Value(MOST_COMPANIONS)), CharField()), 2, Value("0")
        ),
        cell=_visit,
        # Those who lighten the burden of villages need to know what visits cost them.
        counted_for=(P.ADMIT_REQUESTS,),
    )
)


def _matter_figure(code, title, query, day, cell, *, part="", of=None):
    """Register a figure of matters by a day column, such as `closed_on`. `part` is its name in the
    address, and also the column unless `of` is given."""
    name = day.removesuffix("_on")
    figure = Figure(
        code,
        title,
        Matter,
        "outreach:matters",
        _matters,
        query,
        P.READ_MATTERS,
        day=day,
        from_to=(f"{name}_from", f"{name}_to"),
        part=of or part or None,
        part_name=part,
        cell=cell,
    )
    return register(figure)


def _answered(matter):
    is_answered = matter.stage in {Stage.CALL_BACK, Stage.CLOSED}
    return ("", matter.registered_on) if is_answered else None


def _dated(matter):
    return ("", matter.closed_on) if matter.is_closed and matter.has_deadline else None


def _on_time(matter):
    return None if matter.is_closed and matter.was_late else _dated(matter)


MATTERS = _matter_figure(
    "matters",
    _("Matters registered"),
    {"tab": "all"},
    "registered_on",
    lambda matter: (matter.category, matter.registered_on),
    part="category",
)
MATTERS_ANSWERED = _matter_figure(
    "matters_answered",
    _("Matters answered"),
    {"tab": "all", "answered": "yes"},
    "registered_on",
    _answered,
)
MATTERS_CLOSED = _matter_figure(
    "matters_closed",
    _("Matters closed"),
    {"tab": "closed"},
    "closed_on",
    lambda matter: (matter.closure, matter.closed_on) if matter.is_closed else None,
    part="closure",
)
# The denominator of the on-time share. Matters without a deadline in an old ledger are neither in
# time nor late.
MATTERS_DATED = _matter_figure(
    "matters_dated",
    _("Matters closed that had a deadline of their own"),
    {"tab": "closed", "dated": "yes"},
    "closed_on",
    _dated,
)
MATTERS_ON_TIME = _matter_figure(
    "matters_on_time",
    _("Matters closed in time"),
    {"tab": "closed", "on_time": "yes"},
    "closed_on",
    _on_time,
)
# Keyed by due day: overdue matters, and by how much, are sums over days.
MATTERS_OPEN = _matter_figure(
    "matters_open",
    _("Open matters by deadline"),
    {"tab": "all", "open": "any"},
    "due_on",
    lambda matter: None if matter.is_closed else (matter.open_kind, matter.due_on),
    part="open",
    of=OPEN_KIND,
)


def _answers(code, title, kind):
    def cell(follow_up):
        if follow_up.kind != kind or not follow_up.answered_at:
            return None
        return follow_up.word, timezone.localdate(follow_up.answered_at)

    return register(
        Figure(
            code,
            title,
            FollowUp,
            "outreach:words",
            _words,
            {"kind": kind},
            P.READ_MATTERS,
            day=TruncDate("answered_at"),
            from_to=("answered_from", "answered_to"),
            part="word",
            part_name="word",
            cell=cell,
            via="matter__",
        )
    )


# Drawn from all results and asked by somebody outside the handling chain: only these answers yield
# rates.
WORDS_OF_SAMPLE = _answers("words_sample", _("Words of independent call-backs"), "sample")
WORDS_OF_ALL = _answers("words_asked", _("Words of slips and call-backs"), "word")
