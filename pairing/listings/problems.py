"""Prominent problems, each with its lead official."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pairing.filters.problems import BY_REVIEW, NEWEST, PROBLEMS_AT
from pairing.ledgers.problems import PROBLEM_LEDGER
from pairing.rules import problems as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import counted
from portal.rules import may_see_people


def _sorts(asked):
    if asked.tab == "due":
        return {"review": BY_REVIEW, "newest": NEWEST}
    return {"newest": NEWEST, "review": BY_REVIEW}


def _next_word(problem, asked):
    if not problem.is_open:
        return cells.day(problem.closed_on)
    if problem.next_review_on <= asked.today:
        return gettext("progress to be noted")
    return gettext("next word %(day)s") % {"day": cells.day(problem.next_review_on)}


PROBLEM_LIST = Listing(
    "pairing:problems",
    "problems/",
    _("Prominent problems"),
    PROBLEMS_AT,
    _sorts,
    area=Area.PAIRING,
    may_see=may_see_people,
    counts={"due": lambda asked: counted(asked.rows_in("due"), up_to=999)[0]},
    columns=(
        Col(_("Problem"), "title", cells.names("matters", "number_label"), link=True),
        Col(_("Place"), "place_label"),
        Col(
            pgettext_lazy("problems", "Lead official"),
            cells.either("official.name", _("to be named")),
            lambda problem, asked: problem.post if problem.official else "",
        ),
        Col(pgettext_lazy("problems", "Lead organ"), "organ.label"),
        Col(_("Lifted on"), "lifted_on", number=True, sort="newest"),
        state("state", _next_word),
    ),
    begin=Button(_("Lift a problem"), "pairing:lift_problem", rules.may_lift_problems),
    export=Export(PROBLEM_LEDGER, _("Export the ledger")),
    empty=(
        Empty(
            _("No problems here"),
            _(
                "A stuck matter is lifted from its page to a lead official, who keeps it "
                "until its matters are closed."
            ),
            begins=True,
        ),
    ),
)
