"""Reports, their library, problems, suggestions, and the register of topics."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, reading, state
from portal.pages.side_list import Area
from portal.pages.web import counted
from portal.rules import may_see_people
from research.filters import results as filters
from research.ledgers.problems import FOUND_PROBLEMS
from research.ledgers.register import RESEARCH_REGISTER

LEAD_ORGAN = Col(pgettext_lazy("research", "Lead organ"), "topic.lead_organ.label")
NOTHING = Empty(_("Nothing here"), _("Change the filters."), filtered=True)


def _number_in(tab):
    return {tab: lambda asked: counted(asked.rows_in(tab), up_to=999)[0]}


REPORT_LIST = Listing(
    "research:reports",
    "research/reports/",
    _("Reports of research"),
    filters.REPORTS_AT,
    filters.NEWEST_REPORT,
    area=Area.GOING_DOWN,
    may_see=may_see_people,
    counts=_number_in("review") | _number_in("reviewed"),
    columns=(
        Col(_("Subject of the report"), "title", "topic.title", link=True),
        LEAD_ORGAN,
        Col(_("Head of the group"), "topic.leader.name"),
        state(),
        Col(pgettext_lazy("research", "Decided on"), "decided_on", number=True),
    ),
    buttons=(Button(_("Library of results"), "research:library"),),
    empty=(
        NOTHING,
        Empty(
            _("No reports yet"),
            _("A report is begun on the page of its topic, once the work there has begun."),
        ),
    ),
)

LIBRARY = Listing(
    "research:library",
    "research/library/",
    _("Library of results"),
    filters.LIBRARY_AT,
    filters.NEWEST_IN_LIBRARY,
    area=Area.GOING_DOWN,
    may_see=may_see_people,
    columns=(
        Col(_("Subject of the report"), "title", link=True),
        LEAD_ORGAN,
        Col(pgettext_lazy("research", "Decided on"), "decided_on", number=True),
    ),
    empty=(
        NOTHING,
        Empty(
            _("The library is empty"),
            _("A decided report enters it when its lead organ publishes it."),
        ),
    ),
)


def _progress(problem, asked):
    if problem.matter_id:
        return problem.matter.number_label
    return problem.person.name if problem.person_id else ""


def _due(problem, asked):
    if problem.is_settled:
        return cells.day(problem.settled_on, asked.today) if problem.settled_on else ""
    return cells.until(problem.due_on, asked.today) if problem.due_on else ""


PROBLEM_LIST = Listing(
    "research:found_problems",
    "research/problems/",
    _("Problems found by research"),
    filters.PROBLEMS_AT,
    filters.NEWEST_PROBLEM,
    area=Area.GOING_DOWN,
    may_see=may_see_people,
    counts=_number_in("overdue"),
    columns=(
        Col(pgettext_lazy("research", "Problem"), "title", "topic.title", link=True),
        Col(pgettext_lazy("research", "Responsible organ"), "responsible_organ.label", _progress),
        Col(_("Found on"), "found_on", number=True),
        state("state", _due, words="state_label"),
    ),
    export=Export(FOUND_PROBLEMS, _("Export the list")),
    empty=(
        NOTHING,
        Empty(
            _("No found problems here"),
            _("What a topic finds is written down on its page, with who answers for it."),
        ),
    ),
)


def _answer_by(advice, asked):
    if advice.state == "sent":
        return cells.until(advice.answer_by, asked.today)
    return cells.day(advice.look_back_on, asked.today) if advice.look_back_on else ""


ADVICE_LIST = Listing(
    "research:suggestions",
    "research/suggestions/",
    _("Suggestions of research"),
    filters.ADVICE_AT,
    filters.NEWEST_ADVICE,
    area=Area.GOING_DOWN,
    may_see=may_see_people,
    counts=_number_in("sent") | _number_in("look_back"),
    columns=(
        Col(
            pgettext_lazy("research", "Suggestion"),
            "label",
            "topic.title",
            link=True,
        ),
        Col(_("Addressed to"), "addressed_to.label"),
        Col(pgettext_lazy("suggestions", "Raised on"), "raised_on", number=True),
        state("state", _answer_by),
    ),
    empty=(
        NOTHING,
        Empty(
            _("No suggestions here"),
            _("Suggestions of a topic are sent to an organ once its report is decided."),
        ),
    ),
)


REGISTER = Listing(
    "research:register",
    "research/register/",
    _("Research register"),
    filters.REGISTER_AT,
    filters.NEWEST_TOPIC,
    area=Area.GOING_DOWN,
    may_see=may_see_people,
    for_list=reading(
        "title source starts_on ends_on state",
        lead_organ="name short_name",
        leader="name",
    ),
    columns=(
        Col(pgettext_lazy("research", "Topic"), "title", link=True),
        Col(pgettext_lazy("research", "Source"), "get_source_display"),
        Col(pgettext_lazy("research", "Lead organ"), "lead_organ.label"),
        Col(_("Head of the group"), "leader.name"),
        Col(pgettext_lazy("research", "Days"), cells.days("starts_on", "ends_on")),
        state(),
    ),
    export=Export(RESEARCH_REGISTER, _("Export the register of research")),
    empty=(
        NOTHING,
        Empty(
            _("No topics yet"),
            _("A topic stands here once it is decided, with what came of it on the sheet."),
        ),
    ),
)
