"""Plans and their tasks."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oversight.filters.plans import ITEMS_AT, PLANS_AT
from oversight.ledgers.plans import PLAN_LEDGER
from oversight.models.plans import Standing
from oversight.rules import plans as rules
from portal import parameters
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort, by_day, counted

SORTS = by_day("first_year")
BY_DEADLINE = {
    "due": Sort(_("by deadline"), "due_on", descending=False),
    "due_last": Sort(_("latest deadline first"), "due_on"),
}

PLAN_LIST = Listing(
    "oversight:plans",
    "oversight/plans/",
    _("Plans"),
    PLANS_AT,
    SORTS,
    area=Area.EVALUATION,
    may_see=rules.may_see_plans,
    counts={"draft": lambda asked: asked.number_in("draft")},
    columns=(
        Col(pgettext_lazy("plans", "Years"), "years_label", number=True, sort="newest oldest"),
        Col(pgettext_lazy("plans", "Title"), "title", "get_kind_display", link=True, bare=True),
        Col(pgettext_lazy("plans", "Organ"), "organ.label"),
        Col(_("Document number"), "document"),
        state(),
    ),
    begin=Button(_("Draft a plan"), "oversight:new_plan", rules.may_draft_plans),
    buttons=(Button(_("Tasks of all plans"), "oversight:plan_items"),),
    empty=(
        Empty(
            _("No plans here"),
            _("A plan of three to five years, or the main points of a year with their tasks."),
            begins=True,
        ),
        Empty(_("No plans here"), _("Plans stand here once they are issued.")),
    ),
)


def standing_of(item, on, *, is_begun):
    """Return the standing of an item. A sentence on any quarter counts as begun."""
    near = parameters.number("plan.near_days", on=on)
    return item.stands(on, near=near, is_begun=is_begun)


def _standing_now(item, asked):
    return standing_of(item, asked.today, is_begun=bool(item.last_words))


def _standing(item, asked):
    standing = _standing_now(item, asked)
    return cells.state(standing, standing.label)


def _progress(item, asked):
    if not item.is_counted:
        return item.last_words or gettext("a sentence a quarter")
    if item.whole is None:
        return gettext("not counted yet")
    if not item.whole:
        return gettext("nothing to count yet")
    words = gettext("%(done)s of %(whole)s · %(share)s%% · goal %(target)s%%")
    named = {"done": item.done, "whole": item.whole, "share": item.share, "target": item.target}
    return words % named


def _due(item, asked):
    is_open = _standing_now(item, asked) not in (Standing.DONE, Standing.CANCELLED)
    return cells.until(item.due_on, asked.today) if is_open else ""


ITEM_LIST = Listing(
    "oversight:plan_items",
    "oversight/items/",
    _("Tasks of plans"),
    ITEMS_AT,
    BY_DEADLINE,
    area=Area.EVALUATION,
    may_see=rules.may_see_plans,
    counts={"late": lambda asked: counted(asked.rows_in("late"), up_to=999)[0]},
    columns=(
        Col(pgettext_lazy("plans", "Task"), "task", "point", "plan.title", link=True, bare=True),
        Col(_("Lead organ and official"), "lead_organ.label", "official.name"),
        Col(pgettext_lazy("plans", "Progress"), _progress),
        Col(
            pgettext_lazy("plans", "To be done by"),
            "due_on",
            _due,
            number=True,
            sort="due due_last",
        ),
        Col(pgettext_lazy("plans", "State"), _standing, bare=True),
    ),
    export=Export(PLAN_LEDGER, _("Export the sheet of responsibility")),
    empty=(
        Empty(
            _("No tasks here"),
            _("The tasks of plans in force stand here, with who leads them and until when."),
        ),
    ),
)
