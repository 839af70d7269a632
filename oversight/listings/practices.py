"""The library of practices, with search, and practices not yet in it."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from oversight.filters.practices import PRACTICES_AT
from oversight.ledgers.practices import PRACTICE_LEDGER
from oversight.rules import practices as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Export, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort

NEWEST = Sort(pgettext_lazy("oversight", "newest first"), "created_at")


def _suits(practice, asked):
    return gettext(", ").join(map(str, practice.unit_kind_labels))


def _rule(practice, asked):
    if not practice.has_rule or not practice.rule.is_issued:
        return ""
    return practice.rule.document


def _until(practice, asked):
    if not practice.has_rule or not practice.rule.is_issued:
        return ""
    rule = practice.rule
    if not rule.holds(asked.today):
        return cells.over(gettext("not in force"))
    return cells.day(rule.valid_to, asked.today) if rule.valid_to else gettext("without an end")


PRACTICE_LIST = Listing(
    "oversight:practices",
    "oversight/practices/",
    _("Practices"),
    PRACTICES_AT,
    NEWEST,
    area=Area.EVALUATION,
    may_see=rules.may_see_practices,
    columns=(
        Col(
            pgettext_lazy("practices", "Practice"),
            "name",
            "number_label",
            lambda one, asked: cells.short(str(one.problem), 40),
            link=True,
            bare=True,
        ),
        Col(_("Suits"), _suits),
        Col(pgettext_lazy("practices", "Organ"), "organ.label", "unit.name"),
        Col(_("Document number"), "document"),
        Col(pgettext_lazy("practices", "Rule"), _rule, _until),
        state(),
    ),
    begin=Button(_("Write a practice down"), "oversight:new_practice", rules.may_write_practices),
    export=Export(PRACTICE_LEDGER, pgettext_lazy("practices", "Export the register")),
    empty=(
        Empty(_("No practice fits"), _("Search by a word, or look at all kinds."), filtered=True),
        Empty(
            _("No practices here"),
            _(
                "What works may be written down by anybody; it is tried elsewhere before it is "
                "spread."
            ),
            begins=True,
        ),
        Empty(_("No practices here"), _("Practices stand here once they are spread.")),
    ),
)
