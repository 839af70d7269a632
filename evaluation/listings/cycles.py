"""Cycles, and the user's own appraisals in them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from evaluation.filters.cycles import CYCLES_AT, MINE_AT
from evaluation.models.cycles import CycleState as S
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission
from portal.rules import may_see_people


def _dates(first, last):
    """With years, since most cycles span two."""
    return lambda row, asked: f"{getattr(row, first)} – {getattr(row, last)}"


# {state: (what comes next, the field with its last day)}
NEXT = {
    S.OPEN: (_("Gather who is appraised, then begin collecting."), "ballots_until"),
    S.COLLECTING: (_("Ballots and words come in; then they are closed."), "ballots_until"),
    S.COMPUTING: (_("The portal computes; the office then checks."), ""),
    S.CHECKING: (_("The office checks the scores and publishes them."), ""),
    S.OBJECTION: (_("Objections can be made; then the cycle becomes final."), "objection_until"),
}


def next_of(cycle):
    """(what the cycle waits for, until when or None)."""
    words, field = NEXT.get(cycle.state, ("", ""))
    return words, getattr(cycle, field) if field else None


def _next(cycle, asked):
    words, until = next_of(cycle)
    return cells.under(words, cells.until(until), cells.day(until)) if until else words


NOT_YET = (
    _("No cycle is under way"),
    _(
        "A cycle appraises those who went down in its period by published schemes. They are "
        "gathered from the records and the masses and units are asked; then scores are computed, "
        "checked, open to objections and made final."
    ),
)

CYCLE_LIST = Listing(
    "evaluation:cycles",
    "cycles/",
    _("Cycles"),
    CYCLES_AT,
    Sort(_("newest first"), "starts_on"),
    area=Area.EVALUATION,
    may_see=may_see_people,
    keeps_filters=True,
    columns=(
        Col(_("Cycle"), "title", "organ.label", link=True),
        Col(_("Work of"), _dates("starts_on", "ends_on"), number=True),
        Col(_("Area"), cells.either("division.name", pgettext_lazy("batches", "everywhere"))),
        state("state", "final_on", "document"),
        Col(_("What comes next"), _next),
    ),
    begin=Button(_("Open a cycle"), "evaluation:open_cycle", Permission.MANAGE_EVALUATION),
    empty=(
        Empty(*NOT_YET, tab="running", begins=True),
        Empty(*NOT_YET, tab="running"),
        Empty(_("No cycles here"), _("Cycles that are over stay here with all their steps.")),
    ),
)


def _who(appraised, asked):
    kind = appraised.get_subject_display()
    return kind if appraised.subject == "cadre" else f"{kind} {appraised.name}"


OBJECTIONS = cells.said(_("objections until %(day)s"), day="cycle.objection_until")


def _state(appraised, asked):
    if appraised.left_out_reason:
        left_out = cells.state("withdrawn", pgettext("evaluation", "Left out"))
        return cells.under(left_out, appraised.left_out_reason)
    cycle = appraised.cycle
    return cells.under(
        cells.state(cycle.state, cycle.get_state_display()),
        OBJECTIONS(appraised, asked) if cycle.state == S.OBJECTION else "",
    )


MY_APPRAISALS = Listing(
    "evaluation:my_appraisals",
    "appraised/mine/",
    _("My appraisals"),
    MINE_AT,
    Sort(_("newest first"), "cycle__starts_on"),
    area=Area.EVALUATION,
    may_see=may_see_people,
    columns=(
        Col(_("Cycle"), "cycle.title", "organ_name", link=True),
        Col(pgettext_lazy("evaluation", "For whom"), _who),
        Col(_("Days served"), _dates("from_day", "to_day"), number=True),
        Col(_("Judged by"), "scheme.title", cells.said(_("version %(n)s"), n="scheme.version")),
        Col(_("State"), _state, bare=True),
    ),
    empty=(
        Empty(
            _("You are not in any cycle"),
            _(
                "Once a cycle appraises the days in which you went down, it stands here with the "
                "scheme you are judged by; your score follows when it is published."
            ),
        ),
    ),
)
