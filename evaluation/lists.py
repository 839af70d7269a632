"""The lists of evaluation as a person can shape them."""

from django.utils.translation import gettext_lazy as _

from evaluation.filters.polls import PollFilter
from portal import lists

lists.register(
    "evaluation:polls",
    _("The masses' ballots"),
    filters=PollFilter.base_filters,
    state=("tab", "sort"),
)
