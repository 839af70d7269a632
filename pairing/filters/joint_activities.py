"""The address of the list of joint activities: filters, the same for page and sheet."""

from django.utils.translation import gettext_lazy as _

from pairing.models import JointActivity
from pairing.models.co_building import JointActivityKind
from portal.pages.filters import Address, LedgerFilter, PickedFilter, between, choice

TABS = {"held": _("Held"), "void": _("Void activities")}


class JointActivityFilter(LedgerFilter):
    MORE = ("host", "unit", "branch", "helped")
    via = "pairing__"
    alone = None
    itself = None
    organ = PickedFilter("organ", label=_("Helping organ"), method="by_organ")
    unit = PickedFilter("unit", label=_("Place"), field_name="pairing__unit")
    branch = PickedFilter(
        "party_organizations_of_organs",
        label=_("Helping Party organisation"),
        field_name="pairing__helper_branch",
    )
    helped = PickedFilter(
        "party_organizations_of_units",
        label=_("Partner at the grassroots"),
        field_name="pairing__helped_branch",
    )
    kind = choice(_("Kind"), JointActivityKind.choices)
    held_from, held_to = between("held_on", _("From"), _("To"))


ACTIVITIES_AT = Address(
    JointActivityFilter,
    JointActivity.objects.visible_to,
    TABS,
    lambda rows, tab, on: rows.not_void() if tab == "held" else rows.exclude(voided_at=None),
)
