"""The lists of evaluation as a person can shape them."""

from django.utils.translation import gettext_lazy as _

from evaluation.filters.appeals import AppealFilter
from evaluation.filters.cycles import CycleFilter
from evaluation.filters.honours import HonourFilter
from evaluation.filters.members import MemberAppraisalFilter
from evaluation.filters.paper import PaperFilter
from evaluation.filters.polls import PollFilter
from evaluation.filters.schemes import SchemeFilter
from evaluation.filters.words import WordFilter
from portal import lists

lists.register(
    "evaluation:polls",
    _("The masses' ballots"),
    filters=PollFilter.base_filters,
    state=("tab", "sort"),
)

lists.register(
    "evaluation:words_to_give", _("Words to be given"), filters=WordFilter.base_filters,
    state=("side",),
)  # fmt: skip
lists.register(
    "evaluation:paper_polls", _("Paper ballots"), filters=PaperFilter.base_filters,
    state=("state",),
)  # fmt: skip

lists.register(
    "evaluation:schemes", _("Schemes"), filters=SchemeFilter.base_filters, state=("tab",)
)
lists.register("evaluation:cycles", _("Cycles"), filters=CycleFilter.base_filters, state=("tab",))

lists.register(
    "evaluation:honours", _("Honours"), filters=HonourFilter.base_filters, state=("tab", "sort")
)
lists.register(
    "evaluation:member_appraisals", _("Appraisal of Party members"),
    filters=MemberAppraisalFilter.base_filters, state=("tab",),
)  # fmt: skip
lists.register(
    "evaluation:appeals", _("Objections to scores"), filters=AppealFilter.base_filters,
    state=("tab", "sort"),
)  # fmt: skip
