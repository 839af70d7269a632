"""Official papers."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.filters.papers import PAPERS_AT
from oversight.rules import papers as rules
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.rules import may_see_people

NEWEST = Sort(pgettext_lazy("oversight", "newest first"), "created_at")

PAPER_LIST = Listing(
    "oversight:papers",
    "papers/",
    _("Official papers"),
    PAPERS_AT,
    NEWEST,
    area=Area.EVALUATION,
    may_see=may_see_people,
    columns=(
        Col(pgettext_lazy("papers", "Title"), "title", "get_kind_display", link=True, bare=True),
        Col(_("Document number"), "number_label"),
        Col(_("Issuing organ"), "organ.label", "written_by.name"),
        Col(pgettext_lazy("papers", "Issued on"), "issued_on", number=True),
        state(),
    ),
    buttons=(
        Button(
            _("Draft the circular of a quarter"),
            "oversight:new_quarterly",
            rules.may_draft_quarterly,
        ),
    ),
    begin=Button(
        pgettext_lazy("papers", "Draft a paper"), "oversight:new_paper", rules.may_draft_papers
    ),
    empty=(
        Empty(
            _("No papers here"),
            _("A paper is drafted, checked and signed by three people, then numbered and issued."),
            begins=True,
        ),
        Empty(
            _("No papers here"),
            _("Papers that went to your organ stand here once they are issued."),
        ),
    ),
)
