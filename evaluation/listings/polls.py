"""The masses' ballots, by place."""

from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation.filters.polls import POLLS_AT
from evaluation.rules import polls as rules
from portal.models import Job
from portal.pages import cells
from portal.pages.listings import Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort


def _closing(asked):
    """The user's last closing job, if it is running or failed."""
    job = Job.objects.filter(owner=asked.user, kind="close_polls").order_by("-pk").first()
    if job is None or job.state == Job.State.DONE:
        return ""
    far = f" {job.done_count}/{job.total_count}" if job.total_count else ""
    said = [job.title, f"{job.get_state_display()}{far}", job.error]
    words = gettext(": ").join(filter(None, said))
    return cells.over(words) if job.state == Job.State.FAILED else words


# The tabs that show a number, and the largest number shown.
COUNTED, MOST = ("prepared", "open", "listed"), 999


def _number_in(tab):
    def number(asked):
        if tab not in asked.numbers:
            rows = asked.rows_in("all").filter(state__in=COUNTED).order_by()
            found = dict(rows.values_list("state").annotate(n=Count("pk")))
            asked.numbers.update({one: min(found.get(one, 0), MOST) for one in COUNTED})
        return asked.numbers[tab]

    return number


def _slips(poll, asked):
    return poll.issued if poll.is_closed else poll.codes_made or ""


def _returned(poll, asked):
    if poll.is_closed:
        return poll.returned
    if poll.state == "listed":
        return poll.codes_used
    if poll.state != "open":
        return ""
    n = poll.turnout
    return gettext("%(n)s or more") % {"n": n} if n else gettext("fewer than 5")


POLL_LIST = Listing(
    "evaluation:polls",
    "evaluation/polls/",
    _("The masses' ballots"),
    POLLS_AT,
    {
        "place": Sort(_("official order"), "unit__sort_order", descending=False),
        "newest": Sort(_("newest first"), "cycle__starts_on"),
    },
    area=Area.EVALUATION,
    may_see=rules.may_read_polls,
    keeps_filters=True,
    hint=_closing,
    counts={tab: _number_in(tab) for tab in COUNTED},
    columns=(
        Col(_("Place"), "unit.name", cells.above(), link=True),
        Col(
            _("Cycle"),
            "cycle.title",
            cells.said(_("ballots until %(day)s"), day="cycle.ballots_until"),
        ),
        Col(_("Roster"), cells.either("roster_size", cells.NONE), number=True),
        Col(_("Slips"), _slips, number=True),
        Col(_("Ballots returned"), _returned, number=True),
        state(),
    ),
    empty=(
        Empty(
            _("No polls here"),
            _(
                "When a cycle begins to collect, each unit where somebody appraised serves gets a "
                "poll."
            ),
        ),
    ),
)
