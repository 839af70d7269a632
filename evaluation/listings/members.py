"""民主评议党员: appraisals of branches, and the branches that still lack one."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from evaluation.filters.members import APPRAISALS_AT, MISSING_AT, missing
from evaluation.rules import members as rules
from portal.pages import cells
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort


def _missing(asked):
    """A link to the branches without an appraisal this year, with their number."""
    if not (n := missing(asked.user).count()):
        return ""
    words = ngettext(
        "%(n)s branch without one this year", "%(n)s branches without one this year", n
    )
    return cells.link(reverse("evaluation:missing_member_appraisals"), words % {"n": n})


BRANCH = "party_organization"
APPRAISAL_LIST = Listing(
    "evaluation:member_appraisals",
    "member-appraisals/",
    _("Appraisal of Party members"),
    APPRAISALS_AT,
    Sort(_("newest first"), "year"),
    area=Area.EVALUATION,
    may_see=rules.may_hold_appraisals,
    keeps_filters=True,
    hint=_missing,
    columns=(
        Col(_("Party branch"), f"{BRANCH}.name", f"{BRANCH}.place_label", link=True),
        Col(_("Year"), "year", number=True),
        Col(_("Meeting held"), "held_on", number=True),
        state(),
    ),
    begin=Button(
        _("Begin an appraisal"), "evaluation:begin_member_appraisal", rules.may_hold_appraisals
    ),
    empty=(
        Empty(
            _("No appraisals here"),
            _(
                "Once a year a branch appraises its members: self-appraisal, word of the peers, "
                "ballot, grade of the organisation."
            ),
            begins=True,
        ),
    ),
)


def _begin(branch, asked):
    return format_html(
        '<a class="button" href="{}?branch={}">{}</a>',
        reverse("evaluation:begin_member_appraisal"),
        branch.pk,
        gettext("Begin an appraisal"),
    )


MISSING_LIST = Listing(
    "evaluation:missing_member_appraisals",
    "member-appraisals/missing/",
    _("Branches without an appraisal of this year"),
    MISSING_AT,
    Sort(_("official order"), "sort_order", descending=False),
    way=((_("Appraisal of Party members"), "evaluation:member_appraisals"),),
    may_see=rules.may_hold_appraisals,
    columns=(Col(_("Party branch"), "name", "place_label"), Col(_("Act"), _begin, bare=True)),
    empty=(
        Empty(
            _("None is missing"), _("Every branch within your role has its appraisal of this year.")
        ),
    ),
)
