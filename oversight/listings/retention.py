"""Lists of destruction, and reports of anonymisation."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversight.filters.retention import DESTRUCTION_AT
from oversight.models import RetentionRun
from oversight.rules import retention as rules
from portal.pages.filters import Address
from portal.pages.listings import Button, Col, Empty, Listing, state
from portal.pages.side_list import Area
from portal.pages.web import Sort

DESTRUCTION_LIST = Listing(
    "oversight:destruction_lists",
    "destruction/",
    _("Lists of destruction"),
    DESTRUCTION_AT,
    Sort(pgettext_lazy("oversight", "newest first"), "created_at"),
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_retention,
    intro=_("Records are destroyed only after appraisal and approval, and while somebody watches."),
    columns=(
        Col(pgettext_lazy("destruction", "Begun"), "created_at", number=True),
        Col(
            pgettext_lazy("destruction", "Title"), "title", "get_kind_display", link=True, bare=True
        ),
        Col(_("Older than"), "before", number=True),
        Col(pgettext_lazy("destruction", "Records"), "item_count", number=True),
        Col(_("Appraised by"), "written_by.name", "organ.label"),
        state(),
    ),
    begin=Button(_("Appraise records"), "oversight:begin_destruction", rules.may_begin_list),
    buttons=(Button(_("What was anonymised"), "oversight:retention_runs"),),
    empty=(
        Empty(
            _("No lists here"),
            _("Records whose time is over are appraised here; nothing goes by itself."),
        ),
    ),
)

# {code of an anonymised field: label}
COUNTED = {
    "contacts": _("names and phones of raisers"),
    "raisers": _("matters that show no name any more"),
    "recipients": _("names of recipients of festival visits"),
    "writers": _("writers of complaints about the portal"),
    "talks": _("names of workers in talks"),
    "askers": _("who asked about personal data"),
}


def _counts(run, asked):
    return _(", ").join(
        f"{COUNTED.get(code, code)} {n}" for code, n in run.counts.items() if n
    ) or _("nothing was due")


RUN_LIST = Listing(
    "oversight:retention_runs",
    "retention/",
    _("What was anonymised"),
    Address(None, RetentionRun.objects.visible_to),
    Sort(pgettext_lazy("oversight", "newest first"), "ran_at"),
    area=Area.ADMINISTRATION,
    way=((_("Lists of destruction"), "oversight:destruction_lists"),),
    may_see=rules.may_see_retention,
    intro=_("On the first day of each month names and phones are erased that are kept too long."),
    columns=(
        Col(_("Day"), "ran_at", number=True),
        Col(_("Older than"), "before", number=True),
        Col(pgettext_lazy("retention", "What was erased"), _counts, bare=True),
    ),
    empty=(Empty(_("Not run yet"), _("The report of each run stands here.")),),
)
