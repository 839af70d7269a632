"""The list of Party organisations."""

import django_filters
from django.utils.translation import gettext_lazy as _

from portal import rules
from portal.listings.places import TABS, UNTIL, in_tab
from portal.models import PartyOrganization
from portal.models.party import PartyOrganizationKind
from portal.pages.filters import Address, PlacedFilter
from portal.pages.listings import Button, Col, Empty, Listing
from portal.pages.side_list import Area
from portal.pages.web import Sort
from portal.roles import Permission as P

NONE_YET = (
    _("No Party organisations here yet"),
    _(
        "The programme office adds those of organs and units one by one, or brings the list as a "
        "workbook under “Imports”."
    ),
)
NOT_FOUND = (
    _("No Party organisation is called like this here"),
    _(
        "Try a part of its name or the first letters of its pinyin; one that ended stands under "
        "“Ended”."
    ),
)


class PartyOrganizationFilter(PlacedFilter):
    organ = itself = host = None
    q = django_filters.CharFilter(
        label=_("Name or pinyin initials"), method="by_text", max_length=60
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=PartyOrganizationKind.choices)
    side = django_filters.ChoiceFilter(
        label=_("Belongs to"),
        choices=[("organ", _("organs")), ("unit", _("units"))],
        method="by_side",
    )

    class Meta:
        model = PartyOrganization
        fields = []

    def by_area(self, queryset, name, value):
        return queryset.within(value)

    def by_text(self, queryset, name, value):
        return queryset.named_like(value)

    def by_side(self, queryset, name, value):
        return queryset.of_organs() if value == "organ" else queryset.of_units()


PARTY_LIST = Listing(
    "party_organizations",
    "party-organizations/",
    _("Party organisations"),
    Address(PartyOrganizationFilter, PartyOrganization.objects.visible_to, TABS, in_tab),
    Sort(_("official order"), "sort_order", descending=False),
    area=Area.ADMINISTRATION,
    may_see=rules.may_see_people,
    columns=(
        Col(_("Party organisation"), "name", UNTIL, link=True),
        Col(_("Kind"), "get_kind_display", code="kind", bare=True),
        Col(
            _("Belongs to"),
            lambda party, asked: party.organ.label if party.organ else party.unit.name,
            "unit.host_organ.label",
            code="place",
        ),
        Col(_("Secretary"), "secretary", code="secretary"),
        Col(_("Party members"), "member_count", code="members", number=True),
        Col(_("Official order"), "sort_order", code="order", shown=False, number=True),
    ),
    begin=Button(_("Add a Party organisation"), "new_party_organization", P.MANAGE_PLACES),
    keeps_filters=True,
    empty=(
        Empty(*NOT_FOUND, filtered=True),
        Empty(*NOT_FOUND, tab="ended"),
        Empty(*NONE_YET, begins=True),
        Empty(*NONE_YET),
    ),
)
