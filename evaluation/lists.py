"""The lists of evaluation as a person can shape them."""

from django.utils.translation import gettext_lazy as _

from evaluation.filters.cycles import CycleFilter
from evaluation.filters.schemes import SchemeFilter
from portal import lists

lists.register(
    "evaluation:schemes", _("Schemes"), filters=SchemeFilter.base_filters, state=("tab",)
)
lists.register("evaluation:cycles", _("Cycles"), filters=CycleFilter.base_filters, state=("tab",))
