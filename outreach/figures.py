"""The numbers of going down that are kept while records change, each with its ledger."""

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

# More companions than this are one part: two digits keep their order as text.
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
        # By retinue, so that a norm of companions may change and every number stays right.
        part=LPad(
            Cast(Least("companion_count", Value(MOST_COMPANIONS)), CharField()), 2, Value("0")
        ),
        cell=_visit,
    )
)
MATTERS = register(
    Figure(
        "matters",
        _("Matters registered"),
        Matter,
        "outreach:matters",
        _matters,
        {"tab": "all"},
        P.READ_MATTERS,
        day="registered_on",
        from_to=("registered_from", "registered_to"),
        part="category",
        part_name="category",
        cell=lambda matter: (matter.category, matter.registered_on),
    )
)
MATTERS_ANSWERED = register(
    Figure(
        "matters_answered",
        _("Matters answered"),
        Matter,
        "outreach:matters",
        _matters,
        {"tab": "all", "answered": "yes"},
        P.READ_MATTERS,
        day="registered_on",
        from_to=("registered_from", "registered_to"),
        cell=lambda matter: (
            ("", matter.registered_on) if matter.stage in {Stage.CALL_BACK, Stage.CLOSED} else None
        ),
    )
)
MATTERS_CLOSED = register(
    Figure(
        "matters_closed",
        _("Matters closed"),
        Matter,
        "outreach:matters",
        _matters,
        {"tab": "closed"},
        P.READ_MATTERS,
        day="closed_on",
        from_to=("closed_from", "closed_to"),
        part="closure",
        part_name="closure",
        cell=lambda matter: (matter.closure, matter.closed_on) if matter.is_closed else None,
    )
)
MATTERS_ON_TIME = register(
    Figure(
        "matters_on_time",
        _("Matters closed in time"),
        Matter,
        "outreach:matters",
        _matters,
        {"tab": "closed", "on_time": "yes"},
        P.READ_MATTERS,
        day="closed_on",
        from_to=("closed_from", "closed_to"),
        cell=lambda matter: (
            ("", matter.closed_on) if matter.is_closed and not matter.was_late else None
        ),
    )
)
# By the day that they are due: what is overdue today, and by how much, is a sum of days.
MATTERS_OPEN = register(
    Figure(
        "matters_open",
        _("Open matters by deadline"),
        Matter,
        "outreach:matters",
        _matters,
        {"tab": "all", "open": "any"},
        P.READ_MATTERS,
        day="due_on",
        from_to=("due_from", "due_to"),
        part=OPEN_KIND,
        part_name="open",
        cell=lambda matter: None if matter.is_closed else (matter.open_kind, matter.due_on),
    )
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


# Asked by somebody outside the handling chain, drawn from all results: these alone are rates.
WORDS_OF_SAMPLE = _answers("words_sample", _("Words of independent call-backs"), "sample")
WORDS_OF_ALL = _answers("words_asked", _("Words of slips and call-backs"), "word")
