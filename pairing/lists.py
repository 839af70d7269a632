"""Lists of who helps whom with filters to keep."""

from django.utils.translation import gettext_lazy as _

from pairing.filters.joint_activities import JointActivityFilter
from pairing.filters.partnerships import PartnershipFilter
from portal import lists

lists.register(
    "pairing:partnerships", _("Co-building"), filters=PartnershipFilter.base_filters,
    state=("tab", "sort"),
)  # fmt: skip
lists.register(
    "pairing:joint_activities", _("Joint activities"), filters=JointActivityFilter.base_filters,
    state=("tab", "sort"),
)  # fmt: skip
