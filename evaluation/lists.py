"""The lists of evaluation as a person can shape them."""

from django.utils.translation import gettext_lazy as _

from evaluation.filters.honours import HonourFilter
from evaluation.filters.members import MemberAppraisalFilter
from portal import lists

lists.register(
    "evaluation:honours", _("Honours"), filters=HonourFilter.base_filters, state=("tab", "sort")
)
lists.register(
    "evaluation:member_appraisals", _("Appraisal of Party members"),
    filters=MemberAppraisalFilter.base_filters, state=("tab",),
)  # fmt: skip
