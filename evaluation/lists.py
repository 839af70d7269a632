"""The lists of evaluation as a person can shape them."""

from django.utils.translation import gettext_lazy as _

from evaluation.filters.appeals import AppealFilter
from portal import lists

lists.register(
    "evaluation:appeals", _("Objections to scores"), filters=AppealFilter.base_filters,
    state=("tab", "sort"),
)  # fmt: skip
