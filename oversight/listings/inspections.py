"""Inspections and their findings."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oversight.filters.inspections import FINDINGS_AT, INSPECTIONS_AT, NEWEST, NEWEST_FOUND
from oversight.ledgers.findings import FINDING_LEDGER
from oversight.rules import inspections as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import counted

INSPECTION_LIST = Listing(
    "oversight:inspections",
    "inspections/",
    _("Inspections"),
    INSPECTIONS_AT,
    NEWEST,
    area=Area.EVALUATION,
    may_see=rules.may_see_inspections,
    counts={"running": lambda asked: asked.number_in("running")},
    columns=(
        Col(_("From and to"), cells.days("starts_on", "ends_on"), number=True),
        Col(
            pgettext_lazy("inspections", "What is inspected"),
            "title",
            "kind_label",
            link=True,
            bare=True,
        ),
        Col(pgettext_lazy("inspections", "Carried out by"), "organ.label"),
        Col(pgettext_lazy("inspections", "Head of the group"), "head.name"),
        state(),
    ),
    begin=Button(_("Plan an inspection"), "oversight:plan_inspection", rules.may_plan_inspections),
    empty=(
        Empty(
            _("No inspections here"),
            _("A supervisor drafts the plan; the leader named in it approves it."),
            begins=True,
        ),
        Empty(
            _("No inspections here"),
            _(
                "Inspections that you belong to stand here, and those of your organ once the facts "
                "are checked with it."
            ),
        ),
    ),
)


def _due(finding, asked):
    if finding.is_settled or finding.due_on is None:
        return ""
    if finding.due_on < asked.today:
        late = (asked.today - finding.due_on).days
        return gettext("%(n)s days late") % {"n": late}
    return gettext("by %(day)s") % {"day": cells.day(finding.due_on)}


FINDING_LIST = Listing(
    "oversight:findings",
    "inspections/findings/",
    _("Findings of inspections"),
    FINDINGS_AT,
    NEWEST_FOUND,
    area=Area.EVALUATION,
    may_see=rules.may_see_inspections,
    counts={"recheck": lambda asked: counted(asked.rows_in("recheck"), up_to=999)[0]},
    columns=(
        Col(pgettext_lazy("findings", "Problem"), "title", "inspection.title", link=True),
        Col(pgettext_lazy("oversight", "Responsible organ"), "organ.label"),
        Col(pgettext_lazy("findings", "Kind"), "get_kind_display"),
        Col(pgettext_lazy("oversight", "Found on"), "found_on", number=True),
        state("state", _due),
    ),
    export=Export(FINDING_LEDGER, _("Export the ledger")),
    empty=(
        Empty(
            _("No findings here"),
            _("What an inspection finds stands here until it is put right and written off."),
        ),
    ),
)
